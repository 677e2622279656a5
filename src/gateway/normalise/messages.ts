import { toJson } from '../../conversation/json.js';
import { isObject, listOf } from '../otlp/json-object.js';

/** A message of a prompt, whatever the provider's format of it. */
export interface PromptMessage {
  readonly role: string;
  /** Its text; empty where it has none. */
  readonly text: string;
  readonly calls: readonly MessageCall[];
  readonly results: readonly MessageResult[];
}

/** A tool call that a message asks for. */
export interface MessageCall {
  readonly id: string | undefined;
  readonly name: string;
  readonly arguments: unknown;
}

/** What came of a tool call. */
export interface MessageResult {
  readonly id: string | undefined;
  readonly content: unknown;
}

/** Messages read of one prompt: the latest. */
const MAX_MESSAGES = 1000;

/**
 * A message history as Pipecat writes it on its spans: JSON in the format of the provider (OpenAI's, Anthropic's
 * `tool_use` and `tool_result` parts, Google's `parts`). `undefined` where it is none.
 */
export function parseMessages(json: string | undefined): readonly PromptMessage[] | undefined {
  if (json === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  return Array.isArray(parsed) ? parsed.slice(-MAX_MESSAGES).flatMap(parseMessage) : undefined;
}

function parseMessage(raw: unknown): PromptMessage[] {
  if (!isObject(raw) || typeof raw.role !== 'string') return [];
  const texts: string[] = [];
  const calls: MessageCall[] = listOf(raw.tool_calls).flatMap(parseOpenAiCall);
  const results: MessageResult[] = [];
  if (raw.role === 'tool') results.push({ id: textIn(raw, 'tool_call_id'), content: raw.content });
  else if (typeof raw.content === 'string') texts.push(raw.content);
  for (const part of [...listOf(raw.content), ...listOf(raw.parts)]) {
    if (!isObject(part) || raw.role === 'tool') continue;
    const text = textIn(part, 'text');
    if (text !== undefined) texts.push(text);
    calls.push(...parseCallPart(part));
    results.push(...parseResultPart(part));
  }
  const role = roleOf(raw.role, results.length > 0 && texts.length === 0);
  return [{ role, text: texts.join(' '), calls, results }];
}

/** Google says `model`; Anthropic and Google give results in messages of the user's role. */
function roleOf(role: string, onlyResults: boolean): string {
  if (onlyResults) return 'tool';
  return role === 'model' ? 'assistant' : role;
}

function parseOpenAiCall(raw: unknown): MessageCall[] {
  const call = isObject(raw) ? raw.function : undefined;
  if (!isObject(raw) || !isObject(call)) return [];
  const name = textIn(call, 'name');
  return name === undefined ? [] : [{ id: textIn(raw, 'id'), name, arguments: call.arguments }];
}

function parseCallPart(part: Readonly<Record<string, unknown>>): MessageCall[] {
  if (part.type === 'tool_use') {
    const name = textIn(part, 'name');
    return name === undefined ? [] : [{ id: textIn(part, 'id'), name, arguments: part.input }];
  }
  const call = part.function_call ?? part.functionCall;
  const name = isObject(call) ? textIn(call, 'name') : undefined;
  if (!isObject(call) || name === undefined) return [];
  return [{ id: textIn(call, 'id'), name, arguments: call.args }];
}

function parseResultPart(part: Readonly<Record<string, unknown>>): MessageResult[] {
  if (part.type === 'tool_result') return [{ id: textIn(part, 'tool_use_id'), content: part.content }];
  const response = part.function_response ?? part.functionResponse;
  if (!isObject(response)) return [];
  return [{ id: textIn(response, 'id'), content: response.response }];
}

function textIn(owner: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = owner[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `gen_ai.input.messages` in the shape of the GenAI conventions: `[{ role, parts }]` as JSON. */
export function conventionMessages(messages: readonly PromptMessage[]): string | undefined {
  return toJson(
    messages.map(({ role, text, calls, results }) => ({
      role,
      parts: [
        ...(text === '' ? [] : [{ type: 'text', content: text }]),
        ...calls.map(({ id, name, arguments: args }) => ({ type: 'tool_call', id, name, arguments: args })),
        ...results.map(({ id, content }) => ({ type: 'tool_call_response', id, response: content })),
      ],
    })),
  );
}
