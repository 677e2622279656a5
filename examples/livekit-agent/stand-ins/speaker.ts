import { AudioOutput, type TimedString, USERDATA_TIMED_TRANSCRIPT } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { now } from './clock.js';
import { durationMs, SAMPLE_RATE } from './recordings.js';

const TICK_MS = 5;

/** What was really heard from the speaker. Times are epoch milliseconds. */
export interface Playback {
  /** When the first frame sounded. */
  readonly startedAt: number;
  /** When the last sound was heard. */
  endedAt: number;
  /** Whether it was cut off. */
  interrupted: boolean;
}

/** Audio on its way through the speaker, up to a `flush`. */
interface Segment {
  receivedMs: number;
  playedMs: number;
  complete: boolean;
  words: TimedString[];
  playback: Playback | undefined;
}

/** The agent's side of the line: plays in real time what arrives faster, and can pause, as LiveKit's room output does. */
export class Speaker extends AudioOutput {
  /** Everything played so far. */
  readonly playbacks: Playback[] = [];
  #segment: Segment | undefined;
  #paused = false;
  #timer: NodeJS.Timeout | undefined;
  #lastTick = 0;

  constructor() {
    super(SAMPLE_RATE, undefined, { pause: true });
  }

  override async captureFrame(frame: AudioFrame): Promise<void> {
    await super.captureFrame(frame);
    this.#segment ??= { receivedMs: 0, playedMs: 0, complete: false, words: [], playback: undefined };
    this.#segment.words.push(...timedWords(frame));
    this.#segment.receivedMs += durationMs(frame.samplesPerChannel);
    this.#play();
  }

  /** All of the segment has been handed over. */
  override flush(): void {
    super.flush();
    if (this.#segment !== undefined) this.#segment.complete = true;
  }

  override clearBuffer(): void {
    if (this.#segment !== undefined) this.#finish(this.#segment, true);
  }

  override pause(): void {
    this.#stop();
    this.#paused = true;
    super.pause();
  }

  override resume(): void {
    this.#paused = false;
    super.resume();
    this.#play();
  }

  #play(): void {
    const segment = this.#segment;
    if (this.#paused || segment === undefined || this.#timer !== undefined) return;
    this.#lastTick = performance.now();
    this.#timer = setInterval(() => this.#advance(), TICK_MS);
    if (segment.playback === undefined) {
      segment.playback = { startedAt: now(), endedAt: now(), interrupted: false };
      this.playbacks.push(segment.playback);
      this.onPlaybackStarted(Date.now());
    }
  }

  /** Plays what is due since the last tick. */
  #advance(): void {
    const segment = this.#segment;
    if (segment?.playback === undefined) return;
    const time = performance.now();
    const played = Math.min(time - this.#lastTick, segment.receivedMs - segment.playedMs);
    this.#lastTick = time;
    segment.playedMs += played;
    if (played > 0) segment.playback.endedAt = now();
    if (segment.complete && segment.playedMs >= segment.receivedMs) this.#finish(segment, false);
  }

  #finish(segment: Segment, interrupted: boolean): void {
    this.#stop();
    this.#segment = undefined;
    if (segment.playback !== undefined) segment.playback.interrupted = interrupted;
    const heard = segment.words.filter((word) => (word.startTime ?? 0) * 1000 < segment.playedMs);
    this.onPlaybackFinished({
      playbackPosition: segment.playedMs / 1000,
      interrupted,
      synchronizedTranscript: heard
        .map((word) => word.text)
        .join('')
        .trim(),
    });
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** The words that a synthesiser attached to a frame, each with its place in the segment. */
function timedWords(frame: AudioFrame): TimedString[] {
  const words = frame.userdata[USERDATA_TIMED_TRANSCRIPT];
  return Array.isArray(words) ? words : [];
}
