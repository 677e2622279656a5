/** Values for a plot: how many there are, their percentiles, and how many lie in each bin. */
export interface Distribution {
  readonly count: number;
  /** By nearest rank, as everywhere in voice-otel (`summarize` in src/report). */
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** All values sorted. */
  readonly sorted: Float64Array;
}

/** `undefined` without values; what is no finite number does not count. */
export function distributionOf(lists: Iterable<readonly number[]>): Distribution | undefined {
  const values: number[] = [];
  for (const list of lists) for (const value of list) if (Number.isFinite(value)) values.push(value);
  if (values.length === 0) return undefined;
  // Sorts numbers without asking a function; ten times as fast as an array's own.
  const sorted = Float64Array.from(values).sort();
  return {
    count: sorted.length,
    p50: nearestRank(sorted, 0.5),
    p95: nearestRank(sorted, 0.95),
    max: nearestRank(sorted, 1),
    sorted,
  };
}

/** Equal bins from `start` on. */
export interface Bins {
  readonly start: number;
  readonly width: number;
  readonly length: number;
}

/** Most bins in a plot. */
const MAX_BINS = 60;

/**
 * Bins that show these values together: a width of 1, 2 or 5 times a power of ten, from 0 (or below, where clocks
 * disagree) to where 99 of 100 values lie. A handful of extreme values would press all others into one bin.
 */
export function binsFor(distributions: readonly Distribution[]): Bins {
  const low = Math.min(0, ...distributions.map(({ sorted }) => nearestRank(sorted, 0.01)));
  const high = Math.max(1, ...distributions.map(({ sorted }) => nearestRank(sorted, 0.99)));
  const width = niceWidth((high - low) / MAX_BINS);
  const start = Math.floor(low / width) * width;
  return { start, width, length: Math.floor((high - start) / width) + 1 };
}

/** How many values lie in each bin. */
export function histogram(sorted: Float64Array, bins: Bins): number[] {
  const counts = new Array<number>(bins.length).fill(0);
  for (const value of sorted) {
    const bin = Math.floor((value - bins.start) / bins.width);
    const count = counts[bin];
    if (count !== undefined) counts[bin] = count + 1;
  }
  return counts;
}

/** How many of so many values lie in none of the bins. */
export function outside(distribution: Distribution, counts: readonly number[]): number {
  return distribution.count - counts.reduce((sum, count) => sum + count, 0);
}

function niceWidth(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(atLeast, 1)));
  return [1, 2, 5, 10].map((step) => step * power).find((width) => width >= atLeast) ?? power * 10;
}

/** The smallest value that at least that share of all values does not exceed. */
function nearestRank(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
