import {
  type Attributes,
  createTraceState,
  type HrTime,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import { MASKED } from '../../masking/span.js';
import type {
  InstrumentationScopeLike,
  ReadableSpanLike,
  ResourceLike,
  TimedEventLike,
} from '../../otel/types.js';
import type {
  OtlpAnyValue,
  OtlpEvent,
  OtlpKeyValue,
  OtlpLink,
  OtlpResourceSpans,
  OtlpScopeSpans,
  OtlpSpan,
  OtlpTraceRequest,
} from '../otlp-json.js';

/** As `otlp-json.ts` has them. */
const KIND_OFFSET = 1;
const TRACE_FLAGS_MASK = 0xff;
const IS_REMOTE = 0x200;

/**
 * The spans of one line that `encodeTraceRequest` made, as exporters read them and marked as masked.
 *
 * @throws SyntaxError or TypeError for anything else, a line that was cut short for one
 */
export function decodeLine(line: string): ReadableSpanLike[] {
  const request = JSON.parse(line) as OtlpTraceRequest;
  return request.resourceSpans.flatMap(decodeResourceSpans);
}

function decodeResourceSpans({ resource, scopeSpans, schemaUrl }: OtlpResourceSpans): ReadableSpanLike[] {
  const shared: ResourceLike & { schemaUrl?: string } = {
    attributes: decodeAttributes(resource.attributes),
    ...(schemaUrl === undefined ? {} : { schemaUrl }),
  };
  return scopeSpans.flatMap(({ scope, spans, schemaUrl: url }: OtlpScopeSpans) =>
    spans.map((span) => decodeSpan(span, shared, { ...scope, schemaUrl: url })),
  );
}

function decodeSpan(
  span: OtlpSpan,
  resource: ResourceLike,
  instrumentationScope: InstrumentationScopeLike,
): ReadableSpanLike {
  const { traceId, spanId, parentSpanId, flags, status } = span;
  const spanContext: SpanContext = {
    traceId,
    spanId,
    traceFlags: flags & TRACE_FLAGS_MASK,
    ...traceStateOf(span),
  };
  const startTime = decodeTime(span.startTimeUnixNano);
  const endTime = decodeTime(span.endTimeUnixNano);
  const decoded: ReadableSpanLike = {
    name: span.name,
    kind: span.kind - KIND_OFFSET,
    spanContext: () => spanContext,
    parentSpanContext:
      parentSpanId === undefined
        ? undefined
        : {
            traceId,
            spanId: parentSpanId,
            traceFlags: spanContext.traceFlags,
            isRemote: (flags & IS_REMOTE) !== 0,
          },
    startTime,
    endTime,
    status: { code: status.code, ...(status.message === undefined ? {} : { message: status.message }) },
    attributes: decodeAttributes(span.attributes),
    links: span.links.map(decodeLink),
    events: span.events.map(decodeEvent),
    duration: difference(startTime, endTime),
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
  return Object.defineProperty(decoded, MASKED, { value: true, configurable: true });
}

function decodeEvent(event: OtlpEvent): TimedEventLike {
  return {
    name: event.name,
    time: decodeTime(event.timeUnixNano),
    attributes: decodeAttributes(event.attributes),
    droppedAttributesCount: event.droppedAttributesCount,
  };
}

function decodeLink(link: OtlpLink): Link {
  const { traceId, spanId, flags } = link;
  return {
    context: {
      traceId,
      spanId,
      traceFlags: flags & TRACE_FLAGS_MASK,
      isRemote: (flags & IS_REMOTE) !== 0,
      ...traceStateOf(link),
    },
    attributes: decodeAttributes(link.attributes),
    droppedAttributesCount: link.droppedAttributesCount,
  };
}

function traceStateOf({ traceState }: { readonly traceState?: string | undefined }): Partial<SpanContext> {
  return traceState === undefined ? {} : { traceState: createTraceState(traceState) };
}

/** OTLP values of any shape: exporters follow nested ones. */
function decodeAttributes(list: readonly OtlpKeyValue[]): Attributes {
  return decodeMap(list) as Attributes;
}

function decodeMap(list: readonly OtlpKeyValue[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, decodeValue(value)]));
}

function decodeValue(value: OtlpAnyValue): unknown {
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return decodeInteger(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(decodeValue);
  if (value.kvlistValue !== undefined) return decodeMap(value.kvlistValue.values);
  if (value.bytesValue !== undefined) return new Uint8Array(Buffer.from(value.bytesValue, 'base64'));
  return null;
}

/** A number came from a number; what no double holds was a bigint. */
function decodeInteger(text: string): number | bigint {
  const number = Number(text);
  return BigInt(number) === BigInt(text) ? number : BigInt(text);
}

/** Nanoseconds since 1970 in decimal. */
function decodeTime(nanoseconds: string): HrTime {
  return [Number(nanoseconds.slice(0, -9)), Number(nanoseconds.slice(-9))];
}

function difference(from: HrTime, to: HrTime): HrTime {
  const seconds = to[0] - from[0];
  const nanoseconds = to[1] - from[1];
  return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1e9] : [seconds, nanoseconds];
}
