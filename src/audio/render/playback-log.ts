import type { JournalEvent } from '../journal/record.js';

/** A stretch of a segment as it was played. Milliseconds. */
export interface PlayedRun {
  /** When it began to play, since the start of the recording. */
  readonly time: number;
  /** Where it begins in the sound of the segment. */
  readonly offset: number;
  readonly duration: number;
}

/** What is known of one segment of the agent's speech. Times are milliseconds since the start of the recording. */
export interface SegmentPlayback {
  readonly segment: number;
  /** When its first frame was handed to the output. */
  readonly handedOver: number;
  startedAt: number | undefined;
  /** How much of it was played, once that is known. */
  playedMs: number | undefined;
  /** Where the output says itself what was played when, as LiveKit's room output does. */
  readonly runs: PlayedRun[];
}

export interface Pause {
  readonly from: number;
  until: number;
}

/** Segments and pauses kept that nobody has asked to forget; beyond, the oldest goes. */
const MAX_KEPT = 100_000;

/** What the output has said about the playback of the agent's speech. */
export class PlaybackLog {
  readonly #segments = new Map<number, SegmentPlayback>();
  readonly #pauses: Pause[] = [];

  apply(event: JournalEvent): void {
    const playback = this.#segments.get(event.segment);
    switch (event.kind) {
      case 'agent':
        if (playback === undefined) this.#begin(event);
        return;
      case 'started':
        if (playback !== undefined) playback.startedAt ??= event.time;
        return;
      case 'progressed':
        playback?.runs.push({ time: event.time, offset: event.first, duration: event.second });
        return;
      case 'finished':
        if (playback !== undefined) playback.playedMs ??= event.first;
        return;
      case 'paused':
        if ((this.#pauses.at(-1)?.until ?? 0) < event.time)
          this.#pauses.push({ from: event.time, until: Number.POSITIVE_INFINITY });
        return;
      case 'resumed': {
        const pause = this.#pauses.at(-1);
        if (pause !== undefined) pause.until = Math.min(pause.until, event.time);
        return;
      }
    }
  }

  of(segment: number): SegmentPlayback | undefined {
    return this.#segments.get(segment);
  }

  /** In order, and not overlapping. */
  get pauses(): readonly Pause[] {
    return this.#pauses;
  }

  /** Since when there is sound of the agent of which it is not known what was played; infinity: of all it is known. */
  get unsettledSince(): number {
    for (const { playedMs, handedOver } of this.#segments.values()) {
      if (playedMs === undefined) return handedOver;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Drops what is of no use any more: segments before this one, and pauses that were over by this time. */
  forget(segment: number, time: number): void {
    for (const known of this.#segments.keys()) {
      if (known >= segment) break;
      this.#segments.delete(known);
    }
    while ((this.#pauses[0]?.until ?? Number.POSITIVE_INFINITY) < time) this.#pauses.shift();
  }

  #begin({ segment, time }: JournalEvent): void {
    const playback: SegmentPlayback = {
      segment,
      handedOver: time,
      startedAt: undefined,
      playedMs: undefined,
      runs: [],
    };
    this.#segments.set(segment, playback);
    if (this.#segments.size > MAX_KEPT) this.#segments.delete(this.#segments.keys().next().value ?? 0);
    if (this.#pauses.length > MAX_KEPT) this.#pauses.shift();
  }
}
