import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpanLike } from '../../otel/types.js';
import {
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_SESSION_AGENT_TURN_COUNT,
  ATTR_VOICE_SESSION_COST_TOTAL,
  ATTR_VOICE_SESSION_END_DETAIL,
  ATTR_VOICE_SESSION_END_REASON,
  ATTR_VOICE_SESSION_INTERRUPTION_COUNT,
  ATTR_VOICE_SESSION_TIME_TO_FIRST_AUDIO_P95,
  ATTR_VOICE_SESSION_TURN_COUNT,
  ATTR_VOICE_SESSION_USER_TURN_COUNT,
  ATTR_VOICE_TRANSPORT_JITTER,
  ATTR_VOICE_TRANSPORT_MOS,
  ATTR_VOICE_TRANSPORT_PACKET_LOSS,
} from '../../semconv/generated.js';
import { integer, number, text } from './attributes.js';
import { msBetween, wireMs, wireTime } from './format.js';
import type { Tally } from './tally.js';
import type { Rollups, SessionPatch, TransportQualityRow, WireEndReason } from './wire.js';

const REASONS: ReadonlySet<string> = new Set<WireEndReason>(['user_left', 'agent_left', 'timeout', 'error']);

/** Words of others for the end of a call, as the wire page narrows them. */
const NARROWING: readonly (readonly [pattern: RegExp, reason: WireEndReason])[] = [
  [/time_?d?[ _-]?out|idle|inactiv/i, 'timeout'],
  [/agent|job_shutdown|task/i, 'agent_left'],
  [/participant|client_initiated|hang_?up|hung_?up|user|caller/i, 'user_left'],
  [/error|fail/i, 'error'],
];

/** The end of a session, as its span tells it, with the roll-ups of the rows that have arrived. */
export function closingPatch(span: ReadableSpanLike, tally: Tally, whole: boolean): SessionPatch {
  const { attributes } = span;
  const quality = transportQuality(attributes);
  const durationMs = msBetween(span.startTime, span.endTime);
  return {
    end_time: wireTime(span.endTime),
    end_reason: endReason(attributes),
    status: 'completed',
    rollups: whole ? tally.rollups(durationMs) : processorRollups(attributes, tally, durationMs),
    ...(quality === undefined ? {} : { transport_quality: quality }),
  };
}

/** The words for the end of a session that the wire has no place for. */
export function endDetail({ attributes }: ReadableSpanLike): string | undefined {
  const reason = text(attributes, ATTR_VOICE_SESSION_END_REASON);
  return (
    text(attributes, ATTR_VOICE_SESSION_END_DETAIL) ??
    (reason === undefined || isReason(reason) ? undefined : reason)
  );
}

/** Without a word the user left, as in the Python SDK. */
function endReason(attributes: Attributes): WireEndReason {
  const words = text(attributes, ATTR_VOICE_SESSION_END_REASON);
  if (words === undefined) return 'user_left';
  if (isReason(words)) return words;
  return NARROWING.find(([pattern]) => pattern.test(words))?.[1] ?? 'agent_left';
}

function isReason(words: string): words is WireEndReason {
  return REASONS.has(words);
}

/** What a processor has counted, where this exporter has not seen the session from its beginning. */
function processorRollups(attributes: Attributes, tally: Tally, durationMs: number): Rollups {
  const seen = tally.rollups(durationMs);
  const inDollars = (text(attributes, ATTR_VOICE_COST_CURRENCY) ?? 'USD') === 'USD';
  const cost = inDollars ? number(attributes, ATTR_VOICE_SESSION_COST_TOTAL) : undefined;
  return {
    duration_ms: durationMs,
    turn_count: integer(attributes, ATTR_VOICE_SESSION_TURN_COUNT) ?? seen.turn_count,
    user_turn_count: integer(attributes, ATTR_VOICE_SESSION_USER_TURN_COUNT) ?? seen.user_turn_count,
    agent_turn_count: integer(attributes, ATTR_VOICE_SESSION_AGENT_TURN_COUNT) ?? seen.agent_turn_count,
    interrupt_count: integer(attributes, ATTR_VOICE_SESSION_INTERRUPTION_COUNT) ?? seen.interrupt_count,
    total_cost_usd: cost ?? seen.total_cost_usd,
    p95_ttfa_ms: wireMs(number(attributes, ATTR_VOICE_SESSION_TIME_TO_FIRST_AUDIO_P95)) ?? seen.p95_ttfa_ms,
  };
}

/** Only what was measured; nothing where nothing was. */
function transportQuality(attributes: Attributes): TransportQualityRow | undefined {
  const mos = number(attributes, ATTR_VOICE_TRANSPORT_MOS);
  const loss = number(attributes, ATTR_VOICE_TRANSPORT_PACKET_LOSS);
  const jitterMs = wireMs(number(attributes, ATTR_VOICE_TRANSPORT_JITTER));
  if (mos === undefined && loss === undefined && jitterMs === undefined) return undefined;
  return {
    ...(mos === undefined ? {} : { mos_score: mos }),
    ...(loss === undefined ? {} : { packet_loss_pct: Math.round(loss * 1e11) / 1e9 }),
    ...(jitterMs === undefined ? {} : { jitter_ms: jitterMs }),
  };
}
