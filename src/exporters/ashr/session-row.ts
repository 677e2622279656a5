import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpanLike } from '../../otel/types.js';
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_USER_ID,
  ATTR_VOICE_ROOM_ID,
  ATTR_VOICE_SESSION_EXTERNAL_ID,
  ATTR_VOICE_SESSION_METADATA,
  ATTR_VOICE_SESSION_TRANSPORT,
  ATTR_VOICE_TENANT_ID,
} from '../../semconv/generated.js';
import { asObject, type JsonObject, parsed, text } from './attributes.js';
import { wireTime } from './format.js';
import type { VoiceSpan } from './role.js';
import type { SessionRow, WireTransport } from './wire.js';

/** The fields that session and turn rows share. */
export interface Identity {
  readonly session_id: string;
  readonly tenant_id: number;
  readonly agent_id: string;
  readonly agent_version: string | null;
  readonly user_id: string | null;
}

const TRANSPORTS: ReadonlySet<string> = new Set<WireTransport>(['webrtc', 'sip', 'websocket']);

/** Who is talking to whom, as every span of a session says it. */
export function identityOf({ span, sessionId }: VoiceSpan, defaultTenant: number): Identity {
  const { attributes } = span;
  return {
    session_id: sessionId,
    tenant_id: tenantOf(span, defaultTenant),
    agent_id: text(attributes, ATTR_GEN_AI_AGENT_NAME) ?? 'unknown',
    agent_version: text(attributes, ATTR_GEN_AI_AGENT_VERSION) ?? null,
    user_id: text(attributes, ATTR_USER_ID) ?? null,
  };
}

/** A tenant that is no integer is 0 on the wire; the original stands in the session's metadata. */
function tenantOf({ attributes }: ReadableSpanLike, defaultTenant: number): number {
  const given: unknown = attributes[ATTR_VOICE_TENANT_ID];
  if (given === undefined || given === '') return defaultTenant;
  const tenant = Number(given);
  return Number.isSafeInteger(tenant) && String(tenant) === String(given) ? tenant : 0;
}

/** The row that announces a session, from its own span or from any other of it. */
export function sessionRow(voice: VoiceSpan, defaultTenant: number, startTime: HrTime): SessionRow {
  const { span, sessionId, role } = voice;
  const { attributes } = span;
  const { tenant_id, agent_id, agent_version, user_id } = identityOf(voice, defaultTenant);
  const metadata = role === 'session' ? asObject(parsed(attributes, ATTR_VOICE_SESSION_METADATA)) : {};
  return {
    session_id: sessionId,
    tenant_id,
    external_session_id: text(attributes, ATTR_VOICE_SESSION_EXTERNAL_ID) ?? null,
    room_id: text(attributes, ATTR_VOICE_ROOM_ID) ?? sessionId,
    user_id,
    agent_id,
    agent_version,
    start_time: wireTime(startTime),
    end_time: null,
    end_reason: null,
    transport: transportOf(span),
    status: 'active',
    duration_ms: null,
    turn_count: null,
    user_turn_count: null,
    agent_turn_count: null,
    interrupt_count: null,
    total_cost_usd: null,
    p95_ttfa_ms: null,
    audio_object_key: null,
    audio_duration_ms: null,
    audio_codec: null,
    packet_loss_pct: null,
    jitter_ms: null,
    mos_score: null,
    metadata: { ...metadata, ...ours(narrowed(span, tenant_id)) },
  };
}

/** A transport that the wire does not know counts as `webrtc`; so does none, as in the Python SDK. */
function transportOf({ attributes }: ReadableSpanLike): WireTransport {
  const given = text(attributes, ATTR_VOICE_SESSION_TRANSPORT);
  return given !== undefined && isTransport(given) ? given : 'webrtc';
}

function isTransport(value: string): value is WireTransport {
  return TRANSPORTS.has(value);
}

/** What had to be narrowed to the wire, in the original. */
function narrowed({ attributes }: ReadableSpanLike, tenant: number): JsonObject {
  const transport = text(attributes, ATTR_VOICE_SESSION_TRANSPORT);
  const tenantId = attributes[ATTR_VOICE_TENANT_ID];
  return {
    ...(transport === undefined || isTransport(transport) ? {} : { transport }),
    ...(tenantId === undefined || tenantId === '' || String(tenantId) === String(tenant)
      ? {}
      : { tenant_id: tenantId }),
  };
}

/** The key of a session's metadata under which everything stands that this exporter adds. */
export const OUR_METADATA = 'voice_otel';

function ours(notes: JsonObject): JsonObject {
  return Object.keys(notes).length === 0 ? {} : { [OUR_METADATA]: notes };
}

/** `row` with more of our notes in its metadata. */
export function withNotes(row: SessionRow, notes: JsonObject): SessionRow {
  const before = asObject(row.metadata[OUR_METADATA]);
  return { ...row, metadata: { ...row.metadata, ...ours({ ...before, ...notes }) } };
}
