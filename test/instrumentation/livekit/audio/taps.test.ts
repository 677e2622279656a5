import { initializeLogger, voice } from '@livekit/agents';
import { AudioFrame, dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { read } from '../../../../src/conversation/read.js';
import type {
  CallAudio,
  PlaybackAudio,
} from '../../../../src/instrumentation/livekit/recording/call-audio.js';
import { CallTaps } from '../../../../src/instrumentation/livekit/recording/call-taps.js';
import { resetWarnings } from '../../../../src/otel/diagnostics.js';
import { SoundMicrophone } from './sound-microphone.js';

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());
beforeEach(() => resetWarnings());

/** Notes what the taps bring. */
class Notes implements CallAudio {
  readonly startTime = 0;
  readonly lines: string[] = [];
  fails = false;
  #segments = 0;

  user(): void {
    this.#note('user');
  }

  playback(): PlaybackAudio {
    this.#segments += 1;
    const segment = this.#segments;
    return {
      frame: () => this.#note(`${segment} frame`),
      started: () => this.#note(`${segment} started`),
      progressed: ({ offsetMs, durationMs }) => this.#note(`${segment} progressed ${offsetMs} ${durationMs}`),
      finished: ({ playedMs }) => this.#note(`${segment} finished ${playedMs}`),
    };
  }

  paused(): void {
    this.#note('paused');
  }

  resumed(): void {
    this.#note('resumed');
  }

  end(): undefined {
    this.#note('end');
  }

  #note(line: string): void {
    this.lines.push(line);
    if (this.fails) throw new Error('the recording fails');
  }
}

/** An output that does nothing by itself. */
class ManualOutput extends voice.AudioOutput {
  readonly frames: AudioFrame[] = [];
  refuses = false;

  constructor() {
    super(24_000, undefined, { pause: true });
  }

  override async captureFrame(frame: AudioFrame): Promise<void> {
    if (this.refuses) return;
    await super.captureFrame(frame);
    this.frames.push(frame);
  }

  override clearBuffer(): void {}
}

const frame = (): AudioFrame => new AudioFrame(new Int16Array(480), 24_000, 1, 480);
const clock = { now: () => 0, at: (ms: number) => ms };

function session(): voice.AgentSession {
  return new voice.AgentSession({ vad: null, turnHandling: { turnDetection: null } });
}

/** What an object has of its own, and what listens to it. */
function traces(target: object): unknown {
  const names = Reflect.ownKeys(target).map(String).sort();
  const listeners =
    target instanceof voice.AudioOutput ? target.eventNames().map((name) => target.listenerCount(name)) : [];
  return { names, listeners };
}

