import type { HrTime, Link, SpanContext } from '@opentelemetry/api';
import type {
  InstrumentationScopeLike,
  ReadableSpanLike,
  ResourceLike,
  TimedEventLike,
} from '../otel/types.js';

/**
 * The JSON form of OTLP (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hex, 64-bit
 * integers as decimal strings, enums as numbers, bytes in base64.
 */
export interface OtlpTraceRequest {
  readonly resourceSpans: OtlpResourceSpans[];
}

export interface OtlpResourceSpans {
  readonly resource: { readonly attributes: OtlpKeyValue[]; readonly droppedAttributesCount: number };
  readonly scopeSpans: OtlpScopeSpans[];
  readonly schemaUrl?: string | undefined;
}

export interface OtlpScopeSpans {
  readonly scope: { readonly name: string; readonly version?: string | undefined };
  readonly spans: OtlpSpan[];
  readonly schemaUrl?: string | undefined;
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly traceState?: string | undefined;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: OtlpKeyValue[];
  readonly droppedAttributesCount: number;
  readonly events: OtlpEvent[];
  readonly droppedEventsCount: number;
  readonly links: OtlpLink[];
  readonly droppedLinksCount: number;
  readonly status: { readonly code: number; readonly message?: string | undefined };
}

export interface OtlpEvent {
  readonly name: string;
  readonly timeUnixNano: string;
  readonly attributes: OtlpKeyValue[];
  readonly droppedAttributesCount: number;
}

export interface OtlpLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string | undefined;
  readonly flags: number;
  readonly attributes: OtlpKeyValue[];
  readonly droppedAttributesCount: number;
}

export interface OtlpKeyValue {
  readonly key: string;
  readonly value: OtlpAnyValue;
}

/** Exactly one field is set; none stands for a value that is absent. */
export interface OtlpAnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  /** `NaN`, `Infinity` and `-Infinity` as strings, as protobuf's JSON mapping has them. */
  readonly doubleValue?: number | string;
  readonly arrayValue?: { readonly values: OtlpAnyValue[] };
  readonly kvlistValue?: { readonly values: OtlpKeyValue[] };
  readonly bytesValue?: string;
}

type ValueMap = Readonly<Record<string, unknown>>;

/** Values nested deeper are left out: they can only be a mistake, or a circle. */
const MAX_DEPTH = 32;
/** OTLP's kinds begin with 0 = unspecified; the API's with 0 = internal. */
const KIND_OFFSET = 1;
/** Bits of OTLP's flags: the low eight are W3C trace flags, then whether it is known that the parent is remote, and whether it is. */
const TRACE_FLAGS_MASK = 0xff;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
/** Beyond these a double is no 64-bit integer. */
const INT64_LIMIT = 2 ** 63;

/** One export request with all `spans`, grouped by resource (its identity) and scope, in their order. */
export function encodeTraceRequest(spans: readonly ReadableSpanLike[]): OtlpTraceRequest {
  const byResource = new Map<ResourceLike, Map<string, ReadableSpanLike[]>>();
  for (const span of spans) {
    const scopes = getOrAdd(byResource, span.resource, () => new Map<string, ReadableSpanLike[]>());
    getOrAdd(scopes, scopeKey(span.instrumentationScope), () => []).push(span);
  }
  return {
    resourceSpans: [...byResource].map(([resource, scopes]) => ({
      resource: { attributes: encodeAttributes(resource.attributes), droppedAttributesCount: 0 },
      scopeSpans: [...scopes.values()].map(encodeScopeSpans),
      schemaUrl: schemaUrlOf(resource),
    })),
  };
}

function encodeScopeSpans(spans: readonly ReadableSpanLike[]): OtlpScopeSpans {
  const scope = spans[0]?.instrumentationScope;
  return {
    scope: { name: scope?.name ?? '', version: scope?.version },
    spans: spans.map(encodeSpan),
    schemaUrl: scope?.schemaUrl,
  };
}

function encodeSpan(span: ReadableSpanLike): OtlpSpan {
  const spanContext = span.spanContext();
  return {
    traceId: spanContext.traceId,
    spanId: spanContext.spanId,
    parentSpanId: span.parentSpanContext?.spanId || undefined,
    traceState: spanContext.traceState?.serialize(),
    flags: encodeFlags(spanContext.traceFlags, span.parentSpanContext?.isRemote),
    name: span.name,
    kind: span.kind + KIND_OFFSET,
    startTimeUnixNano: encodeTime(span.startTime),
    endTimeUnixNano: encodeTime(span.endTime),
    attributes: encodeAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(encodeEvent),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(encodeLink),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: span.status.code, message: span.status.message },
  };
}

function encodeEvent(event: TimedEventLike): OtlpEvent {
  return {
    name: event.name,
    timeUnixNano: encodeTime(event.time),
    attributes: encodeAttributes(event.attributes),
    droppedAttributesCount: event.droppedAttributesCount ?? 0,
  };
}

function encodeLink(link: Link): OtlpLink {
  const target: SpanContext = link.context;
  return {
    traceId: target.traceId,
    spanId: target.spanId,
    traceState: target.traceState?.serialize(),
    flags: encodeFlags(target.traceFlags, target.isRemote),
    attributes: encodeAttributes(link.attributes),
    droppedAttributesCount: link.droppedAttributesCount ?? 0,
  };
}

function encodeFlags(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & TRACE_FLAGS_MASK) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}

/** Nanoseconds since 1970 as a decimal string. */
function encodeTime([seconds, nanoseconds]: HrTime): string {
  if (!Number.isFinite(seconds) || !Number.isFinite(nanoseconds)) return '0';
  return String(BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nanoseconds)));
}

function encodeAttributes(attributes: ValueMap | undefined): OtlpKeyValue[] {
  return attributes === undefined ? [] : encodeEntries(attributes, 0);
}

function encodeEntries(map: ValueMap, depth: number): OtlpKeyValue[] {
  return Object.keys(map).map((key) => ({ key, value: encodeValue(map[key], depth) }));
}

function encodeValue(value: unknown, depth: number): OtlpAnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return encodeNumber(value);
    case 'bigint':
      return BigInt.asIntN(64, value) === value
        ? { intValue: String(value) }
        : { stringValue: String(value) };
    case 'object':
      return value === null || depth >= MAX_DEPTH ? {} : encodeObject(value, depth + 1);
    default:
      return {};
  }
}

function encodeObject(value: object, depth: number): OtlpAnyValue {
  if (value instanceof Uint8Array) return { bytesValue: encodeBytes(value) };
  if (Array.isArray(value)) {
    return { arrayValue: { values: value.map((item: unknown) => encodeValue(item, depth)) } };
  }
  return { kvlistValue: { values: encodeEntries(value as ValueMap, depth) } };
}

function encodeNumber(value: number): OtlpAnyValue {
  if (!Number.isFinite(value)) return { doubleValue: String(value) };
  if (!Number.isInteger(value) || Math.abs(value) >= INT64_LIMIT) return { doubleValue: value };
  return { intValue: Number.isSafeInteger(value) ? String(value) : String(BigInt(value)) };
}

function encodeBytes(bytes: Uint8Array): string {
  const characters: string[] = [];
  for (const byte of bytes) characters.push(String.fromCharCode(byte));
  return btoa(characters.join(''));
}

function scopeKey(scope: InstrumentationScopeLike): string {
  return JSON.stringify([scope.name, scope.version ?? '', scope.schemaUrl ?? '']);
}

function schemaUrlOf(
  resource: ResourceLike & { readonly schemaUrl?: string | undefined },
): string | undefined {
  return resource.schemaUrl || undefined;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
