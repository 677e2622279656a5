import {
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_SPEAKER,
  SPAN_VOICE_AGENT_TURN,
  SPAN_VOICE_SESSION,
  SPAN_VOICE_USER_TURN,
} from '../semconv/generated.js';
import { textOf } from './attributes.js';
import type { SpanRecord } from './otlp.js';

/** What a span is in a conversation; `undefined` for spans that are none of the vocabulary's. */
export type SpanRole = 'session' | 'turn' | 'stage';

const ROLE_OF_NAME: ReadonlyMap<string, SpanRole> = new Map<string, SpanRole>([
  [SPAN_VOICE_SESSION, 'session'],
  [SPAN_VOICE_USER_TURN, 'turn'],
  [SPAN_VOICE_AGENT_TURN, 'turn'],
]);

/** The role of a span: by its stage kind, its name, or as a turn that says who speaks, whoever wrote it. */
export function roleOf(span: SpanRecord): SpanRole | undefined {
  if (textOf(span.attributes, ATTR_VOICE_STAGE_TYPE) !== undefined) return 'stage';
  const named = ROLE_OF_NAME.get(span.name);
  if (named !== undefined || turnIdOf(span) === undefined) return named;
  return textOf(span.attributes, ATTR_VOICE_TURN_SPEAKER) === undefined ? undefined : 'turn';
}

export function sessionIdOf(span: SpanRecord): string | undefined {
  return textOf(span.attributes, ATTR_VOICE_SESSION_ID);
}

export function turnIdOf(span: SpanRecord): string | undefined {
  return textOf(span.attributes, ATTR_VOICE_TURN_ID);
}

/** Identifies a span: ids are unique within a trace only. */
export function spanKey(traceId: string, spanId: string): string {
  return `${traceId}/${spanId}`;
}
