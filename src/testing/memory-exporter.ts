import type { ReadableSpanLike, SpanExporterLike } from '../otel/types.js';

/** Keeps every exported span, for tests. Works with SDK 2.x and 3.x. Spans stay after `shutdown`. */
export class MemoryExporter implements SpanExporterLike {
  readonly #spans: ReadableSpanLike[] = [];

  /** The spans exported so far, in the order of their export. */
  get spans(): readonly ReadableSpanLike[] {
    return this.#spans;
  }

  export(spans: ReadableSpanLike[], resultCallback: (result: { code: number }) => void): void {
    this.#spans.push(...spans);
    resultCallback({ code: 0 });
  }

  /** Forgets the spans. */
  reset(): void {
    this.#spans.length = 0;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
