import {
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  TraceFlags,
} from '@opentelemetry/api';
import type { OtlpEvent, OtlpKeyValue, OtlpLink, OtlpSpan } from '../../exporters/otlp-json.js';
import type {
  InstrumentationScopeLike,
  ReadableSpanLike,
  ResourceLike,
  TimedEventLike,
} from '../../otel/types.js';
import type { WireResource, WireScope } from './origins.js';
import { attributesOf, mapOf, mergeAttributes, type ValueMap } from './values.js';

/** OTLP's kinds begin with 0 = unspecified; the API's with 0 = internal. */
const KIND_OFFSET = 1;

/** What a span was before any processor saw it. */
interface Original {
  readonly span: OtlpSpan;
  readonly attributes: Readonly<ValueMap>;
  readonly events: readonly Readonly<ValueMap>[];
  readonly links: readonly Readonly<ValueMap>[];
}

/**
 * A finished span from the wire, in the shape that span processors work on in place. `settle` turns it into OTLP
 * again, with everything that no processor changed as it came: ids, times, flags, kinds, the types of values.
 */
export class WireSpan implements ReadableSpanLike {
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext: SpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: TimedEventLike[];
  readonly duration: HrTime;
  readonly ended = true;
  resource: ResourceLike;
  readonly instrumentationScope: InstrumentationScopeLike;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  readonly origin: WireResource;
  readonly scope: WireScope;
  readonly #context: SpanContext;
  #original: Original | undefined;
  #settled: OtlpSpan | undefined;

  constructor(span: OtlpSpan, origin: WireResource, scope: WireScope) {
    const attributes = mapOf(attributesOf(span.attributes));
    this.name = span.name;
    this.kind = Math.max(0, span.kind - KIND_OFFSET);
    this.startTime = hrTime(span.startTimeUnixNano);
    this.endTime = hrTime(span.endTimeUnixNano);
    this.duration = difference(this.startTime, this.endTime);
    this.status = { code: span.status.code, ...messageOf(span) };
    // OTLP values of any shape: masking follows nested ones.
    this.attributes = attributes as Attributes;
    this.events = span.events.map(readEvent);
    this.links = span.links.map(readLink);
    this.resource = origin;
    this.instrumentationScope = scope;
    this.droppedAttributesCount = span.droppedAttributesCount;
    this.droppedEventsCount = span.droppedEventsCount;
    this.droppedLinksCount = span.droppedLinksCount;
    this.origin = origin;
    this.scope = scope;
    // What is exported was sampled; several SDKs leave the flag out of OTLP.
    this.#context = { traceId: span.traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED };
    this.parentSpanContext =
      span.parentSpanId === undefined || span.parentSpanId === ''
        ? undefined
        : { traceId: span.traceId, spanId: span.parentSpanId, traceFlags: TraceFlags.SAMPLED };
    this.#original = {
      span,
      attributes: { __proto__: null, ...attributes },
      events: this.events.map(({ attributes: values }) => ({ __proto__: null, ...values })),
      links: this.links.map(({ attributes: values }) => ({ __proto__: null, ...values })),
    };
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  /** The span as OTLP once `settle` was called. */
  get settled(): OtlpSpan | undefined {
    return this.#settled;
  }

  /** Takes over what processors did and forgets what they replaced: unmasked text is not kept. */
  settle(maskText: (text: string) => string): void {
    const original = this.#original;
    if (original === undefined) return;
    const { span } = original;
    this.#original = undefined;
    const { message } = this.status;
    this.#settled = {
      ...span,
      ...maskedTraceState(span, maskText),
      name: this.name,
      attributes: mergeAttributes(attributesOf(span.attributes), original.attributes, this.attributes),
      events: span.events.map((event, index) => this.#event(event, index, original)),
      links: span.links.map((link, index) => this.#link(link, index, original, maskText)),
      status: { ...span.status, message },
    };
  }

  #event(event: OtlpEvent, index: number, original: Original): OtlpEvent {
    const now = this.events[index];
    return {
      ...event,
      name: now?.name ?? '',
      attributes: merged(event.attributes, original.events[index], now?.attributes),
    };
  }

  #link(link: OtlpLink, index: number, original: Original, maskText: (text: string) => string): OtlpLink {
    return {
      ...link,
      ...maskedTraceState(link, maskText),
      attributes: merged(link.attributes, original.links[index], this.links[index]?.attributes),
    };
  }
}

function merged(
  attributes: readonly OtlpKeyValue[],
  before: Readonly<ValueMap> = {},
  after: Attributes = {},
): OtlpKeyValue[] {
  return mergeAttributes(attributesOf(attributes), before, after);
}

function maskedTraceState(
  { traceState }: { readonly traceState?: string | undefined },
  maskText: (text: string) => string,
): { traceState?: string } {
  return traceState === undefined || traceState === '' ? {} : { traceState: maskText(traceState) };
}

function messageOf({ status }: OtlpSpan): { message?: string } {
  return status.message === undefined || status.message === '' ? {} : { message: status.message };
}

function readEvent(event: OtlpEvent): TimedEventLike {
  return {
    name: event.name,
    time: hrTime(event.timeUnixNano),
    attributes: mapOf(attributesOf(event.attributes)) as Attributes,
    droppedAttributesCount: event.droppedAttributesCount,
  };
}

function readLink(link: OtlpLink): Link {
  return {
    context: { traceId: link.traceId, spanId: link.spanId, traceFlags: link.flags & 0xff },
    attributes: mapOf(attributesOf(link.attributes)) as Attributes,
    droppedAttributesCount: link.droppedAttributesCount,
  };
}

/** Nanoseconds since 1970 in decimal, up to 2^64. */
function hrTime(nanoseconds: string | number): HrTime {
  const text = String(nanoseconds);
  return [Number(text.slice(0, -9)), Number(text.slice(-9))];
}

function difference(from: HrTime, to: HrTime): HrTime {
  const seconds = to[0] - from[0];
  const nanoseconds = to[1] - from[1];
  return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1e9] : [seconds, nanoseconds];
}
