import { voice } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { now, SAMPLE_RATE } from '../fakes/audio.js';
import type { Sound } from './sound-microphone.js';

const TICK_MS = 10;
/** What the queue of LiveKit's room output holds when it is paused is dropped. */
const QUEUE_MS = 100;

const samplesIn = (ms: number): number => Math.round((ms * SAMPLE_RATE) / 1000);

interface Segment {
  frames: Int16Array;
  /** Samples that have left the queue: heard, or dropped at a pause. */
  position: number;
  heard: number;
  tickedAt: number;
  started: boolean;
  flushed: boolean;
  timer: ReturnType<typeof setInterval>;
  run: { at: number; offset: number } | undefined;
}

/**
 * A loudspeaker that plays in real time what comes faster, and notes every sample that was heard and when. With
 * `reports` it behaves as LiveKit's room output does: it drops its queue at a pause, and reports what it has played.
 */
export class SoundSpeaker extends voice.AudioOutput {
  readonly heard: Sound[] = [];
  /** The sound of each segment that was handed over, heard or not. */
  readonly given: Int16Array[] = [];
  /** When playback was cut off, by the clock of the fakes. */
  readonly cuts: number[] = [];
  pauses = 0;
  readonly #reports: boolean;
  #segment: Segment | undefined;
  #paused = false;

  constructor({ reports = false } = {}) {
    super(SAMPLE_RATE, undefined, { pause: true });
    this.#reports = reports;
  }

  override async captureFrame(frame: AudioFrame): Promise<void> {
    await super.captureFrame(frame);
    this.#segment ??= this.#newSegment();
    const joined = new Int16Array(this.#segment.frames.length + frame.data.length);
    joined.set(this.#segment.frames);
    joined.set(frame.data, this.#segment.frames.length);
    this.#segment.frames = joined;
    this.given[this.given.length - 1] = joined;
  }

  override flush(): void {
    super.flush();
    if (this.#segment !== undefined) this.#segment.flushed = true;
  }

  override clearBuffer(): void {
    const segment = this.#segment;
    if (segment === undefined) return;
    this.#play(segment);
    this.cuts.push(now());
    this.#finish(segment, true);
  }

  override pause(): void {
    const segment = this.#segment;
    if (!this.#paused && segment !== undefined) {
      this.#play(segment);
      this.#report(segment);
      this.pauses += 1;
      if (this.#reports && segment.started) {
        segment.position = Math.min(segment.frames.length, segment.position + samplesIn(QUEUE_MS));
      }
    }
    this.#paused = true;
    super.pause();
  }

  override resume(): void {
    if (this.#paused && this.#segment !== undefined) this.#segment.tickedAt = now();
    this.#paused = false;
    super.resume();
  }

  #newSegment(): Segment {
    const segment: Segment = {
      frames: new Int16Array(),
      position: 0,
      heard: 0,
      tickedAt: now(),
      started: false,
      flushed: false,
      timer: setInterval(() => this.#tick(segment), TICK_MS),
      run: undefined,
    };
    this.given.push(segment.frames);
    return segment;
  }

  #tick(segment: Segment): void {
    if (this.#paused) return;
    if (!segment.started) {
      segment.started = true;
      segment.tickedAt = now();
      this.onPlaybackStarted(Date.now());
      return;
    }
    this.#play(segment);
    if (segment.flushed && segment.position >= segment.frames.length) this.#finish(segment, false);
  }

  /** What has passed since the latest tick was heard. */
  #play(segment: Segment): void {
    if (!segment.started || this.#paused) return;
    const passed = samplesIn(now() - segment.tickedAt);
    const samples = segment.frames.slice(segment.position, segment.position + passed);
    if (samples.length > 0) {
      segment.run ??= { at: segment.tickedAt, offset: segment.position };
      this.heard.push({ at: segment.tickedAt, samples });
    }
    segment.tickedAt += (passed * 1000) / SAMPLE_RATE;
    segment.position += samples.length;
    segment.heard += samples.length;
  }

  #report(segment: Segment): void {
    if (this.#reports && segment.run !== undefined) {
      const { at, offset } = segment.run;
      const ms = (samples: number): number => (samples * 1000) / SAMPLE_RATE;
      this.onPlaybackProgressed({
        startedAt: Date.now() - (now() - at),
        offset: ms(offset),
        duration: ms(segment.position - offset),
      });
    }
    segment.run = undefined;
  }

  #finish(segment: Segment, interrupted: boolean): void {
    clearInterval(segment.timer);
    this.#segment = undefined;
    this.#report(segment);
    this.onPlaybackFinished({ playbackPosition: segment.heard / SAMPLE_RATE, interrupted });
  }
}
