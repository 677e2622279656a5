import { read } from '../../conversation/read.js';
import { activeContext } from '../../conversation/scope.js';
import { warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import { checkedOptions } from './check-options.js';
import { agentAudio } from './classify.js';
import { ObservedConversation, type SourceOptions } from './conversation.js';
import type { PipelineEvent } from './events.js';
import type { FrameClass } from './frame.js';
import { patchPush } from './patch.js';
import {
  type FrameProcessorLike,
  type FramePushedLike,
  type PipelineLike,
  processorsOf,
} from './processors.js';
import { FrameReader } from './reader.js';
import { SeenFrames } from './seen.js';
import { SourceTime } from './source-time.js';

/** Options of `observePipeline`. */
export interface ObservePipelineOptions extends SourceOptions {
  /**
   * What a frame of yours says; `undefined` leaves it to the default, an empty list says that it says nothing. It must
   * not read payloads of audio.
   */
  classify?: (frame: unknown) => PipelineEvent | readonly PipelineEvent[] | undefined;
  /** Your frame classes under Pipecat's names (`{ TranscriptionFrame: Transcript }`), which a minifier does not keep. */
  classes?: Readonly<Record<string, FrameClass>>;
}

/** A pipeline or stream that is observed. */
export interface Observation {
  /** Removes everything of ours and ends the session that is open. */
  stop(): void;
}

const OPTIONS = ['classify', 'classes'] as const;

/**
 * Traces a pipeline whose processors push frames to each other (`pushFrame` or `push`): Pipecat's ports and their like.
 * A session begins with the first frame and ends with the end frame or `stop`. Frames are told apart by
 * `options.classes`, by `kind` or `type`, by name, and by class name, in this order.
 *
 * @param pipeline the pipeline, its processors, or whatever pushes frames, Whisker's records among them
 * @throws TypeError when an option is of the wrong type
 */
export function observePipeline(
  pipeline: PipelineLike | FrameProcessorLike | readonly FrameProcessorLike[],
  options: ObservePipelineOptions,
): Observation {
  const { classify, classes = {}, ...source } = checkedOptions('observePipeline', options, OPTIONS);
  checkClasses(classify, classes);
  const parent = activeContext();
  const sourceTime = new SourceTime();
  let conversation: ObservedConversation | undefined;
  const reader = new FrameReader(classes);
  const seen = new SeenFrames();
  let watching = true;
  let latest: unknown;

  const look = (frame: unknown, timeUnixMs?: number): void => {
    // Most pushes are of the frame that was pushed last, at the next processor.
    if (frame === latest) return;
    latest = frame;
    if (!watching || typeof frame !== 'object' || frame === null) return;
    if (classify !== undefined && seen.before(frame)) return;
    const given = classify?.(frame);
    const known = given === undefined ? reader.read(frame) : undefined;
    if (given === undefined && known === undefined) return;
    if (known?.reading !== agentAudio) {
      if (classify === undefined && seen.before(frame)) return;
      if (known !== undefined && seen.beforeById(frame, known.name, known.fields)) return;
    }
    const events = given ?? known?.reading(known.fields);
    const time = timeUnixMs ?? known?.time;
    if (events === undefined) return;
    if (time !== undefined) sourceTime.note(time);
    // A recording brings its own times, from its first frame on.
    const sourceNow = time === undefined ? undefined : sourceTime.now;
    conversation ??= new ObservedConversation({ options: source, releases: false, sourceNow, parent });
    if ('type' in events) conversation.event(events, time);
    else for (const event of events) conversation.event(event, time);
  };
  const lookSafely = (frame: unknown): void => {
    try {
      look(frame);
    } catch (error) {
      guard('reading a frame', undefined, () => {
        throw error;
      });
    }
  };

  const restore = processorsOf(pipeline).map((processor) => patchPush(processor, lookSafely));
  const detach = observe(pipeline, ({ frame, timeUnixMs }) =>
    guard('reading a frame', undefined, () => look(frame, timeUnixMs)),
  );
  if (detach !== undefined) restore.push(detach);
  if (restore.length === 0) {
    warn(
      'pipeline:nothing',
      'observePipeline found nothing that pushes frames (no pushFrame or push, no processors, no addObserver): ' +
        'nothing is recorded',
    );
  }
  return {
    stop: () => {
      if (!watching) return;
      watching = false;
      for (const put of restore) guard('leaving a pipeline', undefined, put);
      conversation?.end();
    },
  };
}

/** Where the pipeline has observers, one of ours. @returns removes it */
function observe(pipeline: unknown, pushed: (pushed: FramePushedLike) => void): (() => void) | undefined {
  const add = read(pipeline, 'addObserver');
  if (typeof add !== 'function') return undefined;
  const observer = { onPushFrame: pushed };
  guard("a pipeline's addObserver", undefined, () => add.call(pipeline, observer));
  return () => {
    const remove = read(pipeline, 'removeObserver');
    if (typeof remove === 'function') remove.call(pipeline, observer);
  };
}

function checkClasses(classify: unknown, classes: unknown): void {
  if (classify !== undefined && typeof classify !== 'function') {
    throw new TypeError('observePipeline: classify must be a function of a frame');
  }
  if (typeof classes !== 'object' || classes === null) {
    throw new TypeError('observePipeline: classes must be an object of frame classes by name');
  }
  for (const [name, frameClass] of Object.entries(classes)) {
    if (typeof frameClass !== 'function')
      throw new TypeError(`observePipeline: classes.${name} must be a class`);
  }
}
