import {
  type Frame,
  InputAudioRawFrame,
  InterruptionFrame,
  UserStartedSpeakingFrame,
  VADUserStartedSpeakingFrame,
  VADUserStoppedSpeakingFrame,
} from './frames.js';
import { CHUNK_MS } from './microphone.js';
import { FrameProcessor } from './pipeline.js';

/** A detector waits this long before it believes in speech, and in silence. */
const START_MS = 200;
const STOP_MS = 300;

/** Voice activity by the level of the sound. Whoever begins to speak interrupts the agent. */
export class VoiceDetector extends FrameProcessor {
  #speaking = false;
  #loudMs = 0;
  #silentMs = 0;

  override process(frame: Frame): void {
    if (frame instanceof InputAudioRawFrame) this.#hear(frame.audio);
    this.pushFrame(frame);
  }

  #hear(sound: Uint8Array): void {
    const loud = sound.some((byte) => byte !== 0);
    this.#loudMs = loud ? this.#loudMs + CHUNK_MS : 0;
    this.#silentMs = loud ? 0 : this.#silentMs + CHUNK_MS;
    if (!this.#speaking && this.#loudMs >= START_MS) {
      this.#speaking = true;
      this.pushFrame(new VADUserStartedSpeakingFrame(START_MS / 1000));
      this.pushFrame(new UserStartedSpeakingFrame());
      this.pushFrame(new InterruptionFrame());
    } else if (this.#speaking && this.#silentMs >= STOP_MS) {
      this.#speaking = false;
      this.pushFrame(new VADUserStoppedSpeakingFrame(STOP_MS / 1000));
    }
  }
}
