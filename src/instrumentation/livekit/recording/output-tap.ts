import { read } from '../../../conversation/read.js';
import { guard } from '../../../otel/guard.js';
import type { LiveKitEmitter } from '../livekit-types.js';
import type { CallAudio, LiveKitAudioFrame, PlaybackAudio, TapClock } from './call-audio.js';
import { beforeCall, type Restore } from './patch.js';

/** Segments that wait to be played; beyond, the oldest is given up as never heard. */
const MAX_SEGMENTS = 64;
/** How far a time of LiveKit's may lie from ours and still be believed. Milliseconds. */
const BELIEVABLE_MS = 60_000;

interface Segment {
  readonly audio: PlaybackAudio;
  /** Which segment of the output it is, from 1, unless the output takes none of its frames. */
  readonly ordinal: number | undefined;
}

/**
 * Listens to one `AudioOutput` of LiveKit: the frames of a segment as they are handed over, and what the output says of
 * their playback. A segment goes from its first frame to `flush()`; what the output reports is about the oldest segment
 * that it has not reported as finished. Which that is, its own counters say (since `@livekit/agents` 1.9); where there
 * are none, it is the oldest that we know.
 */
export class OutputTap {
  readonly #output: LiveKitEmitter;
  readonly #recording: CallAudio;
  readonly #clock: TapClock;
  readonly #segments: Segment[] = [];
  readonly #patches: (Restore | undefined)[];
  readonly #listeners: [event: string, listener: (event: unknown) => void][];
  /** Segments from before the tap that will be reported as finished. */
  #foreign: number;
  /** Frames up to the next flush belong to a segment from before the tap. */
  #skipping: boolean;
  #open: Segment | undefined;

  constructor(output: LiveKitEmitter, recording: CallAudio, clock: TapClock) {
    this.#output = output;
    this.#recording = recording;
    this.#clock = clock;
    const pending = read(output, 'pendingPlayoutSegments');
    this.#foreign = typeof pending === 'number' ? pending : 0;
    this.#skipping = this.#foreign > 0 && read(output, '_capturing') === true;
    this.#patches = [
      beforeCall(output, 'captureFrame', (frame) => this.#frame(frame as LiveKitAudioFrame)),
      beforeCall(output, 'flush', () => this.#flushed()),
      beforeCall(output, 'pause', () => recording.paused(clock.now())),
      beforeCall(output, 'resume', () => recording.resumed(clock.now())),
    ];
    this.#listeners = [];
    this.#listen('playbackStarted', (event) => this.#started(event));
    this.#listen('playbackProgressed', (event) => this.#progressed(event));
    this.#listen('playbackFinished', (event) => this.#finished(event));
  }

  /** Whether there are segments of which it is not known yet what was played. */
  get pending(): boolean {
    return this.#segments.length > 0;
  }

  /** Takes no more frames. The end of what is being played is still heard of, until `remove`. */
  stopCapture(): void {
    for (const restore of this.#patches.splice(0)) restore?.();
  }

  /** Leaves nothing of us behind. */
  remove(): void {
    this.stopCapture();
    for (const [event, listener] of this.#listeners.splice(0)) {
      guard(`no longer listening to ${event}`, undefined, () => this.#output.off(event, listener));
    }
  }

  #listen(name: string, handler: (event: unknown) => void): void {
    const listener = (event: unknown): void => guard(`the tap of ${name}`, undefined, () => handler(event));
    guard(`listening to ${name}`, undefined, () => this.#output.on(name, listener));
    this.#listeners.push([name, listener]);
  }

  #frame(frame: LiveKitAudioFrame): void {
    if (this.#skipping) return;
    if (this.#open === undefined) {
      this.#open = { audio: this.#recording.playback(), ordinal: this.#nextOrdinal() };
      this.#segments.push(this.#open);
      if (this.#segments.length > MAX_SEGMENTS) this.#segments.shift()?.audio.finished({ playedMs: 0 });
    }
    this.#open.audio.frame(frame, this.#clock.now());
  }

  #flushed(): void {
    this.#skipping = false;
    this.#open = undefined;
  }

  #started(event: unknown): void {
    this.#playing()?.audio.started(this.#time(read(event, 'createdAt')));
  }

  #progressed(event: unknown): void {
    const [startedAt, offsetMs, durationMs] = ['startedAt', 'offset', 'duration'].map((key) =>
      read(event, key),
    );
    if (typeof offsetMs !== 'number' || typeof durationMs !== 'number') return;
    this.#playing()?.audio.progressed({ time: this.#time(startedAt), offsetMs, durationMs });
  }

  #finished(event: unknown): void {
    const finished = this.#finishedCount();
    const segment = finished === undefined ? this.#oldest() : this.#take(finished);
    if (finished === undefined && this.#foreign > 0) this.#foreign -= 1;
    if (segment === undefined) return;
    if (segment === this.#open) this.#open = undefined;
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    const position = read(event, 'playbackPosition');
    segment.audio.finished({ playedMs: typeof position === 'number' ? position * 1000 : 0 });
  }

  /** The segment that is being played. */
  #playing(): Segment | undefined {
    const finished = this.#finishedCount();
    return finished === undefined ? this.#oldest() : this.#take(finished + 1);
  }

  #oldest(): Segment | undefined {
    return this.#foreign > 0 ? undefined : this.#segments[0];
  }

  /**
   * The segment of this number. Several of one number: the output took no frame of the earlier ones. They and those
   * before them were never heard.
   */
  #take(ordinal: number): Segment | undefined {
    const found = this.#segments.findLast((segment) => segment.ordinal === ordinal);
    while (this.#segments[0] !== undefined && this.#segments[0] !== found) {
      if ((this.#segments[0].ordinal ?? ordinal) > ordinal) break;
      this.#segments.shift()?.audio.finished({ playedMs: 0 });
    }
    return found;
  }

  #nextOrdinal(): number | undefined {
    const captured = read(this.#output, 'capturedPlayoutSegments');
    return typeof captured === 'number' ? captured + 1 : undefined;
  }

  #finishedCount(): number | undefined {
    const captured = read(this.#output, 'capturedPlayoutSegments');
    const pending = read(this.#output, 'pendingPlayoutSegments');
    return typeof captured === 'number' && typeof pending === 'number' ? captured - pending : undefined;
  }

  /** A wall-clock time of LiveKit's on the session's clock; now, where it is none. */
  #time(wallMs: unknown): number {
    const now = this.#clock.now();
    const time = typeof wallMs === 'number' ? this.#clock.at(wallMs) : now;
    return Math.abs(time - now) > BELIEVABLE_MS ? now : time;
  }
}
