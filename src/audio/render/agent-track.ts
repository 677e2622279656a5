import type { JournalCursor } from '../journal/cursor.js';
import type { JournalRecord } from '../journal/record.js';
import { toMono } from '../pcm.js';
import type { Lane } from './lane.js';
import type { PlaybackLog, SegmentPlayback } from './playback-log.js';

/** Sound that comes later than this after the sound before it was played leaves a gap. Milliseconds. */
const UNDERRUN_MS = 10;

interface Piece {
  readonly start: number;
  readonly samples: Int16Array;
  readonly rate: number;
}

/**
 * The agent's side: of each segment what was played, where it was played. Where the output reports the stretches that it
 * has played, these are it. Elsewhere a segment plays from the start that the output announced, without a break except
 * where it was paused or its sound came too late, until as much was played as the output says.
 */
export class AgentTrack {
  readonly #cursor: JournalCursor;
  readonly #lane: Lane;
  readonly #log: PlaybackLog;
  /** A frame whose segment is still being played. */
  #waiting: JournalRecord | undefined;
  #pieces: Piece[] = [];
  #segment = 0;
  /** Of the current segment: how much sound of it has gone by, how much was played, and until when. Milliseconds. */
  #passed = 0;
  #played = 0;
  #playhead = 0;

  constructor(cursor: JournalCursor, lane: Lane, log: PlaybackLog) {
    this.#cursor = cursor;
    this.#lane = lane;
    this.#log = log;
  }

  /** The segment that is being placed. */
  get segment(): number {
    return this.#segment;
  }

  /**
   * Places what begins before `until`. `limit`: bytes of the journal that may be read. `final`: nothing more will be
   * heard of segments that are not finished; they were being played until the end.
   */
  async fill(until: number, limit: number, final: boolean): Promise<void> {
    for (;;) {
      for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
        if (piece.start >= until) return this.#lane.endRun(until);
        this.#lane.place(piece.start, piece.samples, piece.rate);
        this.#pieces.shift();
      }
      const frame = this.#waiting ?? (await this.#cursor.next(limit));
      this.#waiting = frame;
      const playback = frame === undefined ? undefined : this.#log.of(frame.segment);
      if (frame === undefined || (playback?.playedMs === undefined && !final)) break;
      this.#waiting = undefined;
      if (playback !== undefined) this.#pieces = this.#piecesOf(frame, playback);
    }
    this.#lane.endRun(until);
  }

  close(): Promise<void> {
    return this.#cursor.close();
  }

  #piecesOf(frame: JournalRecord, playback: SegmentPlayback): Piece[] {
    if (frame.segment !== this.#segment) {
      this.#segment = frame.segment;
      this.#passed = 0;
      this.#played = 0;
      this.#playhead = playback.startedAt ?? playback.handedOver;
    }
    const samples =
      frame.data === undefined ? new Int16Array(frame.samples) : toMono(frame.data, frame.channels);
    const rate = frame.sampleRate;
    const from = this.#passed;
    this.#passed += (frame.samples * 1000) / rate;
    const cut = (start: number, a: number, b: number): Piece => ({
      start,
      samples: samples.subarray(Math.round((a * rate) / 1000), Math.round((b * rate) / 1000)),
      rate,
    });
    const pieces =
      playback.runs.length > 0
        ? this.#reported(from, this.#passed, playback, cut)
        : this.#derived(frame, this.#passed - from, playback, cut);
    return pieces.filter((piece) => piece.samples.length > 0);
  }

  /** What lies in the stretches that the output has reported. `cut` takes a start and a range within the frame. */
  #reported(from: number, until: number, { runs }: SegmentPlayback, cut: Cut): Piece[] {
    const pieces: Piece[] = [];
    for (const { time, offset, duration } of runs) {
      const a = Math.max(from, offset);
      const b = Math.min(until, offset + duration);
      if (a < b) pieces.push(cut(time + a - offset, a - from, b - from));
    }
    return pieces;
  }

  #derived(frame: JournalRecord, durationMs: number, playback: SegmentPlayback, cut: Cut): Piece[] {
    const pieces: Piece[] = [];
    if (frame.time > this.#playhead + UNDERRUN_MS) this.#playhead = frame.time;
    const limit = playback.playedMs ?? Number.POSITIVE_INFINITY;
    const playable = Math.min(durationMs, limit - this.#played);
    let done = 0;
    for (const pause of [...this.#log.pauses, NEVER]) {
      if (done >= playable || this.#playhead === Number.POSITIVE_INFINITY) break;
      if (pause.until <= this.#playhead) continue;
      const length = Math.min(playable - done, Math.max(0, pause.from - this.#playhead));
      if (length > 0) pieces.push(cut(this.#playhead, done, done + length));
      done += length;
      this.#playhead += length;
      if (done < playable) this.#playhead = Math.max(this.#playhead, pause.until);
    }
    this.#played += done;
    return pieces;
  }
}

type Cut = (start: number, from: number, until: number) => Piece;

const NEVER = { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY } as const;
