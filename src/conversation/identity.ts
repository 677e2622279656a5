import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_SESSION_ID,
  ATTR_USER_ID,
  ATTR_VOICE_ROOM_ID,
  ATTR_VOICE_SESSION_EXTERNAL_ID,
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_SESSION_METADATA,
  ATTR_VOICE_SESSION_TRANSPORT,
  ATTR_VOICE_TENANT_ID,
} from '../semconv/generated.js';
import { createId } from './ids.js';
import { toJson } from './json.js';
import { asId, read } from './read.js';

/** Who is talking to whom, where. */
export interface SessionOptions {
  /** The agent's name, for the whole call. An unusable one is recorded as `unknown`. */
  agentId: string;
  agentVersion?: string;
  /** `webrtc`, `sip`, `websocket`, … */
  transport?: string;
  tenantId?: number | string;
  roomId?: string;
  userId?: string;
  /** The call's id in a system of yours. */
  externalSessionId?: string;
  /** Default: a fresh `s_` id. */
  sessionId?: string;
  /** Recorded as JSON; content. */
  metadata?: Record<string, unknown>;
}

/** The optional fields that stand on every span of the session, in the order of the vocabulary. */
const OPTIONAL: readonly (readonly [field: string, key: string])[] = [
  ['agentVersion', ATTR_GEN_AI_AGENT_VERSION],
  ['transport', ATTR_VOICE_SESSION_TRANSPORT],
  ['externalSessionId', ATTR_VOICE_SESSION_EXTERNAL_ID],
  ['tenantId', ATTR_VOICE_TENANT_ID],
  ['roomId', ATTR_VOICE_ROOM_ID],
  ['userId', ATTR_USER_ID],
];

/** What stands on every span of a session, so that each makes sense alone, and what only the session says. */
export interface SessionIdentity {
  readonly sessionId: string;
  readonly everySpan: Attributes;
  readonly sessionOnly: Attributes;
}

/** Reads the options of a session, whatever they are. */
export function sessionIdentity(options: unknown): SessionIdentity {
  const sessionId = asId(read(options, 'sessionId')) ?? createId('s');
  const everySpan: Attributes = {
    [ATTR_VOICE_SESSION_ID]: sessionId,
    [ATTR_SESSION_ID]: sessionId,
    [ATTR_GEN_AI_CONVERSATION_ID]: sessionId,
    [ATTR_GEN_AI_AGENT_NAME]: asId(read(options, 'agentId')) ?? 'unknown',
  };
  for (const [field, key] of OPTIONAL) {
    const value = asId(read(options, field));
    if (value !== undefined) everySpan[key] = value;
  }
  const metadata = read(options, 'metadata');
  const written = typeof metadata === 'object' && metadata !== null ? toJson(metadata) : undefined;
  return {
    sessionId,
    everySpan,
    sessionOnly: written === undefined ? {} : { [ATTR_VOICE_SESSION_METADATA]: written },
  };
}
