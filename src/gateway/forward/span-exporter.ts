import { encodeTraceRequest, type OtlpResourceSpans, type OtlpSpan } from '../../exporters/otlp-json.js';
import { errorText, warn } from '../../otel/diagnostics.js';
import type { ExportResultLike, ReadableSpanLike, ResourceLike, SpanExporterLike } from '../../otel/types.js';
import type { ResourceEnvelope, WireScope } from '../pipeline/origins.js';
import { WireSpan } from '../pipeline/wire-span.js';
import type { Target } from './target.js';

/** Exports spans of the wire to a target, grouped as they came. */
export class WireSpanExporter implements SpanExporterLike {
  readonly #target: Target;
  readonly #maskText: (text: string) => string;
  readonly #envelopes = new WeakMap<ResourceLike, ResourceEnvelope>();
  #delivered = 0;
  #rejected = 0;

  constructor(target: Target, maskText: (text: string) => string) {
    this.#target = target;
    this.#maskText = maskText;
  }

  /** Spans that the target took. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Spans that the target took the request of, but rejected (partial success). */
  get rejected(): number {
    return this.#rejected;
  }

  export(spans: ReadableSpanLike[], resultCallback: (result: ExportResultLike) => void): void {
    this.#send(spans).then(
      () => resultCallback({ code: 0 }),
      (error: unknown) =>
        resultCallback({ code: 1, error: error instanceof Error ? error : new Error(errorText(error)) }),
    );
  }

  async #send(spans: readonly ReadableSpanLike[]): Promise<void> {
    const request = { resourceSpans: this.#group(spans) };
    const { rejected, message } = await this.#target.send({ signal: 'traces', request });
    this.#delivered += spans.length - Math.min(rejected, spans.length);
    this.#rejected += rejected;
    if (rejected === 0 && message === '') return;
    warn(
      `gateway:partial:${this.#target.name}`,
      `the back end rejected ${rejected} of ${spans.length} spans${message === '' ? '' : `: ${message}`}`,
    );
  }

  async shutdown(): Promise<void> {}

  #group(spans: readonly ReadableSpanLike[]): OtlpResourceSpans[] {
    const byResource = new Map<ResourceLike, { origin: WireSpan; byScope: Map<WireScope, OtlpSpan[]> }>();
    const others: ReadableSpanLike[] = [];
    for (const span of spans) {
      if (!(span instanceof WireSpan) || span.settled === undefined) {
        others.push(span);
        continue;
      }
      const group = byResource.get(span.resource) ?? { origin: span, byScope: new Map() };
      byResource.set(span.resource, group);
      const list = group.byScope.get(span.scope);
      if (list === undefined) group.byScope.set(span.scope, [span.settled]);
      else list.push(span.settled);
    }
    return [
      ...[...byResource.values()].map(({ origin, byScope }) => ({
        ...this.#envelope(origin),
        scopeSpans: [...byScope].map(([scope, list]) => ({ ...scope.envelope, spans: list })),
      })),
      // A span that could not be masked in place was copied by the processor.
      ...encodeTraceRequest(others).resourceSpans,
    ];
  }

  #envelope(span: WireSpan): ResourceEnvelope {
    const known = this.#envelopes.get(span.resource);
    if (known !== undefined) return known;
    const made = span.origin.envelope(span.resource, this.#maskText);
    this.#envelopes.set(span.resource, made);
    return made;
  }
}
