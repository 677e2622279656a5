import { ReadableStream } from 'node:stream/web';
import { voice } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { FRAME_MS, now, silence, sleep, tone } from './audio.js';

/** A stretch of sound as it went into the microphone. */
export interface Utterance {
  /** When its first frame began. */
  readonly onset: number;
  /** When its last frame ended. */
  readonly stop: number;
}

/** A microphone that records at the pace of real time and notes when there was sound. */
export class FakeMicrophone extends voice.AudioInput {
  readonly utterances: Utterance[] = [];
  /**
   * By how much a frame was handed over too late at worst since the first utterance, because the event loop stood
   * still. LiveKit dates speech by when it processes its frames, so its times are wrong by as much.
   */
  stallMs = 0;
  #speaking = false;
  #spoken = false;
  #onset: number | undefined;
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

  /** Sound for that long. Resolves when it is over. */
  async say(ms: number): Promise<void> {
    this.#speaking = true;
    this.#spoken = true;
    await sleep(ms);
    this.#speaking = false;
    await sleep(2 * FRAME_MS);
  }

  /** The latest utterance. */
  get last(): Utterance {
    const last = this.utterances.at(-1);
    if (last === undefined) throw new Error('nothing was said yet');
    return last;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #record(controller: { enqueue(frame: AudioFrame): void }): void {
    let frameEnd = now();
    this.#timer = setInterval(() => {
      while (now() - frameEnd >= FRAME_MS) {
        frameEnd += FRAME_MS;
        if (this.#spoken) this.stallMs = Math.max(this.stallMs, now() - frameEnd - FRAME_MS);
        this.#note(frameEnd);
        try {
          controller.enqueue(this.#speaking ? tone() : silence());
        } catch {
          this.stop();
          return;
        }
      }
    }, FRAME_MS / 2);
  }

  #note(frameEnd: number): void {
    if (this.#speaking) this.#onset ??= frameEnd - FRAME_MS;
    else if (this.#onset !== undefined) {
      this.utterances.push({ onset: this.#onset, stop: frameEnd - FRAME_MS });
      this.#onset = undefined;
    }
  }
}
