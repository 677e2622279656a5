import type { LlmPayload, Message, ToolCall } from '../../conversation/payloads.js';
import { asList, asText, read } from '../../conversation/read.js';
import type { StageRecord } from '../../signals/signal.js';
import { type ModelHints, modelIdentity } from '../livekit/models.js';
import type { SessionFacts } from './session-facts.js';
import { responseUsage } from './usage.js';

/** Text kept of one item, in characters. */
const MAX_TEXT = 100_000;
/** Items read of one response. */
const MAX_ITEMS = 64;

/** One response of the model. */
export class ModelResponse {
  readonly id: string;
  readonly createdAt: number;
  readonly prompt: Message[] = [];
  firstOutput: number | undefined;
  doneAt: number | undefined;
  readonly #texts = new Map<string, string>();

  constructor(id: string, createdAt: number) {
    this.id = id;
    this.createdAt = createdAt;
  }

  /** What was generated to be said. */
  get text(): string {
    return [...this.#texts.values()]
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .join(' ');
  }

  output(time: number): void {
    this.firstOutput ??= time;
  }

  said(itemId: string, delta: string): void {
    const before = this.#texts.get(itemId) ?? '';
    if (before.length < MAX_TEXT && (this.#texts.size < MAX_ITEMS || before !== ''))
      this.#texts.set(itemId, before + delta);
  }

  /** The whole text of an item, instead of what came of it piece by piece. */
  saidWhole(itemId: string, text: string): void {
    if (text.trim() !== '' || !this.#texts.has(itemId)) this.#texts.set(itemId, text.slice(0, MAX_TEXT));
  }

  toStage(response: unknown, facts: SessionFacts, hints: ModelHints): StageRecord<'llm'> {
    const calls = this.#readOutput(response);
    const { createdAt, firstOutput, prompt, text, doneAt = createdAt } = this;
    const model = facts.model;
    const payload: LlmPayload = {
      ...responseUsage(read(response, 'usage')),
      ...(firstOutput === undefined ? {} : { ttftMs: Math.max(0, firstOutput - createdAt) }),
      ...(prompt.length === 0 ? {} : { prompt }),
      ...(text === '' ? {} : { completion: text }),
      ...(calls.length === 0 ? {} : { toolCalls: calls }),
    };
    const error = failure(response);
    return {
      kind: 'llm',
      operation: 'generate_content',
      startTime: createdAt,
      endTime: Math.max(createdAt, doneAt),
      provider: 'openai',
      ...modelIdentity(model === undefined ? undefined : { modelName: model }, undefined, hints.llm),
      payload,
      ...(error === undefined ? {} : { error }),
    };
  }

  /** Reads the finished response as `response.done` holds it. */
  #readOutput(response: unknown): ToolCall[] {
    const calls: ToolCall[] = [];
    for (const item of asList(read(response, 'output'))?.slice(0, MAX_ITEMS) ?? []) {
      const id = asText(read(item, 'id')) ?? '';
      if (read(item, 'type') === 'message') {
        const texts = (asList(read(item, 'content')) ?? []).map(
          (part) => asText(read(part, 'transcript')) ?? asText(read(part, 'text')) ?? '',
        );
        this.saidWhole(id, texts.join(' '));
      }
      if (read(item, 'type') === 'function_call') calls.push(toolCall(item));
    }
    return calls;
  }
}

function toolCall(item: unknown): ToolCall {
  const id = asText(read(item, 'call_id'));
  return {
    ...(id === undefined ? {} : { id }),
    name: asText(read(item, 'name')) ?? '',
    arguments: asText(read(item, 'arguments')),
  };
}

/** Why the response failed. One that was cancelled or cut short at its limit did not. */
function failure(response: unknown): { name: string; message: string } | undefined {
  if (read(response, 'status') !== 'failed') return undefined;
  const error = read(read(response, 'status_details'), 'error');
  const name = asText(read(error, 'code')) ?? asText(read(error, 'type')) ?? 'response_failed';
  return { name, message: asText(read(error, 'message')) ?? name };
}
