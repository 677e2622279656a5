import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { toJson } from '../../conversation/json.js';
import type { OtlpAnyValue, OtlpEvent, OtlpKeyValue, OtlpSpan } from '../../exporters/otlp-json.js';
import { ATTR_VOICE_EVENT_PAYLOAD } from '../../semconv/generated.js';
import type { EventRecord } from '../../signals/writer.js';

/** OTLP's kinds begin with 0 = unspecified; the API's with 0 = internal. */
export const KIND_OFFSET = 1;
export const STATUS_ERROR = 2;
/** The flag that says that it is known whether the parent is remote, which in one process it is not. */
const FLAGS = 0x100;

/** A span without anything in it, or with what nobody translates: trace state, flags, links and events. */
export function emptySpan(traceId: string, spanId: string, raw: OtlpSpan | undefined): OtlpSpan {
  const base = {
    flags: FLAGS,
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    ...raw,
    traceId,
    spanId,
    name: '',
    kind: KIND_OFFSET,
    startTimeUnixNano: '0',
    endTimeUnixNano: '0',
    attributes: [],
    status: { code: 0 },
  };
  const { parentSpanId: _parent, ...rootless } = { parentSpanId: undefined, ...base };
  return rootless;
}

/** A link to a span of another trace. */
export function linkTo({
  traceId,
  spanId,
}: {
  readonly traceId: string;
  readonly spanId: string;
}): OtlpSpan['links'][number] {
  return { traceId, spanId, flags: FLAGS, attributes: [], droppedAttributesCount: 0 };
}

/** The attributes that came and are not among `ours`, then ours. */
export function merged(kept: readonly OtlpKeyValue[], ours: Attributes): OtlpKeyValue[] {
  return [...kept.filter(({ key }) => !Object.hasOwn(ours, key)), ...encode(ours)];
}

function encode(attributes: Attributes): OtlpKeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: encodeValue(value) }],
  );
}

/** An event with its payload as one JSON attribute. */
export function encodeEvent({ name, payload, time }: EventRecord): OtlpEvent {
  const written = payload === undefined ? undefined : toJson(payload);
  return {
    name,
    timeUnixNano: nanoseconds(time),
    attributes: written === undefined ? [] : encode({ [ATTR_VOICE_EVENT_PAYLOAD]: written }),
    droppedAttributesCount: 0,
  };
}

/** The time as it came, where it is still the same. */
export function timeOf(time: number, came: number | undefined, raw: string | undefined): string {
  return raw !== undefined && came === time ? raw : nanoseconds(time);
}

/** Epoch milliseconds as nanoseconds, to the microsecond that a double can still carry. */
export function nanoseconds(epochMs: number): string {
  return `${BigInt(Math.round(epochMs * 1000))}000`;
}

/** The values that the vocabulary has; whole numbers are integers, as the SDK's exporters write them. */
function encodeValue(value: AttributeValue): OtlpAnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') {
    return { arrayValue: { values: value.map((item) => (item == null ? {} : encodeValue(item))) } };
  }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
