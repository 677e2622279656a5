import { ReadableStream } from 'node:stream/web';
import { voice } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';
import { FRAME_MS, now, SAMPLE_RATE } from '../fakes/audio.js';

const SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;

/** What went into the microphone, by the clock of the fakes. */
export interface Sound {
  readonly at: number;
  readonly samples: Int16Array;
}

/** A microphone that records at the pace of real time what it is given to hear, and notes when that was. */
export class SoundMicrophone extends voice.AudioInput {
  readonly heard: Sound[] = [];
  #waiting: Int16Array | undefined;
  #saidAt = 0;
  #said: () => void = () => {};
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.multiStream.addInputStream(
      new ReadableStream<AudioFrame>({
        start: (controller) => this.#record(controller),
        cancel: () => this.stop(),
      }),
    );
  }

  /** Resolves when the sound is over. */
  say(samples: Int16Array): Promise<void> {
    this.#waiting = samples;
    this.#saidAt = now();
    return new Promise((resolve) => {
      this.#said = resolve;
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #record(controller: { enqueue(frame: AudioFrame): void }): void {
    let frameEnd = now();
    this.#timer = setInterval(() => {
      while (now() - frameEnd >= FRAME_MS) {
        frameEnd += FRAME_MS;
        controller.enqueue(new AudioFrame(this.#next(frameEnd - FRAME_MS), SAMPLE_RATE, 1, SAMPLES));
      }
    }, FRAME_MS / 2);
  }

  #next(at: number): Int16Array {
    const frame = new Int16Array(SAMPLES);
    const waiting = this.#waiting;
    if (waiting === undefined || at < this.#saidAt) return frame;
    if (waiting.length === 0) {
      this.#waiting = undefined;
      this.#said();
      return frame;
    }
    const samples = waiting.subarray(0, SAMPLES);
    frame.set(samples);
    this.heard.push({ at, samples });
    this.#waiting = waiting.subarray(SAMPLES);
    return frame;
  }
}
