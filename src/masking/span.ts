import type { Attributes, Link, SpanStatus } from '@opentelemetry/api';
import { warn } from '../otel/diagnostics.js';
import { copySpan } from '../otel/span-copy.js';
import type { ReadableSpanLike, ResourceLike, TimedEventLike } from '../otel/types.js';
import {
  type AttributeChanges,
  applyChanges,
  areNone,
  attributeChanges,
  type MaskPolicy,
  withChanges,
} from './attributes.js';
import { isMessageEvent } from './content-keys.js';
import { errorName } from './error-name.js';
import { guardMasker } from './guarded.js';
import { maskJsonOrText } from './json.js';
import { maskResource } from './resource.js';
import { isVocabularyName } from './span-name.js';
import type { Masker } from './types.js';

export type { MaskPolicy } from './attributes.js';

/** Marks a span, or a copy of one, as masked, across copies of this package. */
export const MASKED: unique symbol = Symbol.for('voice-otel.masked');

/** What `maskSpanInPlace` returns when the span could not be written: use {@link maskedCopy} then. */
export const NOT_WRITABLE = -1;

/** The parts of a span that hold text. */
interface SpanParts {
  readonly name: string;
  readonly status: SpanStatus;
  readonly attributes: AttributeChanges;
  readonly events: TimedEventLike[];
  readonly links: Link[];
  readonly resource: ResourceLike;
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
    const parts = new SpanMasking(guardMasker(masker), policy);
    const { name, status, attributes, events, links, resource } = parts.of(span);
    // The SDK's spans are plain objects whose fields are only typed as read-only.
    const target: { -readonly [Field in keyof ReadableSpanLike]: ReadableSpanLike[Field] } = span;
    applyChanges(span.attributes, attributes);
    if (events !== span.events) overwriteList(span.events, events);
    if (links !== span.links) overwriteList(span.links, links);
    if (name !== span.name) target.name = name;
    if (status !== span.status) target.status = status;
    if (resource !== span.resource) target.resource = resource;
    markMasked(span);
    return parts.masked;
  } catch (error) {
    warn('mask:in-place', `a span could not be masked in place: ${errorName(error)}`);
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
  const parts = new SpanMasking(guardMasker(masker), policy).of(span);
  const attributes = withChanges(span.attributes, parts.attributes);
  const copy = copySpan(span, { ...parts, attributes, spanContext: () => context });
  markMasked(copy);
  return copy;
}

/** Not enumerable: what is spread from a masked span may be changed and is not marked. */
const MARK: PropertyDescriptor = { value: true, enumerable: false, configurable: true, writable: true };

function markMasked(span: ReadableSpanLike): void {
  if (isMasked(span)) return;
  Object.defineProperty(span, MASKED, MARK);
}

/** Masks the parts of one span and counts what it masks. */
class SpanMasking {
  masked = 0;
  readonly #masker: Masker;
  readonly #policy: MaskPolicy;

  constructor(masker: Masker, policy: MaskPolicy) {
    this.#masker = masker;
    this.#policy = policy;
  }

  /** The parts of a span, masked; those without a change are the span's own objects. */
  of(span: ReadableSpanLike): SpanParts {
    return {
      name: isVocabularyName(span) ? span.name : this.#text(span.name),
      status: this.#status(span.status),
      attributes: this.#changes(span.attributes, false),
      events: mapChanged(span.events, (event) => this.#event(event)),
      links: mapChanged(span.links, (link) => this.#link(link)),
      resource: maskResource(span.resource, this.#masker),
    };
  }

  #text(value: string): string {
    const result = maskJsonOrText(value, this.#masker);
    if (result !== value) this.masked += 1;
    return result;
  }

  #changes(attributes: Attributes, allContent: boolean): AttributeChanges {
    const changes = attributeChanges(attributes, this.#masker, this.#policy, allContent);
    this.masked += changes.masked;
    return changes;
  }

  #status(status: SpanStatus): SpanStatus {
    if (status.message === undefined || status.message === '') return status;
    if (!this.#policy.captureContent) return { code: status.code };
    const message = this.#text(status.message);
    return message === status.message ? status : { code: status.code, message };
  }

  #event(event: TimedEventLike): TimedEventLike {
    const name = this.#text(event.name);
    if (event.attributes === undefined) return name === event.name ? event : { ...event, name };
    const changes = this.#changes(event.attributes, isMessageEvent(event.name));
    if (name === event.name && areNone(changes)) return event;
    return { ...event, name, attributes: withChanges(event.attributes, changes) };
  }

  #link(link: Link): Link {
    if (link.attributes === undefined) return link;
    const changes = this.#changes(link.attributes, false);
    return areNone(changes) ? link : { ...link, attributes: withChanges(link.attributes, changes) };
  }
}

/** The given list itself when no item changed. */
function mapChanged<T>(items: T[], change: (item: T) => T): T[] {
  if (items.length === 0) return items;
  const changed = items.map(change);
  return changed.some((item, i) => !Object.is(item, items[i])) ? changed : items;
}

function overwriteList<T>(target: T[], values: readonly T[]): void {
  values.forEach((value, i) => {
    if (target[i] !== value) target[i] = value;
  });
}
