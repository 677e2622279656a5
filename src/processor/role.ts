import type { ReadableSpanLike } from '../otel/types.js';
import {
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_SPEAKER,
  SPAN_VOICE_AGENT_TURN,
  SPAN_VOICE_SESSION,
  SPAN_VOICE_USER_TURN,
} from '../semconv/generated.js';
import { text } from './attributes.js';

/** What a span is in a conversation, whoever wrote it. */
export type SpanRole = 'session' | 'user_turn' | 'agent_turn' | 'stage';

/** A span of a conversation, with the ids that place it. */
export interface VoiceSpan {
  readonly span: ReadableSpanLike;
  readonly role: SpanRole;
  readonly sessionId: string;
  readonly turnId: string | undefined;
}

/** Recognises a span by the vocabulary alone; `undefined` for spans that are not of a conversation. */
export function voiceSpan(span: ReadableSpanLike): VoiceSpan | undefined {
  const sessionId = text(span, ATTR_VOICE_SESSION_ID);
  if (sessionId === undefined) return undefined;
  const role = roleOf(span);
  return role === undefined ? undefined : { span, role, sessionId, turnId: text(span, ATTR_VOICE_TURN_ID) };
}

function roleOf(span: ReadableSpanLike): SpanRole | undefined {
  if (text(span, ATTR_VOICE_STAGE_TYPE) !== undefined) return 'stage';
  if (span.name === SPAN_VOICE_SESSION) return 'session';
  if (text(span, ATTR_VOICE_TURN_ID) === undefined) return undefined;
  if (span.name === SPAN_VOICE_USER_TURN) return 'user_turn';
  if (span.name === SPAN_VOICE_AGENT_TURN) return 'agent_turn';
  return text(span, ATTR_VOICE_TURN_SPEAKER) === 'user' ? 'user_turn' : 'agent_turn';
}
