import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpanLike, TimedEventLike } from '../../otel/types.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_TYPE,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_VOICE_EVENT_PAYLOAD,
  ATTR_VOICE_STAGE_END_REASON,
  ATTR_VOICE_STAGE_ID,
  ATTR_VOICE_TURN_END_REASON,
  ATTR_VOICE_TURN_INDEX,
  ATTR_VOICE_TURN_INTERRUPTED_TURN_ID,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO,
  ATTR_VOICE_TURN_TRANSCRIPT,
  VOICE_STAGE_END_REASON_VALUE_ERROR,
  VOICE_TURN_END_REASON_VALUE_ERROR,
} from '../../semconv/generated.js';
import { asObject, integer, type JsonObject, number, parseJson, text } from './attributes.js';
import { hexDigits, msBetween, wireMs, wireTime } from './format.js';
import { wirePayload } from './payloads.js';
import { speakerOf } from './role.js';
import type { Identity } from './session-row.js';
import type { StageRow, TurnEventRow, TurnRow, WireStageKind } from './wire.js';

/** What a turn's row says that is not on the turn's own span. */
export interface TurnFacts {
  readonly ttftMs: number | undefined;
  readonly costUsd: number;
}

export function turnRow(
  span: ReadableSpanLike,
  turnId: string,
  identity: Identity,
  { ttftMs, costUsd }: TurnFacts,
): TurnRow {
  const { attributes } = span;
  const interrupted = text(attributes, ATTR_VOICE_TURN_INTERRUPTED_TURN_ID);
  return {
    turn_id: turnId,
    session_id: identity.session_id,
    tenant_id: identity.tenant_id,
    agent_id: identity.agent_id,
    agent_version: identity.agent_version,
    user_id: identity.user_id,
    turn_index: integer(attributes, ATTR_VOICE_TURN_INDEX) ?? 0,
    speaker: speakerOf(span),
    start_time: wireTime(span.startTime),
    end_time: wireTime(span.endTime),
    transcript: text(attributes, ATTR_VOICE_TURN_TRANSCRIPT) ?? '',
    ttfa_ms: wireMs(number(attributes, ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO)) ?? null,
    ttft_ms: ttftMs ?? null,
    was_interrupting: interrupted !== undefined,
    interrupted_by_turn_id: interrupted ?? null,
    interrupt_latency_ms: wireMs(number(attributes, ATTR_VOICE_TURN_INTERRUPTION_LATENCY)) ?? null,
    ended_with_error:
      text(attributes, ATTR_VOICE_TURN_END_REASON) === VOICE_TURN_END_REASON_VALUE_ERROR ||
      span.status.code === SpanStatusCode.ERROR,
    cost_usd: costUsd,
  };
}

export function stageRow(
  span: ReadableSpanLike,
  kind: WireStageKind,
  turnId: string,
  identity: Identity,
): StageRow {
  const { attributes } = span;
  const failed = hasFailed(span);
  return {
    stage_id: text(attributes, ATTR_VOICE_STAGE_ID) ?? `st_${span.spanContext().spanId}`,
    turn_id: turnId,
    session_id: identity.session_id,
    tenant_id: identity.tenant_id,
    kind,
    start_time: wireTime(span.startTime),
    end_time: wireTime(span.endTime),
    duration_ms: msBetween(span.startTime, span.endTime),
    provider: text(attributes, ATTR_GEN_AI_PROVIDER_NAME) ?? null,
    model: text(attributes, ATTR_GEN_AI_REQUEST_MODEL) ?? null,
    status: failed ? 'failure' : 'success',
    error_message: failed ? errorMessage(span) : null,
    payload: wirePayload(kind, span),
  };
}

export function hasFailed({ attributes, status }: ReadableSpanLike): boolean {
  return (
    status.code === SpanStatusCode.ERROR ||
    text(attributes, ATTR_VOICE_STAGE_END_REASON) === VOICE_STAGE_END_REASON_VALUE_ERROR
  );
}

/** `Type: message` for an error, the text alone for one without a type, as in the Python SDK. */
export function errorMessage({ attributes, status, events }: ReadableSpanLike): string {
  const exception = events.find(({ name }) => name === 'exception')?.attributes ?? {};
  const given = text(attributes, ATTR_ERROR_TYPE) ?? text(exception, ATTR_EXCEPTION_TYPE);
  const type = given === '_OTHER' ? undefined : given;
  const message = status.message || text(exception, ATTR_EXCEPTION_MESSAGE);
  if (type === undefined) return message ?? 'unknown error';
  return message === undefined ? type : `${type}: ${message}`;
}

/** Where an event belongs, and which of the events of its span it is. */
export interface EventPlace {
  readonly turnId: string;
  readonly index: number;
}

export function eventRow(
  span: ReadableSpanLike,
  event: TimedEventLike,
  identity: Identity,
  { turnId, index }: EventPlace,
): TurnEventRow {
  return customEvent(span, `event ${index}`, identity, turnId, {
    event_type: event.name,
    timestamp: wireTime(event.time),
    payload: eventPayload(event),
  });
}

/** An event row of our own making; `key` tells it from the other events of its span. */
export function customEvent(
  span: ReadableSpanLike,
  key: string,
  identity: Identity,
  turnId: string,
  event: Pick<TurnEventRow, 'event_type' | 'timestamp' | 'payload'>,
): TurnEventRow {
  const { traceId, spanId } = span.spanContext();
  return {
    event_id: `e_${hexDigits(`${traceId} ${spanId} ${key}`)}`,
    turn_id: turnId,
    session_id: identity.session_id,
    tenant_id: identity.tenant_id,
    ...event,
  };
}

/** The payload that our conversations write, else the attributes of somebody else's event. */
function eventPayload({ attributes = {} }: TimedEventLike): JsonObject {
  const written = text(attributes, ATTR_VOICE_EVENT_PAYLOAD);
  if (written === undefined) return { ...attributes };
  const value = parseJson(written);
  return asObject(value === undefined ? written : value);
}

/** Events that stand elsewhere on the wire: exceptions are error messages, messages are prompts and completions. */
export function isEventRow({ name }: TimedEventLike): boolean {
  return name !== 'exception' && !name.startsWith('gen_ai.');
}
