import type { OtlpSpan } from '../../exporters/otlp-json.js';
import { type InputSpan, numberOf, textOf } from './input-span.js';

/** Reads attributes of a span and remembers which, so that the others can be kept as they came. */
export class AttributeReader {
  readonly #span: InputSpan;
  readonly #read = new Set<string>();

  constructor(span: InputSpan) {
    this.#span = span;
  }

  text(...keys: readonly string[]): string | undefined {
    this.drop(...keys);
    return textOf(this.#span, ...keys);
  }

  number(...keys: readonly string[]): number | undefined {
    this.drop(...keys);
    return numberOf(this.#span, ...keys);
  }

  /** Seconds as milliseconds. */
  seconds(...keys: readonly string[]): number | undefined {
    const seconds = this.number(...keys);
    return seconds === undefined ? undefined : seconds * 1000;
  }

  flag(key: string): boolean {
    this.drop(key);
    return this.#span.attributes[key] === true;
  }

  /** These say nothing that is not said otherwise. */
  drop(...keys: readonly string[]): void {
    for (const key of keys) this.#read.add(key);
  }

  /** Attributes whose keys begin so are not kept. */
  dropAll(prefix: string): void {
    for (const key of Object.keys(this.#span.attributes)) if (key.startsWith(prefix)) this.#read.add(key);
  }

  /** What was not read, as it came; settings that were not given are left out. */
  get kept(): OtlpSpan['attributes'] {
    return (this.#span.raw.attributes ?? []).filter(
      ({ key, value }) => !this.#read.has(key) && value?.stringValue !== 'NOT_GIVEN',
    );
  }
}
