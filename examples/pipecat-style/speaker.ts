import {
  BotStartedSpeakingFrame,
  BotStoppedSpeakingFrame,
  type Frame,
  InterruptionFrame,
  TTSAudioRawFrame,
  TTSStoppedFrame,
  TTSTextFrame,
} from './frames.js';
import { MS_PER_BYTE } from './microphone.js';
import { FrameProcessor } from './pipeline.js';

/** Plays sound in real time, word by word, and forgets what it has not played when it is interrupted. */
export class Speaker extends FrameProcessor {
  #words: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #speaking = false;
  #complete = false;

  override process(frame: Frame): void {
    this.pushFrame(frame);
    if (frame instanceof TTSAudioRawFrame) this.#play(new TextDecoder().decode(frame.audio));
    if (frame instanceof TTSStoppedFrame) this.#complete = true;
    if (frame instanceof InterruptionFrame) this.#stop();
  }

  #play(text: string): void {
    this.#words.push(...text.split(' '));
    this.#complete = false;
    if (this.#speaking) return;
    this.#speaking = true;
    this.pushFrame(new BotStartedSpeakingFrame());
    this.#next();
  }

  #next(): void {
    const word = this.#words.shift();
    if (word === undefined && this.#complete) return this.#stop();
    if (word !== undefined) this.pushFrame(new TTSTextFrame(word));
    this.#timer = setTimeout(() => this.#next(), word === undefined ? 10 : (word.length + 1) * MS_PER_BYTE);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#words = [];
    if (!this.#speaking) return;
    this.#speaking = false;
    this.pushFrame(new BotStoppedSpeakingFrame());
  }
}
