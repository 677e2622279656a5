import type { JournalCursor } from '../journal/cursor.js';
import type { JournalRecord } from '../journal/record.js';
import { toMono } from '../pcm.js';
import type { Lane } from './lane.js';

/** How far ahead frames are looked at to find the one that was delayed least. Milliseconds. */
export const USER_LOOKAHEAD_MS = 2500;
/** Sound is moved only when it lies further than this from where it belongs. Milliseconds. */
const TOLERANCE_MS = 10;

interface Frame {
  readonly arrived: number;
  readonly durationMs: number;
  readonly rate: number;
  readonly samples: Int16Array;
  /** Where it would begin if all frames before it had followed each other without a gap. */
  readonly contiguous: number;
  /** How much later than that it was: the gaps before it, and its own delay. */
  readonly lag: number;
}

/**
 * The user's side. Frames carry no time of their own, only that of their arrival, which is late whenever network or
 * event loop were. A frame lags at least by the gaps before it; so the least lag among it and the frames soon after it
 * is the gaps alone, and tells where it belongs. A stall, after which frames arrive in a burst, thus moves nothing,
 * while a gap (a muted microphone) stays a gap, and a sample clock that drifts is followed.
 */
export class UserTrack {
  readonly #cursor: JournalCursor;
  readonly #lane: Lane;
  /** Frames that are not placed yet, and the next of the journal. */
  readonly #frames: Frame[] = [];
  /** Those of them that lag less than all after them; the first is the least. */
  readonly #least: Frame[] = [];
  #contiguous = 0;
  #shift: number | undefined;

  constructor(cursor: JournalCursor, lane: Lane) {
    this.#cursor = cursor;
    this.#lane = lane;
  }

  /** Places what begins before `until`. `limit`: bytes of the journal that may be read. */
  async fill(until: number, limit: number): Promise<void> {
    for (;;) {
      await this.#lookAhead(limit);
      const frame = this.#frames[0];
      if (frame === undefined) break;
      const shift = this.#shiftOf(frame);
      const start = frame.contiguous + shift;
      if (start >= until) break;
      this.#shift = shift;
      this.#lane.place(start, frame.samples, frame.rate);
      this.#frames.shift();
      if (this.#least[0] === frame) this.#least.shift();
    }
    this.#lane.endRun(until);
  }

  close(): Promise<void> {
    return this.#cursor.close();
  }

  #shiftOf(frame: Frame): number {
    const lag = this.#least[0]?.lag ?? frame.lag;
    return this.#shift !== undefined && Math.abs(lag - this.#shift) <= TOLERANCE_MS ? this.#shift : lag;
  }

  async #lookAhead(limit: number): Promise<void> {
    for (;;) {
      const [first, last] = [this.#frames[0], this.#frames.at(-1)];
      if (first !== undefined && last !== undefined && last.arrived - first.arrived > USER_LOOKAHEAD_MS)
        return;
      const record = await this.#cursor.next(limit);
      if (record === undefined) return;
      this.#take(record);
    }
  }

  #take(record: JournalRecord): void {
    const durationMs = (record.samples * 1000) / record.sampleRate;
    const { data, channels } = record;
    const frame: Frame = {
      arrived: record.time,
      durationMs,
      rate: record.sampleRate,
      samples: data === undefined ? new Int16Array(record.samples) : toMono(data, channels),
      contiguous: this.#contiguous,
      lag: record.time - durationMs - this.#contiguous,
    };
    this.#contiguous += durationMs;
    this.#frames.push(frame);
    while ((this.#least.at(-1)?.lag ?? Number.NEGATIVE_INFINITY) >= frame.lag) this.#least.pop();
    this.#least.push(frame);
  }
}
