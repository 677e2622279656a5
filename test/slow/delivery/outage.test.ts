import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../../src/delivery/queue.js';
import { Backend } from '../../delivery/backend.js';
import { tracerInto } from '../../delivery/sdk.js';
import { names } from '../../delivery/support.js';

const SPANS_PER_SECOND = 2000;
const TICK_MS = 10;
const MINUTES = 60_000;
const MAX_QUEUE_SIZE = 10_000;

setFlagsFromString('--expose_gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapMb(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Ends spans `from` … `to - 1` at the rate above, as full as a model stage is. */
async function endSteadily(tracer: Tracer, from: number, to: number, watch: () => void): Promise<void> {
  const started = performance.now();
  for (let next = from; next < to; ) {
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    const due = from + Math.floor(((performance.now() - started) / 1000) * SPANS_PER_SECOND);
    for (; next < Math.min(due, to); next += 1) endRichSpan(tracer, next);
    watch();
  }
}

function endRichSpan(tracer: Tracer, index: number): void {
  const span = tracer.startSpan(String(index));
  for (let key = 0; key < 18; key += 1) span.setAttribute(`key.${key}`, `value ${key} of ${index}`);
  span.setAttribute('gen_ai.output.messages', `${index} ${'what the model said '.repeat(25)}`);
  span.addEvent('agent_speech_start', { 'voice.event.payload': `{"index":${index}}` });
  span.addEvent('agent_speech_end', { 'voice.event.payload': `{"index":${index}}` });
  span.end();
}

it(
  'a back end that is down for 20 s at 2000 spans a second: bounded, newest kept, all of it once afterwards',
  async () => {
    const warnings: string[] = [];
    vi.spyOn(console, 'warn').mockImplementation((line: string) => void warnings.push(line));
    const backend = new Backend();
    await backend.up();
    const dropped = { overflow: 0, refused: 0, shutdown: 0 };
    const queue = new DeliveryQueue(
      new OTLPTraceExporter({ url: backend.url, timeoutMillis: 2000 }),
      { maxQueueSize: MAX_QUEUE_SIZE },
      {
        onDropped: (count, reason) => {
          dropped[reason] += count;
        },
      },
    );
    const tracer = tracerInto(queue);
    const most = { size: 0, bytes: 0 };
    const watch = (): void => {
      most.size = Math.max(most.size, queue.size);
      most.bytes = Math.max(most.bytes, queue.bytes);
    };

    const before = heapMb();
    await endSteadily(tracer, 0, 4000, watch);
    await queue.forceFlush();
    expect(backend.accepted).toEqual(names(0, 4000));
    expect(queue.dropped).toBe(0);

    await backend.down();
    await endSteadily(tracer, 4000, 4000 + MAX_QUEUE_SIZE, watch);
    const full = heapMb();
    await endSteadily(tracer, 4000 + MAX_QUEUE_SIZE, 44_000, watch);
    const end = heapMb();
    expect(queue.size).toBe(MAX_QUEUE_SIZE);
    expect(most.size).toBe(MAX_QUEUE_SIZE);
    expect(most.bytes).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(queue.dropped).toBe(30_000);
    // What is held is no more than the estimate says (a tenth is left for what else the heap holds), and three
    // times as many spans after the queue was full have added nothing to speak of.
    const estimate = queue.bytes / 1e6;
    expect(end - before).toBeLessThan(estimate * 1.1);
    expect(end - full).toBeLessThan(estimate * 0.1);

    await backend.up();
    await vi.waitFor(() => expect(queue.size).toBe(0), { timeout: 2 * MINUTES, interval: 50 });
    expect(backend.accepted).toEqual([...names(0, 4000), ...names(34_000, 44_000)]);

    await endSteadily(tracer, 44_000, 48_000, watch);
    await queue.shutdown();
    expect(backend.accepted).toEqual([...names(0, 4000), ...names(34_000, 48_000)]);
    expect(dropped).toEqual({ overflow: 30_000, refused: 0, shutdown: 0 });
    expect(warnings.length).toBeLessThan(20);
    await backend.down();
  },
  5 * MINUTES,
);
