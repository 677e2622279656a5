import {
  type Attributes,
  type AttributeValue,
  type Context,
  INVALID_SPAN_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { errorText } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import { msToHrTime, roundSeconds } from '../otel/time.js';
import { ATTR_ERROR_TYPE, ATTR_VOICE_EVENT_PAYLOAD, CONTENT_ATTRIBUTES } from '../semconv/generated.js';
import { toJson } from './json.js';
import { asId, asText, read } from './read.js';

/** How a span begins. Times are session times: epoch milliseconds. */
export interface SpanOpening {
  readonly name: string;
  readonly kind: number;
  readonly startTime: number;
  readonly attributes: Attributes;
  readonly parent: Context;
  /** A root span that links to the span of `parent` instead of being its child. */
  readonly detached?: boolean;
}

/**
 * One OTel span of ours. Whatever the tracer provider does, its methods do not throw; content is left out where
 * capture is off.
 */
export class SpanHandle {
  readonly span: Span;
  readonly #captureContent: boolean;
  #startTime: number;
  #ended = false;

  constructor(tracer: Tracer | undefined, opening: SpanOpening, captureContent: boolean) {
    this.#captureContent = captureContent;
    this.#startTime = opening.startTime;
    const nothing = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const started: unknown = guard('starting a span', nothing, () =>
      tracer === undefined
        ? nothing
        : tracer.startSpan(
            opening.name,
            {
              kind: opening.kind,
              startTime: msToHrTime(opening.startTime),
              attributes: this.#permitted(opening.attributes),
              ...(opening.detached === true ? detachedFrom(opening.parent) : {}),
            },
            opening.parent,
          ),
    );
    this.span = isSpan(started) ? started : nothing;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Epoch milliseconds. */
  get startTime(): number {
    return this.#startTime;
  }

  set(attributes: Attributes): void {
    if (this.#ended) return;
    guard('writing attributes', undefined, () => this.span.setAttributes(this.#permitted(attributes)));
  }

  rename(name: string): void {
    if (this.#ended) return;
    guard('naming a span', undefined, () => this.span.updateName(name));
  }

  /** An attribute of the seconds from the span's start to `time`; none for what came before it. */
  offset(key: string, time: number): Attributes {
    const seconds = roundSeconds((time - this.#startTime) / 1000);
    return seconds >= 0 ? { [key]: seconds } : {};
  }

  /** Adds an event; `payload`, if any, goes in as one JSON attribute. */
  event(name: string, payload: unknown, time: number): void {
    if (this.#ended) return;
    const written = this.#captureContent && payload !== undefined ? toJson(payload) : undefined;
    const attributes: Attributes = written === undefined ? {} : { [ATTR_VOICE_EVENT_PAYLOAD]: written };
    guard('adding an event', undefined, () => this.span.addEvent(name, attributes, msToHrTime(time)));
  }

  /** Status Error with `error.type`; the message is content. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.set({ [ATTR_ERROR_TYPE]: errorType(error) });
    const message = this.#captureContent ? errorMessage(error) : undefined;
    guard('setting a status', undefined, () =>
      this.span.setStatus({
        code: SpanStatusCode.ERROR,
        ...(message === undefined ? {} : { message }),
      }),
    );
  }

  /**
   * Moves the start of a span that is already open. OpenTelemetry has no call for it; the spans of both SDK
   * lines hold it in a writable field. Elsewhere the start stays where it was.
   */
  moveStart(time: number): void {
    if (this.#ended || !('startTime' in this.span)) return;
    const span: { startTime?: unknown } = this.span;
    guard('moving the start of a span', undefined, () => {
      span.startTime = msToHrTime(time);
      this.#startTime = time;
    });
  }

  end(time: number): void {
    if (this.#ended) return;
    this.#ended = true;
    const endTime = msToHrTime(Math.max(time, this.#startTime));
    guard('ending a span', undefined, () => this.span.end(endTime));
  }

  #permitted(attributes: Attributes): Attributes {
    const permitted: [string, AttributeValue | undefined][] = [];
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined && (this.#captureContent || !CONTENT_ATTRIBUTES.has(key)))
        permitted.push([key, value]);
    }
    return Object.fromEntries(permitted);
  }
}

function detachedFrom(parent: Context): object {
  const spanContext = trace.getSpanContext(parent);
  return { root: true, ...(spanContext === undefined ? {} : { links: [{ context: spanContext }] }) };
}

/** What may stand as `error.type`: a technical key, and one of metrics, must not become a place for text. */
const IDENTIFIER = /^[A-Za-z_$][\w$.:-]{0,127}$/;

/** A low-cardinality name for an error: its class, else its code, else `_OTHER` as the conventions have it. */
function errorType(error: unknown): string {
  const [name, code] = ['name', 'code'].map((key) => {
    const id = asId(read(error, key));
    return id !== undefined && IDENTIFIER.test(id) ? id : undefined;
  });
  return (name === 'Error' ? code : undefined) ?? name ?? code ?? '_OTHER';
}

function isSpan(value: unknown): value is Span {
  return typeof value === 'object' && value !== null && typeof read(value, 'end') === 'function';
}

function errorMessage(error: unknown): string {
  return asText(read(error, 'message')) ?? asText(error) ?? errorText(error);
}
