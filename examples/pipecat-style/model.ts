import {
  type Frame,
  FunctionCallInProgressFrame,
  FunctionCallResultFrame,
  InterruptionFrame,
  LLMFullResponseEndFrame,
  LLMFullResponseStartFrame,
  LLMTextFrame,
  MetricsFrame,
  TranscriptionFrame,
  UserStoppedSpeakingFrame,
} from './frames.js';
import { FrameProcessor, pause } from './pipeline.js';

const FIRST_TOKEN_MS = 250;
const TOKEN_MS = 20;
const TOOL_MS = 150;
const NAME = 'OpenAILLMService#0';
const MODEL = 'gpt-4.1-mini';

/** A stand-in for a language model that answers two questions, one with the help of a tool. */
export class LanguageModel extends FrameProcessor {
  #question = '';
  /** Counts what was asked and interrupted: an answer to anything older is not given. */
  #asked = 0;

  override process(frame: Frame): void {
    this.pushFrame(frame);
    if (frame instanceof TranscriptionFrame) this.#question = frame.text;
    if (frame instanceof InterruptionFrame) this.#asked += 1;
    if (frame instanceof UserStoppedSpeakingFrame) void this.#answer(this.#question);
  }

  async #answer(question: string): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    if (!question.includes('order')) {
      await this.#respond(asked, 'Of course. I will call you back then.');
      return;
    }
    await this.#respond(asked, '');
    this.pushFrame(new FunctionCallInProgressFrame('call_1', 'find_order', { phone: '+1 415 555 0132' }));
    await pause(TOOL_MS);
    this.pushFrame(new FunctionCallResultFrame('call_1', { status: 'shipped', arrives: 'tomorrow' }));
    await this.#respond(
      asked,
      'It has shipped. It arrives tomorrow before noon at the address that you gave us.',
    );
  }

  async #respond(asked: number, answer: string): Promise<void> {
    if (asked !== this.#asked) return;
    this.pushFrame(new LLMFullResponseStartFrame());
    await pause(FIRST_TOKEN_MS);
    const tokens = answer.match(/\S+\s*/g) ?? [];
    const ttfb = {
      type: 'TTFBMetricsData',
      processor: NAME,
      model: MODEL,
      value: FIRST_TOKEN_MS / 1000,
    } as const;
    this.pushFrame(new MetricsFrame(ttfb));
    for (const token of tokens) {
      if (asked !== this.#asked) break;
      this.pushFrame(new LLMTextFrame(token));
      await pause(TOKEN_MS);
    }
    const value = { promptTokens: 60, completionTokens: Math.max(8, tokens.length), totalTokens: 0 };
    value.totalTokens = value.promptTokens + value.completionTokens;
    this.pushFrame(new MetricsFrame({ type: 'LLMUsageMetricsData', processor: NAME, model: MODEL, value }));
    this.pushFrame(new LLMFullResponseEndFrame());
  }
}
