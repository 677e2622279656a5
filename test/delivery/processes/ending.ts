/** Run as a process of its own: what happens to queued spans when a process ends. Takes a scenario by its name. */
import { DeliveryQueue } from '../../../src/delivery/queue.js';
import type { ReadableSpanLike, SpanExporterLike } from '../../../src/otel/types.js';
import { span } from '../span.js';

type Answer = (result: { code: number }) => void;

class Exporter implements SpanExporterLike {
  readonly #work: (spans: ReadableSpanLike[], answer: Answer) => void;
  calls = 0;
  delivered = 0;

  constructor(work: (spans: ReadableSpanLike[], answer: Answer) => void) {
    this.#work = work;
  }
  export(spans: ReadableSpanLike[], answer: Answer): void {
    this.calls += 1;
    this.#work(spans, (result) => {
      if (result.code === 0) this.delivered += spans.length;
      answer(result);
    });
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const after10ms =
  (code: number) =>
  (_spans: ReadableSpanLike[], answer: Answer): void =>
    void setTimeout(() => answer({ code }), 10);
const never = (): void => {};
/** Far longer than any test waits: a timer of this length that held the process would be seen. */
const LONG_MS = 3_600_000;

const scenarios: Record<string, () => unknown> = {
  async flushes(): Promise<void> {
    const exporter = report(new Exporter(after10ms(0)));
    const queue = new DeliveryQueue(exporter, { flushIntervalMs: LONG_MS });
    for (let index = 0; index < 9; index += 1) queue.enqueue(span(String(index)));
  },
  async 'flushes again'(): Promise<void> {
    const exporter = report(new Exporter(after10ms(0)));
    const queue = new DeliveryQueue(exporter, { flushIntervalMs: LONG_MS });
    queue.enqueue(span('first'));
    process.once('beforeExit', () => setTimeout(() => queue.enqueue(span('second')), 50));
  },
  fails(): void {
    const exporter = report(new Exporter(after10ms(1)));
    const queue = new DeliveryQueue(exporter, { flushIntervalMs: LONG_MS });
    for (let index = 0; index < 9; index += 1) queue.enqueue(span(String(index)));
  },
  hangs(): void {
    const exporter = report(new Exporter(never));
    const queue = new DeliveryQueue(exporter, { flushIntervalMs: LONG_MS, exportTimeoutMs: LONG_MS });
    queue.enqueue(span('lost'));
  },
  'feeds itself'(): void {
    const exporter: Exporter = report(
      new Exporter((_spans, answer) => {
        queue.enqueue(span('made by the export'));
        setTimeout(() => answer({ code: 0 }), 1);
      }),
    );
    const queue = new DeliveryQueue(exporter, { flushIntervalMs: LONG_MS });
    queue.enqueue(span('first'));
  },
  'many queues'(): void {
    const exporter = report(new Exporter(after10ms(0)));
    for (let index = 0; index < 100; index += 1) new DeliveryQueue(exporter).enqueue(span(String(index)));
    console.log(`listeners ${process.listenerCount('beforeExit')}`);
  },
  async 'awaits shutdown'(): Promise<void> {
    const exporter = report(new Exporter(never));
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: LONG_MS });
    queue.enqueue(span('lost'));
    await queue.shutdown({ drainTimeoutMs: 100 });
    console.log('shut down');
  },
  async 'awaits forceFlush'(): Promise<void> {
    const exporter = report(new Exporter(never));
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 100 });
    queue.enqueue(span('lost'));
    await queue.forceFlush();
    console.log('flushed');
  },
  async 'is shut down'(): Promise<void> {
    const exporter = report(new Exporter(after10ms(0)));
    const queue = new DeliveryQueue(exporter);
    queue.enqueue(span('only'));
    await queue.shutdown();
  },
};

function report(exporter: Exporter): Exporter {
  process.on('exit', () => console.log(`calls ${exporter.calls} delivered ${exporter.delivered}`));
  return exporter;
}

await scenarios[process.argv[2] ?? '']?.();
