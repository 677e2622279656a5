/**
 * What delivery costs beside the SDK's own parts, measured alternately in one run: `npx tsx bench/delivery/main.ts`.
 * Prints medians and their ratio; absolute times are those of the machine at hand.
 */
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { encodeTraceRequest } from '../../src/exporters/otlp-json.js';

const ROUNDS = 41;
const SPANS = 2000;
const BATCH = 64;

/** As full as a model stage is: 21 attributes, two events, about 2.3 kB of OTLP JSON. */
function richSpans(count: number): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('bench');
  for (let index = 0; index < count; index += 1) {
    const span = tracer.startSpan('chat model');
    for (let key = 0; key < 20; key += 1)
      span.setAttribute(`key.${key}`, key % 2 === 0 ? key : `value ${key}`);
    span.setAttribute('gen_ai.output.messages', 'what the model said '.repeat(28));
    span.addEvent('agent_speech_start', { 'voice.event.payload': '{"a":1}' });
    span.addEvent('agent_speech_end', { 'voice.event.payload': '{"a":2}' });
    span.end();
  }
  return exporter.getFinishedSpans();
}

/** Runs both alternately, so that neither has the quieter machine; returns medians in microseconds a span. */
async function compare(
  spans: number,
  ours: () => void | Promise<void>,
  theirs: () => void | Promise<void>,
): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [list, work] of [
      [times[0], ours],
      [times[1], theirs],
    ] as const) {
      const started = performance.now();
      await work();
      if (round > 0) list.push(((performance.now() - started) * 1000) / spans);
    }
  }
  return [median(times[0]), median(times[1])];
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(what: string, [ours, theirs]: [number, number]): void {
  console.log(
    `${what}: ours ${ours.toFixed(2)} µs/span, theirs ${theirs.toFixed(2)} µs/span, ratio ${(ours / theirs).toFixed(2)}`,
  );
}

const spans = richSpans(SPANS);
const batch = spans.slice(0, BATCH);
const noop = {
  export: (_spans: unknown, answer: (result: { code: number }) => void) => answer({ code: 0 }),
  shutdown: () => Promise.resolve(),
};

print(
  'taking and sending 2000 spans to an exporter that does nothing (DeliveryQueue, BatchSpanProcessor)',
  await compare(
    SPANS,
    async () => {
      const queue = new DeliveryQueue(noop);
      for (const span of spans) queue.enqueue(span);
      await queue.shutdown();
    },
    async () => {
      const processor = new BatchSpanProcessor(noop, { maxQueueSize: SPANS, maxExportBatchSize: BATCH });
      for (const span of spans) processor.onEnd(span);
      await processor.shutdown();
    },
  ),
);

const full = new DeliveryQueue({ ...noop, export: () => {} }, { maxQueueSize: SPANS / 2 });
print(
  'taking a span while the queue is full, beside serialising it (DeliveryQueue, JsonTraceSerializer)',
  await compare(
    SPANS,
    () => {
      for (const span of spans) full.enqueue(span);
    },
    () => {
      for (let index = 0; index < SPANS; index += BATCH) {
        JsonTraceSerializer.serializeRequest(spans.slice(index, index + BATCH));
      }
    },
  ),
);

print(
  'encoding 64 rich spans as OTLP JSON (encodeTraceRequest, JsonTraceSerializer)',
  await compare(
    BATCH,
    () => {
      new TextEncoder().encode(JSON.stringify(encodeTraceRequest(batch)));
    },
    () => {
      JsonTraceSerializer.serializeRequest(batch);
    },
  ),
);
process.exit(0);
