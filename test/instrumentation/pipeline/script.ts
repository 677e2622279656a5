import {
  type ObservePipelineOptions,
  observePipeline,
} from '../../../src/instrumentation/pipeline/observe.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { recorder, SetClock } from './conversation.js';

/** Midnight of some day, so that the times of a script are easy to read in what fails. */
export const START = Date.UTC(2027, 0, 1);

/** Milliseconds after the start, and the frame that is pushed then. */
export type Step = readonly [ms: number, frame: object];

/** Pushes the frames of a script, each at its time, and stops. */
export function play(
  steps: readonly Step[],
  options: Partial<ObservePipelineOptions> = {},
): ReadableSpanLike[] {
  const clock = new SetClock();
  clock.now = START;
  const { tracer, spans } = recorder(clock);
  const processor = { push(_frame: object): void {} };
  const observation = observePipeline(processor, { agentId: 'agent', tracer, ...options });
  for (const [ms, frame] of steps) {
    clock.now = START + ms;
    processor.push(frame);
  }
  observation.stop();
  return spans;
}
