export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

/** Intervals by start, so that those within a view are found without looking at all of them. */
export class IntervalList<T extends Interval> {
  readonly items: readonly T[];
  /** The latest end among the items up to each one. */
  readonly #reach: Float64Array;

  constructor(items: readonly T[]) {
    this.items = [...items].sort((a, b) => a.startMs - b.startMs);
    this.#reach = new Float64Array(this.items.length);
    let reach = Number.NEGATIVE_INFINITY;
    this.items.forEach((item, i) => {
      reach = Math.max(reach, item.endMs);
      this.#reach[i] = reach;
    });
  }

  /** Calls `visit` with every item that touches the stretch, by start. */
  within(startMs: number, endMs: number, visit: (item: T) => void): void {
    for (let i = this.#firstReaching(startMs); i < this.items.length; i += 1) {
      const item = this.items[i];
      if (item === undefined || item.startMs > endMs) return;
      if (item.endMs >= startMs) visit(item);
    }
  }

  #firstReaching(startMs: number): number {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#reach[middle] ?? 0) < startMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
