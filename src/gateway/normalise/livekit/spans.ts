import type { InputSpan } from '../input-span.js';

/** Text of a span's: since 1.7.0 content is under `lk.pii.`, before it was not. */
export function contentOf({ attributes }: InputSpan, key: string): string | undefined {
  const value = attributes[`lk.pii.${key}`] ?? attributes[`lk.${key}`];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The spans of a session, found by what they hang under. Children may be asked for before their parents have come. */
export class SpanTree {
  readonly #spans = new Map<string, InputSpan>();

  add(span: InputSpan): void {
    this.#spans.set(span.spanId, span);
  }

  delete(span: InputSpan): void {
    this.#spans.delete(span.spanId);
  }

  get size(): number {
    return this.#spans.size;
  }

  /** Of these names, by start. */
  named(...names: readonly string[]): InputSpan[] {
    return [...this.#spans.values()]
      .filter(({ name }) => names.includes(name))
      .sort((a, b) => a.startTime - b.startTime || a.spanId.localeCompare(b.spanId));
  }

  /** Of these names, anywhere under one of `roots`, by start. */
  under(roots: readonly InputSpan[], ...names: readonly string[]): InputSpan[] {
    const ids = new Set(roots.map(({ spanId }) => spanId));
    return this.named(...names).filter((span) => this.#isUnder(span, ids));
  }

  #isUnder(span: InputSpan, ids: ReadonlySet<string>): boolean {
    let at = span.parentSpanId;
    for (let depth = 0; at !== undefined && depth < this.#spans.size + 1; depth += 1) {
      if (ids.has(at)) return true;
      at = this.#spans.get(at)?.parentSpanId;
    }
    return false;
  }
}
