import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_SYSTEM_INSTRUCTIONS,
} from '../../semconv/generated.js';
import { asObject, asText, isObject, type JsonObject, parsed, parseJson, text } from './attributes.js';
import type { WireMessage, WireToolCall } from './wire.js';

/** Roles of other libraries in the wire's four; an unknown one counts as the user's. */
const ROLES: ReadonlyMap<string, WireMessage['role']> = new Map<string, WireMessage['role']>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['model', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
]);

/** A tool call with the id by which its result and its own span name it. */
export interface IdentifiedCall extends WireToolCall {
  readonly id: string | undefined;
}

/** The prompt in the wire's shape. What is no JSON (cut short, for one) becomes one message as it is. */
export function promptOf(attributes: Attributes): WireMessage[] {
  const system = text(attributes, ATTR_GEN_AI_SYSTEM_INSTRUCTIONS);
  const instructions = system === undefined ? [] : [{ role: 'system' as const, content: contentOf(system) }];
  const input = text(attributes, ATTR_GEN_AI_INPUT_MESSAGES);
  if (input === undefined) return instructions;
  const messages = parseJson(input);
  if (!Array.isArray(messages)) return [...instructions, { role: 'user', content: input }];
  return [...instructions, ...messages.filter(isObject).map(wireMessage)];
}

/** What the model said, without its tool calls. */
export function completionOf(attributes: Attributes): string {
  const output = text(attributes, ATTR_GEN_AI_OUTPUT_MESSAGES);
  if (output === undefined) return '';
  const messages = parseJson(output);
  if (!Array.isArray(messages)) return output;
  return messages
    .filter(isObject)
    .filter((message) => roleOf(message) !== 'tool')
    .flatMap((message) => partsOf(message).filter((part) => part.type === 'text'))
    .map((part) => asText(part.content ?? ''))
    .join('\n');
}

/** The tool calls that the model asked for, each with its result where the messages carry one. */
export function toolCallsOf(attributes: Attributes): IdentifiedCall[] {
  const messages = parsed(attributes, ATTR_GEN_AI_OUTPUT_MESSAGES);
  if (!Array.isArray(messages)) return [];
  const parts = messages.filter(isObject).flatMap(partsOf);
  const responses = parts.filter((part) => part.type === 'tool_call_response');
  return parts
    .filter((part) => part.type === 'tool_call')
    .map((part) => {
      const id = typeof part.id === 'string' ? part.id : undefined;
      const index = responses.findIndex((response) => response.id === part.id);
      const response = index < 0 ? undefined : responses.splice(index, 1)[0];
      return {
        id,
        name: asText(part.name ?? 'unknown'),
        arguments: argumentsOf(part.arguments),
        result: resultOf(response?.response ?? response?.result),
      };
    });
}

/** Arguments are an object on the wire; those that models write as JSON text are read. */
export function argumentsOf(value: unknown): JsonObject {
  const read = typeof value === 'string' ? (parseJson(value) ?? value) : value;
  return read === '' ? {} : asObject(read);
}

/** A result is text on the wire. */
export function resultOf(value: unknown): string | null {
  return value === undefined || value === null ? null : asText(value);
}

function wireMessage(message: JsonObject): WireMessage {
  const parts = partsOf(message);
  const content =
    parts.length > 0
      ? parts.map(partText).join('\n')
      : message.content === undefined
        ? ''
        : asText(message.content);
  return { role: roleOf(message), content };
}

function roleOf(message: JsonObject): WireMessage['role'] {
  return ROLES.get(String(message.role)) ?? 'user';
}

function partsOf(message: JsonObject): JsonObject[] {
  const parts = message.parts;
  return Array.isArray(parts) ? parts.filter(isObject) : [];
}

function partText(part: JsonObject): string {
  if (part.type === 'text') return asText(part.content ?? '');
  if (part.type === 'tool_call_response') return asText(part.response ?? part.result ?? '');
  return asText(part);
}

/** System instructions are a list of parts, or plain text. */
function contentOf(instructions: string): string {
  const parts = parseJson(instructions);
  return Array.isArray(parts) ? parts.filter(isObject).map(partText).join('\n') : instructions;
}
