import { toJson } from './json.js';
import { asId, asList, asText, read } from './read.js';

/** A part of a message in the shape of the OpenTelemetry GenAI conventions. */
type Part =
  | { type: 'text'; content: string }
  | { type: 'tool_call'; id?: string; name: string; arguments?: unknown }
  | { type: 'tool_call_response'; id?: string; response: unknown };

interface ConventionMessage {
  role: string;
  parts: Part[];
}

function textPart(content: unknown): Part {
  return { type: 'text', content: asText(content) ?? toJson(content) ?? '' };
}

/** `gen_ai.input.messages`: the prompt as a JSON string of `[{ role, parts }]`. */
export function inputMessages(prompt: unknown): string | undefined {
  const messages = asList(prompt)?.map((message): ConventionMessage => {
    const role = asId(read(message, 'role')) ?? 'user';
    return { role, parts: [textPart(read(message, 'content'))] };
  });
  return messages === undefined ? undefined : toJson(messages);
}

/**
 * `gen_ai.output.messages`: what the model said and which tools it asked for, as one assistant message; the
 * results of these calls, where known, follow as a message of role `tool`.
 */
export function outputMessages(completion: unknown, toolCalls: unknown): string | undefined {
  const parts: Part[] = [];
  const responses: Part[] = [];
  if (completion !== undefined) parts.push(textPart(completion));
  for (const call of asList(toolCalls) ?? []) {
    const id = asId(read(call, 'id'));
    const name = asId(read(call, 'name')) ?? 'unknown';
    const identity = id === undefined ? {} : { id };
    parts.push({ type: 'tool_call', ...identity, name, arguments: read(call, 'arguments') });
    const response = read(call, 'result');
    if (response !== undefined) responses.push({ type: 'tool_call_response', ...identity, response });
  }
  if (parts.length === 0) return undefined;
  const messages: ConventionMessage[] = [{ role: 'assistant', parts }];
  if (responses.length > 0) messages.push({ role: 'tool', parts: responses });
  return toJson(messages);
}
