/** Values kept per session and measure; beyond, the oldest go. */
const MAX_VALUES = 4096;

/** The values of one measure over a session, with their percentiles by nearest rank. */
export class Distribution {
  readonly #values: number[] = [];

  add(value: number): void {
    this.#values.push(value);
    if (this.#values.length > MAX_VALUES) this.#values.shift();
  }

  /** The value at rank ⌈p/100 · n⌉ of the n sorted values; `undefined` where there are none. */
  percentile(p: number): number | undefined {
    const sorted = this.#values.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
  }
}
