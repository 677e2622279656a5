import {
  type ObservePipelineOptions,
  observePipeline,
} from '../../../src/instrumentation/pipeline/observe.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { fixture, fixtureLines, recorder, SetClock } from './conversation.js';

/** A line of frames.jsonl. */
export interface FrameLine {
  readonly ts_ns: number;
  readonly frame: string;
  readonly name: string;
  readonly id: number;
  readonly dir: 'up' | 'down';
  readonly src: string;
  readonly sibling?: number;
  readonly fields?: Readonly<Record<string, unknown>>;
}

interface Truth {
  readonly conversations: Readonly<Record<string, { readonly clock: { unix: number; ts_ns: number } }>>;
}

/** The frames of a recording with their times by the wall clock, in epoch milliseconds. */
export function recordedFrames(scenario: string): { line: FrameLine; time: number }[] {
  const [conversation] = Object.values(fixture<Truth>(scenario, 'truth.json').conversations);
  if (conversation === undefined) throw new Error(`${scenario} has no conversation`);
  const { unix, ts_ns } = conversation.clock;
  return fixtureLines<FrameLine>(scenario, 'frames.jsonl').map((line) => ({
    line,
    time: unix * 1000 + (line.ts_ns - ts_ns) / 1e6,
  }));
}

/** A processor that pushes on what it is given, as those of a pipeline do. */
export class Processor {
  readonly pushed: object[] = [];

  pushFrame(frame: object, _direction?: string): void {
    this.pushed.push(frame);
  }
}

/** A pipeline in which every recorded processor pushes its frames again, at the time at which it did. */
export function replayFrames(
  scenario: string,
  options: Partial<ObservePipelineOptions> = {},
  shape: (line: FrameLine) => object = pipecatFrame,
): ReadableSpanLike[] {
  const clock = new SetClock();
  const { tracer, spans } = recorder(clock);
  const frames = recordedFrames(scenario);
  const processors = new Map(frames.map(({ line }) => [line.src, new Processor()]));
  clock.now = frames[0]?.time ?? 0;
  const observation = observePipeline(
    { processors: [...processors.values()] },
    { agentId: 'recorded', tracer, ...options },
  );
  const objects = new Map<string, object>();
  for (const { line, time } of frames) {
    clock.now = time;
    const frame = objects.get(line.name) ?? shape(line);
    objects.set(line.name, frame);
    processors.get(line.src)?.pushFrame(frame, line.dir);
  }
  observation.stop();
  return spans;
}

/** A frame with the fields of Pipecat's, as a port that keeps the names would have it. */
export function pipecatFrame({ id, name, sibling, fields }: FrameLine): object {
  return { id, name, ...(sibling === undefined ? {} : { broadcast_sibling_id: sibling }), ...fields };
}
