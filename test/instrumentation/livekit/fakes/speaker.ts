import { voice } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { durationMs, now } from './audio.js';

const TICK_MS = 10;

/** What was heard of one segment. */
export interface Playback {
  readonly startedAt: number;
  /** When the latest sound of it was heard; what plays for less than a tick is not. */
  heardUntil: number;
  /** How often it was paused. */
  pauses: number;
  /** It was cut off rather than played to its end. */
  cut?: boolean;
}

interface Segment {
  pushedMs: number;
  playedMs: number;
  tickedAt: number;
  flushed: boolean;
  timer: ReturnType<typeof setInterval>;
  playback?: Playback;
}

export interface SpeakerOptions {
  /** Default true, as with LiveKit's rooms. */
  readonly canPause?: boolean;
  /** Say what was heard of a segment that was cut, as LiveKit's room output does. */
  readonly heardText?: (playedMs: number) => string;
}

/** A loudspeaker that plays in real time what comes faster, and notes what was heard when. */
export class FakeSpeaker extends voice.AudioOutput {
  readonly playbacks: Playback[] = [];
  readonly #heardText: ((playedMs: number) => string) | undefined;
  #segment: Segment | undefined;
  #paused = false;

  constructor({ canPause = true, heardText }: SpeakerOptions = {}) {
    super(24_000, undefined, { pause: canPause });
    this.#heardText = heardText;
  }

  /** The latest playback. */
  get last(): Playback {
    const last = this.playbacks.at(-1);
    if (last === undefined) throw new Error('nothing was played yet');
    return last;
  }

  override async captureFrame(frame: AudioFrame): Promise<void> {
    await super.captureFrame(frame);
    this.#segment ??= this.#newSegment();
    this.#segment.pushedMs += durationMs(frame);
  }

  override flush(): void {
    super.flush();
    if (this.#segment !== undefined) this.#segment.flushed = true;
  }

  override clearBuffer(): void {
    if (this.#segment !== undefined) this.#finish(this.#segment, true);
  }

  override pause(): void {
    if (!this.#paused) {
      this.#paused = true;
      const playback = this.#segment?.playback;
      if (playback !== undefined) {
        playback.pauses += 1;
        playback.heardUntil = now();
      }
    }
    super.pause();
  }

  override resume(): void {
    if (this.#paused && this.#segment !== undefined) this.#segment.tickedAt = now();
    this.#paused = false;
    super.resume();
  }

  #newSegment(): Segment {
    const segment: Segment = {
      pushedMs: 0,
      playedMs: 0,
      tickedAt: now(),
      flushed: false,
      timer: setInterval(() => this.#tick(segment), TICK_MS),
    };
    return segment;
  }

  #tick(segment: Segment): void {
    if (this.#paused) return;
    const time = now();
    const passed = time - segment.tickedAt;
    segment.tickedAt = time;
    if (segment.playback === undefined) {
      segment.playback = { startedAt: time, heardUntil: time, pauses: 0 };
      this.playbacks.push(segment.playback);
      this.onPlaybackStarted(Date.now());
      return;
    }
    segment.playback.heardUntil = time;
    segment.playedMs = Math.min(segment.pushedMs, segment.playedMs + passed);
    if (segment.flushed && segment.playedMs >= segment.pushedMs) this.#finish(segment, false);
  }

  #finish(segment: Segment, interrupted: boolean): void {
    clearInterval(segment.timer);
    this.#segment = undefined;
    const { playback } = segment;
    if (playback !== undefined) {
      playback.cut = interrupted;
      if (!this.#paused && playback.heardUntil === segment.tickedAt) playback.heardUntil = now();
    }
    const heard = interrupted ? this.#heardText?.(segment.playedMs) : undefined;
    this.onPlaybackFinished({
      playbackPosition: segment.playedMs / 1000,
      interrupted,
      ...(heard === undefined ? {} : { synchronizedTranscript: heard }),
    });
  }
}
