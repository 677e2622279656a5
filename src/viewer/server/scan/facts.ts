import type { AttributeRecord, AttributeValue, SpanRecord, WantedKeys } from '../../../report/otlp.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_ESTIMATED,
  ATTR_VOICE_COST_MISSING_REASON,
  ATTR_VOICE_RECORDING_CODEC,
  ATTR_VOICE_RECORDING_URL,
  ATTR_VOICE_SESSION_END_REASON,
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_SESSION_TRANSPORT,
  ATTR_VOICE_STAGE_END_REASON,
  ATTR_VOICE_STAGE_ID,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_TRANSPORT_JITTER,
  ATTR_VOICE_TRANSPORT_MOS,
  ATTR_VOICE_TRANSPORT_PACKET_LOSS,
  ATTR_VOICE_TURN_END_REASON,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_INDEX,
  ATTR_VOICE_TURN_INTERRUPTED_TURN_ID,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_RESPONSE_LATENCY,
  ATTR_VOICE_TURN_SPEAKER,
  ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO,
  EVENT_FAILED_INTERRUPT,
} from '../../../semconv/generated.js';

const ROLL_UPS = ['voice.turn.cost', 'voice.session.cost'].flatMap((prefix) =>
  ['total', 'stt', 'llm', 'tts', 'other', 'discarded', 'missing_count'].map((part) => `${prefix}.${part}`),
);

/** The attributes that a row of the list is made of; what was said is not among them. */
const KEYS: readonly string[] = [
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_INDEX,
  ATTR_VOICE_TURN_SPEAKER,
  ATTR_VOICE_TURN_END_REASON,
  ATTR_VOICE_TURN_INTERRUPTED_TURN_ID,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_RESPONSE_LATENCY,
  ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_STAGE_ID,
  ATTR_VOICE_STAGE_END_REASON,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_VOICE_SESSION_TRANSPORT,
  ATTR_VOICE_SESSION_END_REASON,
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_ESTIMATED,
  ATTR_VOICE_COST_MISSING_REASON,
  ATTR_VOICE_TRANSPORT_MOS,
  ATTR_VOICE_TRANSPORT_PACKET_LOSS,
  ATTR_VOICE_TRANSPORT_JITTER,
  ATTR_VOICE_RECORDING_URL,
  ATTR_VOICE_RECORDING_CODEC,
  ATTR_ERROR_TYPE,
  ...ROLL_UPS,
];
const NUMBER_OF_KEY: ReadonlyMap<string, number> = new Map(KEYS.map((key, number) => [key, number]));

/** Texts in a row are short; a longer one in such an attribute is cut. */
const MAX_TEXT = 512;

export const isFactKey: WantedKeys = (key) => NUMBER_OF_KEY.has(key);

type Packed = readonly [
  traceId: string,
  spanId: string,
  parentSpanId: string,
  name: string,
  startTime: number,
  endTime: number,
  failed: number,
  attributes: readonly (number | AttributeValue)[],
  failedInterrupts: readonly number[],
];

/** What the rows need of spans, as JSON: a sixth of the size. */
export function packFacts(spans: readonly SpanRecord[]): string {
  return JSON.stringify(spans.map(pack));
}

export function unpackFacts(json: string): SpanRecord[] {
  return (JSON.parse(json) as readonly Packed[]).map(unpack);
}

function pack(span: SpanRecord): Packed {
  const attributes: (number | AttributeValue)[] = [];
  for (const key of Object.keys(span.attributes)) {
    const number = NUMBER_OF_KEY.get(key);
    const value = span.attributes[key];
    if (number === undefined || value === undefined || typeof value === 'object') continue;
    attributes.push(number, typeof value === 'string' ? value.slice(0, MAX_TEXT) : value);
  }
  return [
    span.traceId,
    span.spanId,
    span.parentSpanId ?? '',
    span.name.slice(0, MAX_TEXT),
    span.startTime,
    span.endTime ?? 0,
    span.failed ? 1 : 0,
    attributes,
    span.events.flatMap(({ name, time }) => (name === EVENT_FAILED_INTERRUPT ? [time] : [])),
  ];
}

function unpack(packed: Packed): SpanRecord {
  const [traceId, spanId, parentSpanId, name, startTime, endTime, failed, list, failedInterrupts] = packed;
  const attributes: Record<string, AttributeValue> = Object.create(null);
  for (let index = 0; index + 1 < list.length; index += 2) {
    const key = KEYS[Number(list[index])];
    if (key !== undefined) attributes[key] = list[index + 1] ?? null;
  }
  const none: AttributeRecord = {};
  return {
    traceId,
    spanId,
    parentSpanId: parentSpanId || undefined,
    name,
    scopeName: '',
    startTime,
    endTime: endTime || undefined,
    failed: failed === 1,
    statusMessage: undefined,
    attributes,
    events: failedInterrupts.map((time) => ({ name: EVENT_FAILED_INTERRUPT, time, attributes: none })),
  };
}
