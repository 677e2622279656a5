import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../../src/report/totals.js';
import { binsFor, distributionOf, histogram, outside } from '../../../src/viewer/page/shared/distribution.js';

describe('distributionOf', () => {
  it('has the percentiles of the timeline', () => {
    // A sum with 0 leaves no -0, whose place among zeros is nobody's business.
    const value = fc.double({ min: -1e4, max: 1e6, noNaN: true }).map((drawn) => drawn + 0);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const { count, p50, p95 } = distributionOf([values]) ?? {};
        expect({ count, p50Ms: p50, p95Ms: p95 }).toEqual(summarize(values));
      }),
    );
  });

  it('takes the values of all calls together', () => {
    // Ranks by hand: of 1…20, p50 is the 10th and p95 the 19th.
    const low = Array.from({ length: 10 }, (_, index) => index + 1);
    const high = low.map((value) => value + 10);
    expect(distributionOf([high, [], low])).toMatchObject({ count: 20, p50: 10, p95: 19, max: 20 });
  });

  it('is none without values, and does without what is no number', () => {
    expect(distributionOf([[], []])).toBeUndefined();
    expect(distributionOf([[Number.NaN, 7, Number.POSITIVE_INFINITY]])).toMatchObject({ count: 1, p50: 7 });
  });
});

describe('histogram', () => {
  function shown(values: readonly number[]) {
    const distribution = distributionOf([values]);
    if (distribution === undefined) throw new Error('no values');
    const bins = binsFor([distribution]);
    const counts = histogram(distribution.sorted, bins);
    return { bins, counts, undrawn: outside(distribution, counts) };
  }

  it('counts each value in the bin that begins at or below it', () => {
    const { bins, counts } = shown([0, 99, 100, 101, 2500, 2500, 5999]);
    expect(bins).toEqual({ start: 0, width: 100, length: 60 });
    expect(counts[0]).toBe(2);
    expect(counts[1]).toBe(2);
    expect(counts[25]).toBe(2);
    expect(counts[59]).toBe(1);
  });

  it('does not let one extreme value press all others into one bin', () => {
    const values = Array.from({ length: 200 }, (_, index) => 500 + index);
    const { bins, counts, undrawn } = shown([...values, 3_600_000]);
    expect(bins.start + bins.width * bins.length).toBeLessThan(800);
    // 3,600,000, and what lies between the 99th of 100 and the end of its bin.
    expect(undrawn).toBeGreaterThan(0);
    expect(undrawn).toBeLessThanOrEqual(3);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(201 - undrawn);
  });

  it('begins below zero where clocks disagree', () => {
    const { bins, counts } = shown([-300, 400]);
    expect(bins.start).toBeLessThanOrEqual(-300);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  it('draws 98 of 100 values at least, in few bins', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e5, max: 1e7, noNaN: true }), { minLength: 1 }), (values) => {
        const { bins, undrawn } = shown(values);
        expect(bins.length).toBeLessThanOrEqual(62);
        expect(undrawn).toBeLessThanOrEqual(Math.max(1, values.length * 0.02));
      }),
    );
  });
});
