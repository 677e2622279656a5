/** Spans as OTLP JSON writes them, for calls that are made up. */

export type Value = string | number | boolean | readonly Value[];

export interface SpanSpec {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  /** Epoch milliseconds; a session that never ended has no span at all. */
  readonly startTime: number;
  readonly endTime: number;
  /** `undefined` values are left out; whole numbers become integers unless the key is in {@link DOUBLES}. */
  readonly attributes: Readonly<Record<string, Value | undefined>>;
  readonly events?: readonly {
    readonly name: string;
    readonly time: number;
    readonly payload?: string | undefined;
  }[];
  readonly error?: string | undefined;
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly unknown[];
  readonly events: readonly unknown[];
  readonly status: { readonly code: number; readonly message?: string };
}

const INTERNAL = 1;
const CLIENT = 3;
const STATUS_ERROR = 2;

export function otlpSpan(spec: SpanSpec): OtlpSpan {
  const client = /^(chat|speech_to_text|text_to_speech)/.test(spec.name);
  return {
    traceId: spec.traceId,
    spanId: spec.spanId,
    ...(spec.parentSpanId === undefined ? {} : { parentSpanId: spec.parentSpanId }),
    name: spec.name,
    kind: client ? CLIENT : INTERNAL,
    startTimeUnixNano: nanos(spec.startTime),
    endTimeUnixNano: nanos(spec.endTime),
    attributes: attributes(spec.attributes),
    events: (spec.events ?? []).map(({ name, time, payload }) => ({
      name,
      timeUnixNano: nanos(time),
      attributes: attributes({ 'voice.event.payload': payload }),
    })),
    status: spec.error === undefined ? { code: 0 } : { code: STATUS_ERROR, message: spec.error },
  };
}

/** One export request. */
export function request(spans: readonly OtlpSpan[]): unknown {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributes({ 'service.name': 'voice-agent' }) },
        scopeSpans: [{ scope: { name: 'voice-otel', version: '0.1.0' }, spans }],
      },
    ],
  };
}

/** One export request as a line of a file. */
export function line(spans: readonly OtlpSpan[]): string {
  return `${JSON.stringify(request(spans))}\n`;
}

function attributes(record: Readonly<Record<string, Value | undefined>>): unknown[] {
  return Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(key, value) }],
  );
}

function anyValue(key: string, value: Value): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { arrayValue: { values: value.map((item) => anyValue(key, item)) } };
  return Number.isInteger(value) && !DOUBLES.test(key) ? { intValue: String(value) } : { doubleValue: value };
}

/** Keys whose values are doubles, whole or not. */
const DOUBLES =
  /(_offset|_latency|latency\.p\d\d|time_to_first_\w+(\.p\d\d)?|_duration|\.cost\.\w+(?<!count)|cost\.amount|\.mos|packet_loss|jitter|confidence)$/;

function nanos(epochMs: number): string {
  return `${Math.round(epochMs * 1000)}000`;
}
