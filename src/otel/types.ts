/**
 * The shapes of the OpenTelemetry SDK that we touch, described structurally: SDK 2.x and 3.x both fit, and
 * neither is imported.
 */
import type {
  Attributes,
  Context,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatus,
} from '@opentelemetry/api';

/** An event of a finished span. SDK 3.x leaves `attributes` out when there are none. */
export interface TimedEventLike {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes?: Attributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** Where a span comes from; a resource's identity is how exporters group spans. */
export interface ResourceLike {
  readonly attributes: Attributes;
}

export interface InstrumentationScopeLike {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
}

/** A finished span as processors and exporters of SDK 2.x and 3.x see it. */
export interface ReadableSpanLike {
  readonly name: string;
  readonly kind: SpanKind;
  spanContext(): SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: TimedEventLike[];
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: ResourceLike;
  readonly instrumentationScope: InstrumentationScopeLike;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** What an exporter answers: code 0 is success, 1 is failure. */
export interface ExportResultLike {
  readonly code: number;
  readonly error?: Error;
}

/**
 * A span exporter of either SDK line. The parameters are deliberately wide (`never`-free bivariant methods),
 * so that the official exporters are assignable without a cast.
 */
export interface SpanExporterLike {
  export(spans: ReadableSpanLike[], resultCallback: (result: ExportResultLike) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A span processor of either SDK line; `onEnding` exists since SDK 2.3. */
export interface SpanProcessorLike {
  onStart(span: ReadableSpanLike, parentContext: Context): void;
  onEnding?(span: ReadableSpanLike): void;
  onEnd(span: ReadableSpanLike): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
