import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** An exporter for the terminal: prints the spans as a tree at the end. */
export class TreeExporter implements SpanExporter {
  readonly #spans: ReadableSpan[] = [];

  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    this.#spans.push(...spans);
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {
    const ids = new Set(this.#spans.map((span) => span.spanContext().spanId));
    for (const span of this.#byStart()) {
      if (!ids.has(span.parentSpanContext?.spanId ?? '')) this.#print(span, '');
    }
  }

  #print(span: ReadableSpan, indent: string): void {
    const milliseconds = Math.round(seconds(span.duration) * 1000);
    const said = span.attributes['voice.turn.transcript'] ?? span.attributes['url.query'];
    const name = `${indent}${span.name}`.padEnd(34);
    console.log(`${name} ${String(milliseconds).padStart(6)} ms  ${said ?? ''}`.trimEnd());
    const { spanId } = span.spanContext();
    for (const child of this.#byStart()) {
      if (child.parentSpanContext?.spanId === spanId) this.#print(child, `${indent}  `);
    }
  }

  #byStart(): ReadableSpan[] {
    return this.#spans.toSorted((a, b) => seconds(a.startTime) - seconds(b.startTime));
  }
}

function seconds([whole, nanos]: [number, number]): number {
  return whole + nanos / 1e9;
}
