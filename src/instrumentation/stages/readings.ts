import type { LlmPayload, ToolCall } from '../../conversation/payloads.js';
import { asList, asNumber, asText, read } from '../../conversation/read.js';

/** What a recogniser gave, as far as it is known. */
export interface SttReading {
  /** A final text; pieces of a stream are appended. */
  text?: string;
  /** Audio that was recognised, in milliseconds. */
  audioMs?: number;
  /** BCP 47. */
  language?: string;
}

/** What a model gave, or one piece of it. */
export interface LlmReading {
  text?: string;
  usage?: LlmPayload;
  toolCalls?: ToolCall[];
}

/** What a synthesiser gave, or one piece of it. */
export interface TtsReading {
  audioBytes?: number;
  /** How long it plays, in milliseconds: with it, the agent's silence is known. */
  audioMs?: number;
}

/** A text, or an object with one. */
export function readStt(result: unknown): SttReading {
  const text = asText(result) ?? asText(read(result, 'text')) ?? asText(read(result, 'transcript'));
  const seconds = asNumber(read(result, 'duration'));
  const language = asText(read(result, 'language'));
  return {
    ...(text === undefined ? {} : { text }),
    ...(seconds === undefined ? {} : { audioMs: seconds * 1000 }),
    ...(language === undefined ? {} : { language }),
  };
}

/** A text, an object with one, or a chat completion of OpenAI's or a chunk of it. */
export function readLlm(piece: unknown): LlmReading {
  const choice = asList(read(piece, 'choices'))?.[0];
  const message = read(choice, 'delta') ?? read(choice, 'message');
  const text = asText(piece) ?? asText(read(piece, 'text')) ?? asText(read(message, 'content'));
  const usage = chatUsage(read(piece, 'usage'));
  const toolCalls = (asList(read(read(choice, 'message'), 'tool_calls')) ?? []).flatMap(toolCall);
  return {
    ...(text === undefined ? {} : { text }),
    ...(usage === undefined ? {} : { usage }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}

/** Bytes, or an object with them. How long they play is not known without their format. */
export function readTts(piece: unknown): TtsReading {
  const audio = read(piece, 'audio') ?? piece;
  const bytes = asNumber(read(audio, 'byteLength')) ?? asNumber(read(audio, 'size'));
  return bytes === undefined ? {} : { audioBytes: bytes };
}

/** The text that a synthesiser is given: the first text among its arguments, or in one of them. */
export function spokenText(args: readonly unknown[]): string | undefined {
  for (const arg of args) {
    const text = asText(arg) ?? asText(read(arg, 'text')) ?? asText(read(arg, 'input'));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Tokens in the names of OpenAI's chat completions, or in those of the AI SDK. */
function chatUsage(usage: unknown): LlmPayload | undefined {
  const input = read(usage, 'prompt_tokens') ?? read(usage, 'inputTokens') ?? read(usage, 'input_tokens');
  const output =
    read(usage, 'completion_tokens') ?? read(usage, 'outputTokens') ?? read(usage, 'output_tokens');
  const cached =
    read(read(usage, 'prompt_tokens_details'), 'cached_tokens') ?? read(usage, 'cachedInputTokens');
  const reasoning = read(read(usage, 'completion_tokens_details'), 'reasoning_tokens');
  const fields: readonly [keyof LlmPayload, unknown][] = [
    ['promptTokens', input],
    ['completionTokens', output],
    ['cachedTokens', cached],
    ['reasoningTokens', reasoning],
  ];
  const known = fields.filter(([, value]) => asNumber(value) !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function toolCall(call: unknown): ToolCall[] {
  const called = read(call, 'function');
  const name = asText(read(called, 'name'));
  const id = asText(read(call, 'id'));
  if (name === undefined) return [];
  return [{ name, arguments: read(called, 'arguments'), ...(id === undefined ? {} : { id }) }];
}
