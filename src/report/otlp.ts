/** The value of an attribute as read from OTLP. Integers beyond 2^53 and non-finite doubles stay strings. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** Attributes by key; an object without a prototype, so that no key of a span can be mistaken for a method. */
export type AttributeRecord = Readonly<Record<string, AttributeValue>>;

/** An OTLP trace export request in its JSON form. What is inside is read defensively: nothing in it is trusted. */
export interface OtlpTraceRequest {
  readonly resourceSpans?: unknown;
}

export interface EventRecord {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly attributes: AttributeRecord;
}

/** One span of an export request, flat. */
export interface SpanRecord {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly scopeName: string;
  /** Epoch milliseconds. */
  readonly startTime: number;
  /** Epoch milliseconds; `undefined` where the span has no end, or one before its start. */
  readonly endTime: number | undefined;
  readonly failed: boolean;
  readonly statusMessage: string | undefined;
  readonly attributes: AttributeRecord;
  readonly events: readonly EventRecord[];
}

/** What `readSpans` found: the spans, and how many could not be read (no id or no start time). */
export interface ReadSpans {
  readonly spans: readonly SpanRecord[];
  readonly unreadable: number;
}

/** Nested attribute values deeper than this are cut off. */
const MAX_DEPTH = 16;

/** Nanoseconds since 1970 have 64 bits: until the year 2554. */
const MAX_EPOCH_MS = 2 ** 64 / 1e6;

const STATUS_ERROR = 2;

/** Which attributes of spans and events are read. */
export type WantedKeys = (key: string) => boolean;

/**
 * The spans of one request, in its order. Never throws, whatever the request is.
 * @param wanted leaves out attributes; default: all are read
 */
export function readSpans(request: unknown, wanted?: WantedKeys): ReadSpans {
  const spans: SpanRecord[] = [];
  let unreadable = 0;
  for (const resourceSpans of list(field(request, 'resourceSpans'))) {
    for (const scopeSpans of list(field(resourceSpans, 'scopeSpans'))) {
      const scopeName = text(field(field(scopeSpans, 'scope'), 'name')) ?? '';
      for (const raw of list(field(scopeSpans, 'spans'))) {
        const span = readSpan(raw, scopeName, wanted);
        if (span === undefined) unreadable += 1;
        else spans.push(span);
      }
    }
  }
  return { spans, unreadable };
}

function readSpan(raw: unknown, scopeName: string, wanted?: WantedKeys): SpanRecord | undefined {
  const spanId = id(field(raw, 'spanId'));
  const startTime = epochMs(field(raw, 'startTimeUnixNano'));
  if (spanId === undefined || startTime === undefined) return undefined;
  const endTime = epochMs(field(raw, 'endTimeUnixNano'));
  const status = field(raw, 'status');
  const code = field(status, 'code');
  return {
    traceId: id(field(raw, 'traceId')) ?? '',
    spanId,
    parentSpanId: id(field(raw, 'parentSpanId')),
    name: text(field(raw, 'name')) ?? '',
    scopeName,
    startTime,
    endTime: endTime !== undefined && endTime >= startTime ? endTime : undefined,
    failed: code === STATUS_ERROR || code === 'STATUS_CODE_ERROR',
    statusMessage: text(field(status, 'message')) || undefined,
    attributes: readAttributes(field(raw, 'attributes'), 0, wanted),
    events: list(field(raw, 'events')).flatMap((event) => readEvent(event, wanted)),
  };
}

function readEvent(raw: unknown, wanted?: WantedKeys): EventRecord[] {
  const name = text(field(raw, 'name'));
  const time = epochMs(field(raw, 'timeUnixNano'));
  if (name === undefined || time === undefined) return [];
  return [{ name, time, attributes: readAttributes(field(raw, 'attributes'), 0, wanted) }];
}

function readAttributes(raw: unknown, depth: number, wanted?: WantedKeys): AttributeRecord {
  const attributes: Record<string, AttributeValue> = Object.create(null);
  for (const entry of list(raw)) {
    if (!isKeyValue(entry) || wanted?.(entry.key) === false) continue;
    attributes[entry.key] = readValue(entry.value, depth);
  }
  return attributes;
}

/** Neither name is one that every object has. */
function isKeyValue(raw: unknown): raw is { readonly key: string; readonly value?: unknown } {
  return typeof raw === 'object' && raw !== null && 'key' in raw && typeof raw.key === 'string';
}

function readValue(raw: unknown, depth: number): AttributeValue {
  if (depth > MAX_DEPTH) return null;
  const plain = field(raw, 'stringValue') ?? field(raw, 'boolValue') ?? field(raw, 'bytesValue');
  if (typeof plain === 'string' || typeof plain === 'boolean') return plain;
  const integer = field(raw, 'intValue');
  if (integer !== undefined) return readInteger(integer);
  const double = field(raw, 'doubleValue');
  if (typeof double === 'number' || typeof double === 'string') return readDouble(double);
  const array = field(raw, 'arrayValue');
  if (array !== undefined) return list(field(array, 'values')).map((value) => readValue(value, depth + 1));
  const kvlist = field(raw, 'kvlistValue');
  if (kvlist !== undefined) return readAttributes(field(kvlist, 'values'), depth + 1);
  return null;
}

function readInteger(raw: unknown): AttributeValue {
  if (typeof raw === 'number') return raw;
  if (typeof raw !== 'string' || !/^-?\d+$/.test(raw)) return null;
  const value = Number(raw);
  return Number.isSafeInteger(value) ? value : raw;
}

function readDouble(raw: number | string): AttributeValue {
  const value = raw === '' ? Number.NaN : Number(raw);
  return Number.isFinite(value) ? value : String(raw);
}

/** Nanoseconds since 1970, as OTLP's JSON writes them (a decimal string) or as some exporters do (a number). */
function epochMs(raw: unknown): number | undefined {
  let ms = Number.NaN;
  if (typeof raw === 'number') ms = raw / 1e6;
  // A double cannot hold epoch nanoseconds; whole milliseconds and the rest are converted apart.
  else if (typeof raw === 'string' && /^\d{1,20}$/.test(raw))
    ms = Number(raw.slice(0, -6)) + Number(raw.slice(-6)) / 1e6;
  return ms > 0 && ms <= MAX_EPOCH_MS ? ms : undefined;
}

/** A span or trace id: hex, in lower case. Anything that says nothing (empty, all zeros) is none. */
function id(raw: unknown): string | undefined {
  return typeof raw === 'string' && !/^0*$/.test(raw) ? raw.toLowerCase() : undefined;
}

function field(owner: unknown, key: string): unknown {
  if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, key)) return undefined;
  return (owner as Record<string, unknown>)[key];
}

function list(raw: unknown): readonly unknown[] {
  return Array.isArray(raw) ? raw : [];
}

function text(raw: unknown): string | undefined {
  return typeof raw === 'string' ? raw : undefined;
}
