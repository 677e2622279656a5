import { guard } from '../otel/guard.js';
import type { RecordKind } from './journal/record.js';
import type { PcmFrame } from './pcm.js';

/** What a playback tells its recording. Times are epoch milliseconds of the session's clock. */
export interface PlaybackHost {
  sound(frame: PcmFrame, time: number | undefined): void;
  event(kind: RecordKind, time: number | undefined, first?: number, second?: number): void;
}

/**
 * One stretch of the agent's speech on its way through the output: its frames, which may come faster than real time, and
 * what became of them. Only what was played is in the recording. Times are epoch milliseconds of the session's clock and
 * default to now.
 */
export class Playback {
  readonly #host: PlaybackHost;
  #finished = false;

  /** @internal Made by `CallRecording.playback`. */
  constructor(host: PlaybackHost) {
    this.#host = host;
  }

  /** The next frame, handed to the output at `time`. */
  frame(frame: PcmFrame, time?: number): void {
    if (!this.#finished) this.#host.sound(frame, time);
  }

  /** The first of it was heard. */
  started(time?: number): void {
    this.#host.event('started', time);
  }

  /** From `time` on, `durationMs` of it were played, beginning at `offsetMs`; for outputs that know. */
  progressed(run: { time: number; offsetMs: number; durationMs: number }): void {
    guard('noting what was played', undefined, () =>
      this.#host.event('progressed', run.time, run.offsetMs, run.durationMs),
    );
  }

  /** It is over, cut off or played to its end, after `playedMs` of it were heard. */
  finished(end: { playedMs: number }): void {
    if (this.#finished) return;
    this.#finished = true;
    const playedMs = guard('noting the end of a playback', 0, () => Number(end.playedMs));
    this.#host.event('finished', undefined, Number.isFinite(playedMs) ? Math.max(0, playedMs) : 0);
  }
}
