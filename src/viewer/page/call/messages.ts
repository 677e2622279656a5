import { parseJson } from './json.js';

/** A message of a conversation with a model, as it is shown. */
export interface ChatMessage {
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

export type MessagePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly json: string }
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'other'; readonly type: string; readonly json: string };

/**
 * Messages as `gen_ai.input.messages` and `gen_ai.output.messages` carry them (a JSON array of `role` and
 * `parts`), and as older instrumentations do (`role` and `content`). `undefined` where the text is no such array.
 */
export function readMessages(text: string): ChatMessage[] | undefined {
  const value = parseJson(text);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const messages = value.map(readMessage);
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

function readMessage(raw: unknown): ChatMessage | undefined {
  const role = textField(raw, 'role');
  if (role === undefined) return undefined;
  const parts = field(raw, 'parts') ?? field(raw, 'content');
  if (typeof parts === 'string') return { role, parts: [...textPart(parts), ...toolCalls(raw)] };
  if (Array.isArray(parts)) return { role, parts: [...parts.flatMap(readPart), ...toolCalls(raw)] };
  const calls = toolCalls(raw);
  return { role, parts: calls.length > 0 ? calls : [{ kind: 'other', type: 'message', json: json(raw) }] };
}

function readPart(raw: unknown): MessagePart[] {
  if (typeof raw === 'string') return textPart(raw);
  const type = textField(raw, 'type') ?? 'part';
  const text = textField(raw, 'content') ?? textField(raw, 'text');
  if (type === 'text' && text !== undefined) return textPart(text);
  if (type === 'tool_call') {
    return [{ kind: 'call', name: textField(raw, 'name') ?? 'tool', json: json(field(raw, 'arguments')) }];
  }
  if (type === 'tool_call_response') {
    return [{ kind: 'result', json: json(field(raw, 'response') ?? field(raw, 'result')) }];
  }
  return [{ kind: 'other', type, json: json(raw) }];
}

/** Calls in the form of the chat completions API: `tool_calls: [{ function: { name, arguments } }]`. */
function toolCalls(raw: unknown): MessagePart[] {
  const calls = field(raw, 'tool_calls');
  if (!Array.isArray(calls)) return [];
  return calls.map((call: unknown): MessagePart => {
    const called = field(call, 'function') ?? call;
    return {
      kind: 'call',
      name: textField(called, 'name') ?? 'tool',
      json: json(field(called, 'arguments')),
    };
  });
}

function textPart(text: string): MessagePart[] {
  return text === '' ? [] : [{ kind: 'text', text }];
}

function json(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

function textField(owner: unknown, name: string): string | undefined {
  const value = field(owner, name);
  return typeof value === 'string' ? value : undefined;
}

function field(owner: unknown, name: string): unknown {
  if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, name)) return undefined;
  return (owner as Readonly<Record<string, unknown>>)[name];
}
