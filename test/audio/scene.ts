import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CallRecorder,
  type CallRecorderOptions,
  type CallRecording,
  directorySink,
  type Playback,
} from '../../src/audio/index.js';
import { durationMs, framesOf, RATE, readWav, type Wav } from './signals.js';

/** Epoch milliseconds at which the calls of these tests begin. */
export const START = 1_700_000_000_000;

const noDelay: (time: number) => number = () => 0;

/** A call without a clock of its own: every moment is given, in milliseconds from its start. */
export class Scene {
  readonly directory: string;
  readonly recorder: CallRecorder;
  readonly recording: CallRecording;

  static async open(options: Partial<CallRecorderOptions> = {}): Promise<Scene> {
    return new Scene(await mkdtemp(join(tmpdir(), 'voice-otel-test-')), options);
  }

  private constructor(directory: string, options: Partial<CallRecorderOptions>) {
    this.directory = directory;
    this.recorder = new CallRecorder({
      sink: directorySink(this.recordings),
      temporaryDirectory: this.temporary,
      ...options,
    });
    const recording = this.recorder.start({ sessionId: 's_0123456789abcdef', now: () => START });
    if (recording === undefined) throw new Error('no recording');
    this.recording = recording;
  }

  get recordings(): string {
    return join(this.directory, 'recordings');
  }

  get temporary(): string {
    return join(this.directory, 'temporary');
  }

  /** The user says this from `at` on. Each frame arrives when it is over, and `delay` later. */
  user(at: number, samples: Int16Array, { rate = RATE, channels = 1, delay = noDelay } = {}): void {
    let time = at;
    for (const frame of framesOf(samples, rate, channels)) {
      time += durationMs(frame);
      this.recording.user(frame, START + time + delay(time));
    }
  }

  /** The agent's sound is handed to its output in one go. */
  agent(at: number, samples: Int16Array, rate = RATE): Playback {
    const playback = this.recording.playback();
    for (const frame of framesOf(samples, rate)) playback.frame(frame, START + at);
    return playback;
  }

  async end(at: number): Promise<Wav> {
    this.recording.end({ endTime: START + at });
    const stored = await this.recording.done;
    if (stored === undefined) throw new Error('the recording was lost');
    return readWav(new URL(stored.url));
  }

  /** What lies in the temporary directory. */
  async left(): Promise<string[]> {
    return readdir(this.temporary).catch(() => []);
  }

  async close(): Promise<void> {
    this.recording.end({ endTime: START });
    await this.recording.done;
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Sound at moments (ms): what a recording should be, sample by sample. */
export function timeline(ms: number, ...sounds: [at: number, samples: Int16Array][]): Int16Array {
  const whole = new Int16Array((ms * RATE) / 1000);
  for (const [at, samples] of sounds) {
    const from = (at * RATE) / 1000;
    for (let i = 0; i < samples.length; i += 1) whole[from + i] = (whole[from + i] ?? 0) + (samples[i] ?? 0);
  }
  return whole;
}

/** The part of a sound between two moments (ms). */
export function part(samples: Int16Array, from: number, until: number): Int16Array {
  return samples.slice((from * RATE) / 1000, (until * RATE) / 1000);
}
