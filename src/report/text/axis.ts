/** A time axis: `width` columns from `startMs` on. Pure arithmetic, so that every row of a chart agrees. */
export class Axis {
  readonly startMs: number;
  readonly endMs: number;
  readonly width: number;

  constructor(startMs: number, endMs: number, width: number) {
    this.startMs = startMs;
    // An axis of no length would put everything into one column.
    this.endMs = endMs - startMs >= 1 ? endMs : startMs + 1;
    this.width = width;
  }

  /** The column at which a moment lies, 0 to `width`; what lies outside is moved to the edge. */
  column(ms: number): number {
    const share = (ms - this.startMs) / (this.endMs - this.startMs);
    return Math.min(this.width, Math.max(0, Math.round(share * this.width)));
  }

  /** Round moments to mark, at least `minColumns` columns apart, counted from `zeroMs`. */
  ticks(zeroMs: number, minColumns: number): number[] {
    const step = niceStep(((this.endMs - this.startMs) / this.width) * minColumns);
    const first = Math.ceil((this.startMs - zeroMs) / step);
    const last = Math.floor((this.endMs - zeroMs) / step);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => zeroMs + (first + i) * step);
  }
}

const HOUR_MS = 3600e3;

/** Steps (ms) that people count in: 1, 2, 5 and their tens, then those of the clock. */
const STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1e3,
  2e3,
  5e3,
  10e3,
  15e3,
  30e3,
  60e3,
  120e3,
  300e3,
  600e3,
  1800e3,
  HOUR_MS,
];

function niceStep(atLeastMs: number): number {
  return STEPS.find((step) => step >= atLeastMs) ?? Math.ceil(atLeastMs / HOUR_MS) * HOUR_MS;
}
