import { describe, expect, it } from 'vitest';
import { choosePrice } from '../../src/cost/choose.js';
import { compilePrice, type PriceRow } from '../../src/cost/rows.js';
import type { BillingMode } from '../../src/cost/types.js';

const DAY = Date.parse('2026-11-24T12:00:00Z');

/** Rows that are told apart by their price. */
function row(price: string, change: Partial<PriceRow>): PriceRow {
  return {
    rates: [{ unit: 'character', per: 1, price }],
    verified: '2026-11-01',
    confidence: 'a',
    plan: 'list',
    ...change,
  };
}

function choose(rows: readonly PriceRow[], mode?: BillingMode, plan?: string, at = DAY) {
  const prices = rows.map((one) => compilePrice(one, 'row'));
  const choice = choosePrice({ prices, overrides: [], assumed: [] }, mode, plan, at);
  const rate = choice?.price.rates[0];
  return rate === undefined || rate.unit === 'token'
    ? undefined
    : [Number(rate.price.digits), choice?.reasons];
}

describe('choosePrice', () => {
  const both = [row('1', { mode: 'batch' }), row('2', { mode: 'stream' })];

  it('streams where nobody says, and takes what was said', () => {
    expect(choose(both)).toEqual([2, []]);
    expect(choose(both, 'stream')).toEqual([2, []]);
    expect(choose(both, 'batch')).toEqual([1, []]);
  });

  it('takes the other mode where there is no price for this one, and says so where this one was named', () => {
    const batch = [row('1', { mode: 'batch' })];
    expect(choose(batch)).toEqual([1, []]);
    expect(choose(batch, 'stream')).toEqual([1, ['mode_assumed']]);
  });

  it('never takes a plan that has to be asked for, though it were first and of the right mode', () => {
    const rows = [
      row('1', { mode: 'stream', plan: 'growth', planOptional: true }),
      row('2', { mode: 'batch' }),
    ];
    expect(choose(rows, 'stream')).toEqual([2, ['mode_assumed']]);
    expect(choose(rows, 'stream', 'Growth')).toEqual([1, []]);
    expect(choose(rows.slice(0, 1))).toBeUndefined();
  });

  it('takes the right mode before the right plan', () => {
    const rows = [
      row('1', { mode: 'batch', plan: 'growth', planOptional: true }),
      row('2', { mode: 'stream' }),
    ];
    expect(choose(rows, 'stream', 'growth')).toEqual([2, ['plan_assumed']]);
    expect(choose(rows, 'batch', 'growth')).toEqual([1, []]);
  });

  it('says that a plan was assumed until it is named', () => {
    const rows = [row('1', { plan: 'pro', planAssumed: true })];
    expect(choose(rows)).toEqual([1, ['plan_assumed']]);
    expect(choose(rows, undefined, 'pro')).toEqual([1, []]);
    expect(choose(rows, undefined, 'scale')).toEqual([1, ['plan_assumed']]);
  });

  it('takes the row of the day: both ends of a span of time belong to it', () => {
    const rows = [
      row('1', { validTo: '2026-06-30' }),
      row('2', { validFrom: '2026-07-01', validTo: '2026-12-31' }),
    ];
    const on = (time: string) => choose(rows, undefined, undefined, Date.parse(time))?.[0];
    expect(on('2020-01-01T00:00:00Z')).toBe(1);
    expect(on('2026-06-30T23:59:59.999Z')).toBe(1);
    expect(on('2026-07-01T00:00:00Z')).toBe(2);
    expect(on('2026-12-31T23:59:59.999Z')).toBe(2);
    expect(on('2027-01-01T00:00:00Z')).toBeUndefined();
  });
});
