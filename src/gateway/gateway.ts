import type { Server } from 'node:http';
import { withinTime } from '../otel/within-time.js';
import { VoiceSpanProcessor } from '../processor/voice-span-processor.js';
import { WireSpanExporter } from './forward/span-exporter.js';
import { Allowance } from './http/allowance.js';
import { BearerAuth } from './http/auth.js';
import { Counters } from './http/counters.js';
import { Receiver } from './http/receiver.js';
import { createHttpServer, listen } from './http/server.js';
import { Intake } from './intake.js';
import { metricsText } from './metrics-text.js';
import { type GatewayOptions, type ResolvedGatewayOptions, resolveGatewayOptions } from './options.js';
import { GatewayDelivery, type NamedExporter } from './pipeline/delivery.js';
import { LogMasking } from './pipeline/logs.js';
import { TracePipeline } from './pipeline/traces.js';

/** A gateway that listens. */
export interface Gateway {
  /** Where it listens, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  /** Sends everything that is ready, in one try. Turns that wait for more go on waiting. Never rejects. */
  flush(): Promise<void>;
  /**
   * Takes no more requests, finishes those that are being answered, hands on what the normaliser holds and sends what
   * waits, all of it within `drainTimeoutMs`. Never rejects; further calls get the same promise.
   */
  shutdown(): Promise<void>;
}

/**
 * Starts an OTLP/HTTP receiver that normalises, masks and prices spans and forwards them.
 * @throws TypeError when an option cannot work; rejects where it cannot listen
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const resolved = resolveGatewayOptions(options);
  const parts = assemble(resolved);
  const server = createHttpServer(resolved.limits, resolved.tls, (request, response) => {
    if (resolved.front?.(request, response) !== true) parts.receiver.handle(request, response);
  });
  const port = await listen(server, resolved.host, resolved.port);
  const scheme = resolved.tls === undefined ? 'http' : 'https';
  const host = resolved.host.includes(':') ? `[${resolved.host}]` : resolved.host;
  return new RunningGateway(`${scheme}://${host}:${port}`, server, parts, resolved);
}

interface Parts {
  readonly receiver: Receiver;
  readonly traces: TracePipeline;
  readonly delivery: GatewayDelivery;
  readonly allowance: Allowance;
}

function assemble(options: ResolvedGatewayOptions): Parts {
  const { limits, masker, prices, captureContent, targets, token } = options;
  const maskText = (text: string): string => (masker === undefined ? text : masker.mask(text));
  const forwarding = targets.map((target) => ({
    name: target.name,
    exporter: new WireSpanExporter(target, maskText),
  }));
  const exporters: NamedExporter[] = [...forwarding, ...options.exporters];
  const delivery = new GatewayDelivery(exporters, options.delivery);
  const processor = new VoiceSpanProcessor({
    next: delivery,
    masker: masker ?? false,
    captureContent,
    ...(prices === undefined ? {} : { prices }),
  });
  const traces = new TracePipeline(options.normalizer, processor, masker);
  const counters = new Counters();
  const allowance = new Allowance(limits.maxRequests, limits.maxBytesInFlight);
  const logs = new LogMasking(masker, captureContent);
  const receiver = new Receiver({
    limits,
    auth: token === undefined ? undefined : new BearerAuth(token),
    allowance,
    intake: new Intake({ limits, masker, traces, logs, delivery, targets }),
    counters,
    metrics: () => metricsText(counters, allowance, traces.processed, delivery.states(), forwarding),
  });
  return { receiver, traces, delivery, allowance };
}

class RunningGateway implements Gateway {
  readonly url: string;
  readonly #server: Server;
  readonly #parts: Parts;
  readonly #options: ResolvedGatewayOptions;
  #shutdown: Promise<void> | undefined;

  constructor(url: string, server: Server, parts: Parts, options: ResolvedGatewayOptions) {
    this.url = url;
    this.#server = server;
    this.#parts = parts;
    this.#options = options;
  }

  async flush(): Promise<void> {
    await this.#parts.traces.poll();
    await this.#parts.delivery.forceFlush();
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDown();
    return this.#shutdown;
  }

  async #shutDown(): Promise<void> {
    const { drainTimeoutMs } = this.#options.limits;
    const deadline = Date.now() + drainTimeoutMs;
    const left = (): number => Math.max(0, deadline - Date.now());
    const { receiver, traces, delivery } = this.#parts;
    receiver.stopping = true;
    // Half of the time at most goes to requests that are still on their way.
    await withinTime(drainTimeoutMs / 2, 'finishing requests', () => closed(this.#server));
    this.#server.closeAllConnections();
    await withinTime(left(), 'handing on what is held', () => traces.flush());
    await delivery.shutdown({ drainTimeoutMs: left() });
    await Promise.all(
      this.#options.targets.map((target) => withinTime(left() + 1, 'closing a target', () => target.close())),
    );
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
