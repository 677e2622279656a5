import type { Attributes, Link, SpanStatus } from '@opentelemetry/api';
import { errorText, warn } from '../otel/diagnostics.js';
import type { ReadableSpanLike, ResourceLike, TimedEventLike } from '../otel/types.js';
import { type MaskPolicy, maskAttributes } from './attributes.js';
import { isMessageEvent } from './content-keys.js';
import { guardMasker } from './guarded.js';
import { maskJsonOrText } from './json.js';
import { overwriteRecord } from './keyed-copy.js';
import { maskResource } from './resource.js';
import { isVocabularyName } from './span-name.js';
import type { Masker } from './types.js';

export type { MaskPolicy } from './attributes.js';

/** Marks a span, or a copy of one, as masked, across copies of this package. */
export const MASKED: unique symbol = Symbol.for('voice-otel.masked');

/** What `maskSpanInPlace` returns when the span could not be written: use {@link maskedCopy} then. */
export const NOT_WRITABLE = -1;

/** The parts of a span that hold text, mutable. */
interface SpanParts {
  name: string;
  status: SpanStatus;
  attributes: Attributes;
  events: TimedEventLike[];
  links: Link[];
  resource: ResourceLike;
}

/** Whether a span has been through {@link maskSpanInPlace} or {@link maskedCopy}. */
export function isMasked(span: ReadableSpanLike): boolean {
  return (span as { [MASKED]?: unknown })[MASKED] === true;
}

/**
 * Masks a span where it stands: attributes with their keys, events, exception texts, status message, name,
 * links and resource, whoever wrote them. Works in `onEnding` and `onEnd` of SDK 2.x and 3.x, by plain
 * assignment; values of arrays and nested objects are replaced, never changed. Never throws.
 *
 * @returns the number of values masked, or {@link NOT_WRITABLE} when a part is frozen: what was written up to
 * there stays masked, and {@link maskedCopy} gives the whole
 */
export function maskSpanInPlace(span: ReadableSpanLike, masker: Masker, policy: MaskPolicy): number {
  try {
    const { parts, masked } = maskParts(span, guardMasker(masker), policy);
    // The SDK's spans are plain objects whose fields are only typed as read-only.
    const target: SpanParts = span;
    if (parts.attributes !== span.attributes) overwriteRecord(span.attributes, parts.attributes);
    if (parts.events !== span.events) overwriteList(span.events, parts.events);
    if (parts.links !== span.links) overwriteList(span.links, parts.links);
    if (parts.name !== span.name) target.name = parts.name;
    if (parts.status !== span.status) target.status = parts.status;
    if (parts.resource !== span.resource) target.resource = parts.resource;
    markMasked(span);
    return masked;
  } catch (error) {
    warn('mask:in-place', `a span could not be masked in place: ${errorText(error)}`);
    return NOT_WRITABLE;
  }
}

/**
 * A masked copy of a span for one's own exporter; the span itself stays as it is. The resource is the same
 * object unless something in it had to be masked, and then one copy for all spans of that resource. Never
 * throws: of a span that cannot be read, what cannot be read is left out.
 */
export function maskedCopy(span: ReadableSpanLike, masker: Masker, policy: MaskPolicy): ReadableSpanLike {
  const context = span.spanContext();
  const { parts } = maskParts(span, guardMasker(masker), policy);
  const copy: ReadableSpanLike = {
    name: parts.name,
    kind: span.kind,
    spanContext: () => context,
    parentSpanContext: span.parentSpanContext,
    startTime: span.startTime,
    endTime: span.endTime,
    status: parts.status,
    attributes: parts.attributes,
    links: parts.links,
    events: parts.events,
    duration: span.duration,
    ended: span.ended,
    resource: parts.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
  markMasked(copy);
  return copy;
}

function markMasked(span: ReadableSpanLike): void {
  if (isMasked(span)) return;
  Object.defineProperty(span, MASKED, { value: true, enumerable: false, configurable: true, writable: true });
}

/** Masks every part of a span; parts without a change are the span's own objects. */
function maskParts(
  span: ReadableSpanLike,
  masker: Masker,
  policy: MaskPolicy,
): { parts: SpanParts; masked: number } {
  let masked = 0;
  const text = (value: string): string => {
    const result = maskJsonOrText(value, masker);
    if (result !== value) masked += 1;
    return result;
  };
  const attributesOf = (given: Attributes, allContent: boolean): Attributes => {
    const result = maskAttributes(given, masker, policy, allContent);
    masked += result.masked;
    return result.attributes;
  };
  const parts: SpanParts = {
    name: isVocabularyName(span) ? span.name : text(span.name),
    status: maskStatus(span.status, text, policy),
    attributes: attributesOf(span.attributes, false),
    events: mapChanged(span.events, (event) => {
      const name = text(event.name);
      if (event.attributes === undefined) return name === event.name ? event : { ...event, name };
      const attributes = attributesOf(event.attributes, isMessageEvent(event.name));
      return name === event.name && attributes === event.attributes ? event : { ...event, name, attributes };
    }),
    links: mapChanged(span.links, (link) => {
      if (link.attributes === undefined) return link;
      const attributes = attributesOf(link.attributes, false);
      return attributes === link.attributes ? link : { ...link, attributes };
    }),
    resource: maskResource(span.resource, masker),
  };
  return { parts, masked };
}

function maskStatus(status: SpanStatus, text: (value: string) => string, policy: MaskPolicy): SpanStatus {
  if (status.message === undefined || status.message === '') return status;
  if (!policy.captureContent) return { code: status.code };
  const message = text(status.message);
  return message === status.message ? status : { code: status.code, message };
}

/** The given list itself when no item changed. */
function mapChanged<T>(items: T[], change: (item: T) => T): T[] {
  const changed = items.map(change);
  return changed.some((item, i) => !Object.is(item, items[i])) ? changed : items;
}

function overwriteList<T>(target: T[], values: readonly T[]): void {
  values.forEach((value, i) => {
    if (target[i] !== value) target[i] = value;
  });
}
