import { setTimeout as delay } from 'node:timers/promises';
import { type Audio, durationMs } from './audio.js';

/** Between the agent's last sound and the caller's first. */
const REACTION_MS = 300;
/** Silence after which the caller is taken to have finished. */
const SILENCE_MS = 350;
const BYTES_PER_CHUNK = 4;

/** Stands for a telephone line with a caller at its other end, who says these lines in turn and then hangs up. */
export class Phone {
  readonly callId = 'call-7f3a';
  readonly #lines: Audio[];
  #playedUntil = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines.map((line) => new TextEncoder().encode(line));
  }

  /** Resolves when the caller begins to speak; false when they have hung up. */
  async callerSpeaks(): Promise<boolean> {
    await delay(REACTION_MS);
    return this.#lines.length > 0;
  }

  /**
   * What the caller says, as it is said. Ends when they have been silent for a while.
   *
   * @param onSpeechEnd told then, with the time at which they stopped: epoch milliseconds
   */
  listen(onSpeechEnd: (stoppedAt: number) => void): ReadableStream<Audio> {
    let rest = this.#lines.shift() ?? new Uint8Array();
    return new ReadableStream({
      pull: async (controller) => {
        const chunk = rest.subarray(0, BYTES_PER_CHUNK);
        rest = rest.subarray(BYTES_PER_CHUNK);
        if (chunk.length > 0) {
          await delay(durationMs(chunk));
          controller.enqueue(chunk);
        } else {
          const stoppedAt = Date.now();
          await delay(SILENCE_MS);
          onSpeechEnd(stoppedAt);
          controller.close();
        }
      },
    });
  }

  /**
   * Plays after what is already playing.
   *
   * @param onStart called when this begins a stretch of sound
   */
  play(audio: Audio, onStart: () => void): void {
    const now = performance.now();
    if (this.#playedUntil <= now) onStart();
    this.#playedUntil = Math.max(this.#playedUntil, now) + durationMs(audio);
  }

  /** Resolves when everything has been heard. */
  async playedOut(): Promise<void> {
    await delay(Math.max(0, this.#playedUntil - performance.now()));
  }
}
