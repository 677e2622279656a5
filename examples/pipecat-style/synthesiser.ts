import {
  AggregatedTextFrame,
  type Frame,
  InterruptionFrame,
  LLMFullResponseEndFrame,
  LLMTextFrame,
  MetricsFrame,
  TTSAudioRawFrame,
  TTSStartedFrame,
  TTSStoppedFrame,
} from './frames.js';
import { FrameProcessor, pause } from './pipeline.js';

const FIRST_BYTE_MS = 140;
const NAME = 'CartesiaTTSService#0';
const MODEL = 'sonic-3';

/** A stand-in for a synthesiser: speaks sentence by sentence, faster than they are heard. */
export class Synthesiser extends FrameProcessor {
  #text = '';
  #sentences: string[] = [];
  #work: Promise<void> | undefined;
  #interruptions = 0;

  override process(frame: Frame): void {
    this.pushFrame(frame);
    if (frame instanceof InterruptionFrame) this.#stop();
    if (frame instanceof LLMTextFrame) this.#gather(frame.text);
    if (frame instanceof LLMFullResponseEndFrame) this.#gather('', true);
  }

  #gather(text: string, ended = false): void {
    this.#text += text;
    const end = /[.!?]\s/.test(this.#text) || ended;
    const sentence = this.#text.trim();
    if (!end || sentence === '') return;
    this.#text = '';
    this.#sentences.push(sentence);
    this.#work ??= this.#speak();
  }

  async #speak(): Promise<void> {
    const interruptions = this.#interruptions;
    this.pushFrame(new TTSStartedFrame());
    let first = true;
    for (let sentence = this.#sentences.shift(); sentence !== undefined; sentence = this.#sentences.shift()) {
      this.pushFrame(new AggregatedTextFrame(sentence));
      this.pushFrame(
        new MetricsFrame({
          type: 'TTSUsageMetricsData',
          processor: NAME,
          model: MODEL,
          value: sentence.length,
        }),
      );
      await pause(FIRST_BYTE_MS);
      if (interruptions !== this.#interruptions) return;
      const ttfb = {
        type: 'TTFBMetricsData',
        processor: NAME,
        model: MODEL,
        value: FIRST_BYTE_MS / 1000,
      } as const;
      if (first) this.pushFrame(new MetricsFrame(ttfb));
      first = false;
      this.pushFrame(new TTSAudioRawFrame(new TextEncoder().encode(sentence)));
    }
    this.#work = undefined;
    this.pushFrame(new TTSStoppedFrame());
  }

  #stop(): void {
    this.#interruptions += 1;
    this.#text = '';
    this.#sentences = [];
    this.#work = undefined;
  }
}