describe('the taps of a call', () => {
  it('leave nothing behind on any object', async () => {
    const one = session();
    const [microphone, first, second] = [new SoundMicrophone(), new ManualOutput(), new ManualOutput()];
    const writer = Object(read(read(microphone, 'multiStream'), 'writer'));
    const targets = [one, one.input, one.output, microphone, microphone.stream, writer, first, second];
    const before = targets.map(traces);
    const taps = new CallTaps(one, new Notes(), clock);
    one.input.audio = microphone;
    one.output.audio = first;
    one.output.audio = second;
    expect(targets.map(traces)).not.toEqual(before);
    expect([one.input.audio, one.output.audio]).toEqual([microphone, second]);
    taps.detach();
    expect(targets.map(traces)).toEqual(before);
    microphone.stop();
  });

  it('keep what the output can do, and hand on what it returns and throws', async () => {
    const one = session();
    const output = new ManualOutput();
    one.output.audio = output;
    const taps = new CallTaps(one, new Notes(), clock);
    expect(output.canPause).toBe(true);
    const sent = frame();
    await output.captureFrame(sent);
    expect(output.frames).toEqual([sent]);
    output.captureFrame = () => Promise.reject(new Error('the device is gone'));
    await expect(output.captureFrame(frame())).rejects.toThrow('the device is gone');
    taps.detach();
    await expect(output.captureFrame(frame())).rejects.toThrow('the device is gone');
  });

  it('do no harm when the recording fails', async () => {
    const one = session();
    const output = new ManualOutput();
    const notes = new Notes();
    notes.fails = true;
    one.output.audio = output;
    const taps = new CallTaps(one, notes, clock);
    await output.captureFrame(frame());
    output.pause();
    output.onPlaybackStarted(1);
    output.onPlaybackFinished({ playbackPosition: 1, interrupted: false });
    expect(output.frames).toHaveLength(1);
    expect(taps.end()).toBeUndefined();
  });

  it('tell segments apart, also when two wait', async () => {
    const one = session();
    const output = new ManualOutput();
    const notes = new Notes();
    const taps = new CallTaps(one, notes, clock);
    one.output.audio = output;
    await output.captureFrame(frame());
    await output.captureFrame(frame());
    output.flush();
    await output.captureFrame(frame());
    output.onPlaybackStarted(1);
    output.pause();
    output.onPlaybackProgressed({ startedAt: 1, offset: 0, duration: 30 });
    output.resume();
    output.onPlaybackFinished({ playbackPosition: 0.04, interrupted: false });
    output.onPlaybackStarted(2);
    output.onPlaybackFinished({ playbackPosition: 0.01, interrupted: true });
    expect(notes.lines).toEqual([
      '1 frame',
      '1 frame',
      '2 frame',
      '1 started',
      'paused',
      '1 progressed 0 30',
      'resumed',
      '1 finished 40',
      '2 started',
      '2 finished 10',
    ]);
    taps.detach();
  });

  it('know that a segment of which the output took no frame was never heard', async () => {
    const one = session();
    const output = new ManualOutput();
    const notes = new Notes();
    const taps = new CallTaps(one, notes, clock);
    one.output.audio = output;
    output.refuses = true;
    await output.captureFrame(frame());
    output.flush();
    output.refuses = false;
    await output.captureFrame(frame());
    output.onPlaybackStarted(1);
    output.onPlaybackFinished({ playbackPosition: 0.02, interrupted: false });
    expect(notes.lines).toEqual(['1 frame', '2 frame', '1 finished 0', '2 started', '2 finished 20']);
    taps.detach();
  });

  it('pass over the segment that was being played when they came', async () => {
    const one = session();
    const output = new ManualOutput();
    const notes = new Notes();
    one.output.audio = output;
    await output.captureFrame(frame());
    const taps = new CallTaps(one, notes, clock);
    await output.captureFrame(frame());
    output.flush();
    output.onPlaybackFinished({ playbackPosition: 0.04, interrupted: false });
    await output.captureFrame(frame());
    output.onPlaybackFinished({ playbackPosition: 0.02, interrupted: false });
    expect(notes.lines).toEqual(['1 frame', '1 finished 20']);
    taps.detach();
  });

  it('still hear of the end of what an output was playing when it was taken away', async () => {
    const one = session();
    const output = new ManualOutput();
    const notes = new Notes();
    const taps = new CallTaps(one, notes, clock);
    one.output.audio = output;
    await output.captureFrame(frame());
    one.output.audio = null;
    await output.captureFrame(frame());
    output.onPlaybackFinished({ playbackPosition: 0.02, interrupted: true });
    expect(notes.lines).toEqual(['1 frame', '1 finished 20']);
    taps.detach();
  });

  it('hear an input that has no stream of the usual kind where it is read', async () => {
    const one = session();
    const notes = new Notes();
    const taps = new CallTaps(one, notes, clock);
    const frames = new ReadableStream({
      start: (controller) => {
        controller.enqueue(frame());
        controller.enqueue(frame());
        controller.close();
      },
    });
    const input = { stream: frames, setAttached() {}, onAttached() {}, onDetached() {} };
    Reflect.set(one.input, 'audio', input);
    const reader = frames.getReader();
    while (!(await reader.read()).done);
    reader.releaseLock();
    expect(notes.lines).toEqual(['user', 'user']);
    taps.detach();
    expect(Object.hasOwn(frames, 'getReader')).toBe(false);
  });
});
