import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpanLike, SpanProcessorLike } from '../../src/otel/types.js';

/** Keeps every span that ends, as it is when it ends. */
export class KeepingProcessor implements SpanProcessorLike {
  readonly spans: ReadableSpanLike[] = [];

  onStart(): void {}

  onEnd(span: ReadableSpanLike): void {
    this.spans.push(span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** A provider of SDK 2.x with the given processors. */
export function provider(...spanProcessors: SpanProcessor[]): BasicTracerProvider {
  return new BasicTracerProvider({ spanProcessors });
}

/** A span and what hangs under it, by start. */
export interface Tree {
  name: string;
  children: Tree[];
}

export function parentId(span: ReadableSpanLike): string | undefined {
  return span.parentSpanContext?.spanId;
}

export function spanId(span: ReadableSpanLike): string {
  return span.spanContext().spanId;
}

/** The trees that spans form, as indented lines, each described by `say`. */
export function outline(
  spans: readonly ReadableSpanLike[],
  say = (span: ReadableSpanLike) => span.name,
): string[] {
  const ids = new Set(spans.map(spanId));
  const byStart = [...spans].sort(
    (a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1],
  );
  const below = (parent: string | undefined, indent: string): string[] =>
    byStart
      .filter((span) => (parent === undefined ? !ids.has(parentId(span) ?? '') : parentId(span) === parent))
      .flatMap((span) => [`${indent}${say(span)}`, ...below(spanId(span), `${indent}  `)]);
  return below(undefined, '');
}

/** The spans of this name, by start. */
export function named(spans: readonly ReadableSpanLike[], name: string): ReadableSpanLike[] {
  return spans
    .filter((span) => span.name === name)
    .sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1]);
}
