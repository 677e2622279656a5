import type { TurnReport } from '../../../report/model.js';

/** A stretch of a recording, in seconds from its first sample. */
export interface Clip {
  readonly fromS: number;
  readonly toS: number;
}

/** Turns shorter than this (ms) are played a little longer, so that something is heard. */
const MIN_CLIP_MS = 200;

/**
 * Where a turn lies in the recording that begins at `recordingStartMs` of the session: where its span says so,
 * else by its time. `undefined` for a turn that ended before the recording began.
 */
export function clipOf(turn: TurnReport, recordingStartMs: number): Clip | undefined {
  const fromMs = turn.recordingOffsetMs ?? turn.startMs - recordingStartMs;
  const toMs = fromMs + Math.max(MIN_CLIP_MS, turn.endMs - turn.startMs);
  return toMs <= 0 ? undefined : { fromS: Math.max(0, fromMs) / 1000, toS: toMs / 1000 };
}
