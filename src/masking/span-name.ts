import type { ReadableSpanLike } from '../otel/types.js';
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_STAGE_TYPE,
} from '../semconv/generated.js';

/** The names of the vocabulary that are not composed of attributes. */
const FIXED: ReadonlySet<string> = new Set(['voice.session', 'voice.user_turn', 'voice.agent_turn', 'HTTP']);

/**
 * Whether a span's name is one that the vocabulary gives it: fixed, or composed of the operation and the model or tool
 * of the span, which are technical. Such a name tells what the span is and is never masked.
 */
export function isVocabularyName(span: ReadableSpanLike): boolean {
  const { name, attributes } = span;
  if (attributes[ATTR_VOICE_SESSION_ID] === undefined) return false;
  if (FIXED.has(name)) return true;
  const operation = attributes[ATTR_GEN_AI_OPERATION_NAME];
  return (
    name === operation ||
    isComposed(name, 'voice.', attributes[ATTR_VOICE_STAGE_TYPE]) ||
    isComposed(name, `${operation} `, attributes[ATTR_GEN_AI_REQUEST_MODEL]) ||
    isComposed(name, `${operation} `, attributes[ATTR_GEN_AI_TOOL_NAME]) ||
    name === attributes[ATTR_HTTP_REQUEST_METHOD]
  );
}

function isComposed(name: string, start: string, rest: unknown): boolean {
  return name.startsWith(start) && name.slice(start.length) === `${rest}`;
}
