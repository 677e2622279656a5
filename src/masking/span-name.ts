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
  const operation = attributes[ATTR_GEN_AI_OPERATION_NAME];
  if (typeof operation === 'string') {
    if (name === operation) return true;
    if (isComposed(name, operation, ' ', attributes[ATTR_GEN_AI_REQUEST_MODEL])) return true;
    if (isComposed(name, operation, ' ', attributes[ATTR_GEN_AI_TOOL_NAME])) return true;
  }
  if (FIXED.has(name) || name === attributes[ATTR_HTTP_REQUEST_METHOD]) return true;
  return isComposed(name, 'voice', '.', attributes[ATTR_VOICE_STAGE_TYPE]);
}

function isComposed(name: string, start: string, sign: string, rest: unknown): boolean {
  return (
    typeof rest === 'string' &&
    name.length === start.length + sign.length + rest.length &&
    name.startsWith(start) &&
    name.startsWith(sign, start.length) &&
    name.endsWith(rest)
  );
}
