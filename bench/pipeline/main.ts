// npm run bench:pipeline: what observing a pipeline adds to each frame, beside the bare pipeline in the same run.
import { performance } from 'node:perf_hooks';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { observePipeline } from '../../src/instrumentation/pipeline/observe.js';
import { bundleSize } from './bundle.js';
import { call, type Frame, type Kind, kindOf } from './frames.js';

const HOPS = 8;
const ROUNDS = 60;
const WARM_UP = 10;

/** Pushes on, as a processor that has nothing to do with the frame. */
class Processor {
  next: Processor | undefined;
  #pushed = 0;

  get pushed(): number {
    return this.#pushed;
  }

  pushFrame(frame: Frame): void {
    this.#pushed += 1;
    this.next?.pushFrame(frame);
  }
}

function pipeline(): Processor[] {
  const processors = Array.from({ length: HOPS }, () => new Processor());
  processors.forEach((processor, index) => {
    processor.next = processors[index + 1];
  });
  return processors;
}

const exporter = {
  export(_spans: unknown, done: (result: { code: number }) => void): void {
    done({ code: 0 });
  },
  shutdown: async (): Promise<void> => {},
};
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
const tracer = new VoiceTracer({ tracerProvider });

/** Nanoseconds per frame through the whole pipeline, of all frames and of each kind. */
function measure(observed: boolean): Record<Kind | 'all', number> {
  const processors = pipeline();
  const [first] = processors;
  const frames = call();
  const observation = observed ? observePipeline(processors, { agentId: 'agent', tracer }) : undefined;
  const times: Record<Kind, number> = { audio: 0, text: 0, other: 0 };
  const counts: Record<Kind, number> = { audio: 0, text: 0, other: 0 };
  for (let from = 0; from < frames.length; ) {
    // Runs of one kind are timed together: the clock itself costs as much as a frame.
    const kind = kindOf(frames[from] as Frame);
    let to = from;
    while (to < frames.length && kindOf(frames[to] as Frame) === kind) to += 1;
    const start = performance.now();
    for (let index = from; index < to; index += 1) first?.pushFrame(frames[index] as Frame);
    times[kind] += performance.now() - start;
    counts[kind] += to - from;
    from = to;
  }
  observation?.stop();
  const perFrame = (kind: Kind): number => (times[kind] / counts[kind]) * 1e6;
  const all = ((times.audio + times.text + times.other) / frames.length) * 1e6;
  return { all, audio: perFrame('audio'), text: perFrame('text'), other: perFrame('other') };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const rounds = Array.from({ length: WARM_UP + ROUNDS }, () => ({
  bare: measure(false),
  observed: measure(true),
})).slice(WARM_UP);

console.log(
  `${call().length} frames through ${HOPS} processors, median of ${ROUNDS} rounds, in ns per frame`,
);
console.log('frames       bare  observed  added  added per push');
for (const kind of ['all', 'audio', 'text', 'other'] as const) {
  const bare = median(rounds.map((round) => round.bare[kind]));
  const observed = median(rounds.map((round) => round.observed[kind]));
  const added = median(rounds.map((round) => round.observed[kind] - round.bare[kind]));
  const columns = [bare, observed, added, added / HOPS].map((value) => value.toFixed(0));
  const [a = '', b = '', c = '', d = ''] = columns;
  console.log(`${kind.padEnd(9)}${a.padStart(8)}${b.padStart(10)}${c.padStart(7)}${d.padStart(16)}`);
}
const kinds = call().map(kindOf);
const share = kinds.filter((kind) => kind === 'audio').length / kinds.length;
console.log(`the median frame is audio: it is ${(share * 100).toFixed(0)} % of them`);
for (const name of ['observeRtvi', 'observePipeline'] as const) {
  const bytes = await bundleSize(name);
  console.log(`${name} in a browser bundle: ${(bytes / 1000).toFixed(1)} kB gzip without OpenTelemetry`);
}
await tracerProvider.shutdown();
