import type { DeliveryOptions } from '../../delivery/options.js';
import { DeliveryQueue } from '../../delivery/queue.js';
import { guardHook } from '../../otel/guard.js';
import type { ReadableSpanLike, SpanProcessorLike } from '../../otel/types.js';
import type { SessionAwareExporter } from '../../processor/options.js';
import { voiceSpan } from '../../processor/role.js';

/** An exporter with the name under which the gateway counts for it. */
export interface NamedExporter {
  readonly name: string;
  readonly exporter: SessionAwareExporter;
}

export interface QueueState {
  readonly name: string;
  readonly spans: number;
  readonly bytes: number;
  readonly dropped: Readonly<Record<string, number>>;
}

interface NamedQueue {
  readonly name: string;
  readonly exporter: SessionAwareExporter;
  readonly queue: DeliveryQueue;
  readonly dropped: Record<string, number>;
}

export interface Room {
  readonly spans: number;
  readonly bytes: number;
}

/** The last processor of the gateway: a bounded queue in front of each exporter, which can be asked for room. */
export class GatewayDelivery implements SpanProcessorLike {
  readonly #queues: readonly NamedQueue[];
  readonly #maxSpans: number;
  readonly #maxBytes: number;

  /** @throws TypeError when an option of the queues is out of range */
  constructor(
    exporters: readonly NamedExporter[],
    options: DeliveryOptions & { readonly maxQueueSize: number; readonly maxQueueBytes: number },
  ) {
    this.#maxSpans = options.maxQueueSize;
    this.#maxBytes = options.maxQueueBytes;
    this.#queues = exporters.map(({ name, exporter }) => {
      const dropped: Record<string, number> = {};
      const onDropped = (count: number, reason: string): void => {
        dropped[reason] = (dropped[reason] ?? 0) + count;
      };
      return { name, exporter, dropped, queue: new DeliveryQueue(exporter, options, { onDropped }) };
    });
  }

  /** Whether every queue can take this much more without dropping. An empty queue takes whatever comes. */
  hasRoom(wanted: Room): boolean {
    return this.#queues.every(
      ({ queue }) =>
        queue.size === 0 ||
        (queue.size + wanted.spans <= this.#maxSpans && queue.bytes + wanted.bytes <= this.#maxBytes),
    );
  }

  states(): QueueState[] {
    return this.#queues.map(({ name, queue, dropped }) => ({
      name,
      spans: queue.size,
      bytes: queue.bytes,
      dropped: { ...dropped },
    }));
  }

  onStart(): void {}

  onEnd(span: ReadableSpanLike): void {
    const isSession = voiceSpan(span)?.role === 'session';
    for (const { exporter, queue } of this.#queues) {
      if (isSession) guardHook('announcing a session', () => exporter.sessionStarted?.(span));
      queue.enqueue(span);
    }
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#queues.map(({ queue }) => queue.forceFlush()));
  }

  async shutdown(options?: { readonly drainTimeoutMs?: number | undefined }): Promise<void> {
    await Promise.all(this.#queues.map(({ queue }) => queue.shutdown(options)));
  }
}
