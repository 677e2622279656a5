import type { LlmPayload, Message, ToolCall } from '../../conversation/payloads.js';
import type { StageRecord } from '../../signals/signal.js';
import type { ModelIdentity } from '../livekit/models.js';

/** Text kept of one call, in characters. */
const MAX_TEXT = 100_000;

/** One request to the model and what came of it. */
export class ModelCall {
  startTime: number;
  endTime: number | undefined;
  /** Its answer has begun to arrive; that of a speculation is held back. */
  started: boolean;
  ttfbMs: number | undefined;
  usage: LlmPayload | undefined;
  usageAt: number | undefined;
  /** Its stage has been given. */
  reported = false;
  error: unknown;
  readonly toolCalls: ToolCall[] = [];
  #text = '';

  constructor(startTime: number, started: boolean) {
    this.startTime = startTime;
    this.started = started;
  }

  get text(): string {
    return this.#text.trim();
  }

  get open(): boolean {
    return this.endTime === undefined;
  }

  said(text: string): void {
    if (this.#text.length < MAX_TEXT) this.#text += text;
  }

  /** Its answer was complete. Where a speculation was held back, it was so when its usage came. */
  ended(time: number): void {
    this.endTime = Math.max(this.startTime, this.usageAt ?? time);
  }

  /** @param prompt what it was asked, as far as that is known */
  toStage(
    identity: ModelIdentity,
    prompt: readonly Message[],
    realtime: boolean,
    end: number,
  ): StageRecord<'llm'> {
    const { startTime, endTime = end, ttfbMs, usage, error, toolCalls, text } = this;
    return {
      kind: 'llm',
      startTime,
      endTime: Math.max(startTime, endTime),
      ...identity,
      ...(realtime ? { operation: 'generate_content' as const } : {}),
      payload: {
        ...usage,
        ...(ttfbMs === undefined || error !== undefined ? {} : { ttftMs: ttfbMs }),
        ...(prompt.length === 0 ? {} : { prompt: [...prompt] }),
        ...(text === '' ? {} : { completion: text }),
        ...(toolCalls.length === 0 ? {} : { toolCalls: [...toolCalls] }),
      },
      ...(error === undefined ? {} : { error }),
    };
  }
}
