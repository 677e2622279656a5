import type { OtlpKeyValue, OtlpSpan } from '../../../exporters/otlp-json.js';

import type { InputSpan } from '../input-span.js';
import { isUsageKey } from '../usage-keys.js';

/** Calls of an SDK kept back until the model's span that they belong to is there; beyond, the oldest goes on. */
const MAX_WAITING = 100;

/**
 * Spans that an LLM's SDK adds under Pipecat's own of the same call. What was used is counted once: on Pipecat's,
 * where that says it, else on the SDK's.
 */
export class InnerCalls {
  readonly #pass: (span: OtlpSpan, from: InputSpan) => void;
  readonly #models = new Map<string, boolean>();
  readonly #parents = new Map<string, string>();
  readonly #waiting: InputSpan[] = [];

  /** @param pass hands a span on */
  constructor(pass: (span: OtlpSpan, from: InputSpan) => void) {
    this.#pass = pass;
  }

  /** Pipecat's span of a call has come. */
  model({ spanId }: InputSpan, hasUsage: boolean): void {
    this.#models.set(spanId, hasUsage);
    if (this.#models.size > MAX_WAITING) this.#models.delete(this.#models.keys().next().value ?? '');
    for (const span of this.#waiting.splice(0)) this.#place(span);
  }

  /** A span of somebody else's in the same trace. */
  other(span: InputSpan): void {
    if (span.parentSpanId !== undefined) this.#parents.set(span.spanId, span.parentSpanId);
    if (this.#parents.size > MAX_WAITING) this.#parents.delete(this.#parents.keys().next().value ?? '');
    this.#place(span);
  }

  /** Nothing more will come. */
  release(): void {
    for (const span of this.#waiting.splice(0)) this.#pass(span.raw, span);
  }

  #place(span: InputSpan): void {
    if (!hasUsageKeys(span.raw.attributes) || span.parentSpanId === undefined)
      return this.#pass(span.raw, span);
    const model = this.#modelAbove(span.parentSpanId);
    if (model === undefined) this.#wait(span);
    else this.#pass(model ? withoutUsage(span.raw) : span.raw, span);
  }

  /** Whether the model's span above says what was used; `undefined` where none is known. */
  #modelAbove(parent: string): boolean | undefined {
    let at: string | undefined = parent;
    for (let depth = 0; at !== undefined && depth < MAX_WAITING; depth += 1) {
      const model = this.#models.get(at);
      if (model !== undefined) return model;
      at = this.#parents.get(at);
    }
    return undefined;
  }

  #wait(span: InputSpan): void {
    this.#waiting.push(span);
    const oldest = this.#waiting.length > MAX_WAITING ? this.#waiting.shift() : undefined;
    if (oldest !== undefined) this.#pass(oldest.raw, oldest);
  }
}

function hasUsageKeys(attributes: readonly OtlpKeyValue[] | undefined): boolean {
  return attributes?.some(({ key }) => isUsageKey(key)) === true;
}

/** A span without what it says was used. */
export function withoutUsage(span: OtlpSpan): OtlpSpan {
  return { ...span, attributes: span.attributes.filter(({ key }) => !isUsageKey(key)) };
}
