import type { Attributes, Link, SpanContext, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpanLike, ResourceLike, TimedEventLike } from './types.js';

/** The parts of a span that a copy may have of its own. */
export interface SpanCopyParts {
  readonly name?: string;
  readonly status?: SpanStatus;
  readonly attributes?: Attributes;
  readonly events?: TimedEventLike[];
  readonly links?: Link[];
  readonly resource?: ResourceLike;
  /** Default: asked of the span whenever the copy is asked. */
  readonly spanContext?: () => SpanContext;
}

/**
 * A copy of a span as exporters read it, with some parts of its own; all other fields are the span's own values. What
 * else the span carries (methods, marks) stays behind.
 */
export function copySpan(span: ReadableSpanLike, parts: SpanCopyParts): ReadableSpanLike {
  return {
    name: parts.name ?? span.name,
    kind: span.kind,
    spanContext: parts.spanContext ?? ((): SpanContext => span.spanContext()),
    parentSpanContext: span.parentSpanContext,
    startTime: span.startTime,
    endTime: span.endTime,
    status: parts.status ?? span.status,
    attributes: parts.attributes ?? span.attributes,
    links: parts.links ?? span.links,
    events: parts.events ?? span.events,
    duration: span.duration,
    ended: span.ended,
    resource: parts.resource ?? span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
