import type { ReadableSpanLike } from '../../otel/types.js';
import {
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_SPEAKER,
  SPAN_VOICE_AGENT_TURN,
  SPAN_VOICE_SESSION,
  SPAN_VOICE_USER_TURN,
  VOICE_TURN_SPEAKER_VALUE_USER,
} from '../../semconv/generated.js';
import { text } from './attributes.js';

export type Role = 'session' | 'turn' | 'stage';

/** A span of a conversation, recognised by the vocabulary alone, whoever wrote it. */
export interface VoiceSpan {
  readonly span: ReadableSpanLike;
  readonly role: Role;
  readonly sessionId: string;
  /** Always there on a turn; absent on a stage of the session itself. */
  readonly turnId: string | undefined;
}

export function voiceSpan(span: ReadableSpanLike): VoiceSpan | undefined {
  const sessionId = text(span.attributes, ATTR_VOICE_SESSION_ID);
  if (sessionId === undefined) return undefined;
  const turnId = text(span.attributes, ATTR_VOICE_TURN_ID);
  const role = roleOf(span, turnId);
  return role === undefined ? undefined : { span, role, sessionId, turnId };
}

function roleOf(span: ReadableSpanLike, turnId: string | undefined): Role | undefined {
  if (text(span.attributes, ATTR_VOICE_STAGE_TYPE) !== undefined) return 'stage';
  if (span.name === SPAN_VOICE_SESSION) return 'session';
  if (turnId === undefined) return undefined;
  if (span.name === SPAN_VOICE_USER_TURN || span.name === SPAN_VOICE_AGENT_TURN) return 'turn';
  return text(span.attributes, ATTR_VOICE_TURN_SPEAKER) === undefined ? undefined : 'turn';
}

/** Who speaks in a turn. */
export function speakerOf({ name, attributes }: ReadableSpanLike): 'user' | 'agent' {
  if (name === SPAN_VOICE_USER_TURN) return 'user';
  if (name === SPAN_VOICE_AGENT_TURN) return 'agent';
  return text(attributes, ATTR_VOICE_TURN_SPEAKER) === VOICE_TURN_SPEAKER_VALUE_USER ? 'user' : 'agent';
}
