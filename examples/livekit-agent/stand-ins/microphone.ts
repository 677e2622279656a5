import { ReadableStream } from 'node:stream/web';
import { AudioInput } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';
import { now } from './clock.js';
import { durationMs, isLoud, type Recording, SAMPLE_RATE } from './recordings.js';

const FRAME_MS = 20;
const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;

/** What was really said into the microphone, whatever anybody heard. Times are epoch milliseconds. */
export interface Utterance {
  readonly text: string;
  /** When the first loud sample sounded. */
  startedAt: number;
  /** When the last loud sample sounded. */
  endedAt: number;
}

/** The caller's side of the line: recordings in real time, silence in between. */
export class Microphone extends AudioInput {
  /** Everything said so far. */
  readonly utterances: Utterance[] = [];
  readonly #timer: NodeJS.Timeout;
  #speaking: { recording: Recording; position: number; utterance: Utterance; done: () => void } | undefined;

  constructor() {
    super();
    let due = performance.now();
    let push: (frame: AudioFrame) => void = () => {};
    this.multiStream.addInputStream(
      new ReadableStream<AudioFrame>({
        start: (controller) => {
          push = (frame) => controller.enqueue(frame);
        },
      }),
    );
    this.#timer = setInterval(() => {
      for (; due <= performance.now(); due += FRAME_MS) push(this.#nextFrame());
    }, FRAME_MS / 2);
  }

  /** Speaks. Resolves when the last sample has been handed over. */
  async say(recording: Recording): Promise<void> {
    const utterance = { text: recording.text, startedAt: 0, endedAt: 0 };
    this.utterances.push(utterance);
    await new Promise<void>((done) => {
      this.#speaking = { recording, position: 0, utterance, done };
    });
  }

  override async close(): Promise<void> {
    clearInterval(this.#timer);
    await super.close();
  }

  /** A frame is handed over when it has been recorded: its last sample sounds now. */
  #nextFrame(): AudioFrame {
    const frame = new AudioFrame(new Int16Array(FRAME_SAMPLES), SAMPLE_RATE, 1, FRAME_SAMPLES);
    const speaking = this.#speaking;
    if (speaking === undefined) return frame;
    const end = speaking.position + FRAME_SAMPLES;
    frame.data.set(speaking.recording.samples.subarray(speaking.position, end));
    speaking.position = end;

    const frameStart = now() - FRAME_MS;
    const first = frame.data.findIndex(isLoud);
    const last = frame.data.findLastIndex(isLoud);
    if (first >= 0) {
      speaking.utterance.startedAt ||= frameStart + durationMs(first);
      speaking.utterance.endedAt = frameStart + durationMs(last);
    }
    if (end >= speaking.recording.samples.length) {
      this.#speaking = undefined;
      speaking.done();
    }
    return frame;
  }
}
