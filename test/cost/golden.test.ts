import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ServiceUsage } from '../../src/cost/infrastructure.js';
import { createPriceTable, type PriceTableOptions } from '../../src/cost/price-table.js';
import type { CostUsage } from '../../src/cost/types.js';
import { evaluate, nearestDouble } from './fraction.js';

interface GoldenCase {
  name: string;
  pitfall?: string;
  usage: CostUsage | ServiceUsage;
  service?: boolean;
  at?: string;
  table?: PriceTableOptions;
  arithmetic?: string;
  amount?: string;
  reasons?: string[];
  source?: string;
  missing?: string;
}

const file = new URL('../fixtures/cost/golden.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as GoldenCase[];
const DAY_OF_THE_CASES = '2026-11-24T12:00:00Z';

function price({ usage, at, table }: GoldenCase) {
  const book = createPriceTable(table);
  const day = new Date(at ?? DAY_OF_THE_CASES);
  return 'durationMs' in usage ? book.estimateService(usage, day) : book.estimate(usage, day);
}

describe('golden cases', () => {
  it('are at least 150, each under its own name, with the pitfalls of the fact file', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(new Set(cases.map((golden) => golden.name)).size).toBe(cases.length);
    expect(cases.filter((golden) => golden.pitfall !== undefined).length).toBeGreaterThanOrEqual(50);
  });

  it('cover every chapter of pitfalls of the fact file', () => {
    const chapters = cases.flatMap(({ pitfall }) => /^A\d(?:\.\d)?/.exec(pitfall ?? '')?.[0] ?? []);
    expect([...new Set(chapters)].sort()).toEqual([
      'A0.3',
      'A0.4',
      'A0.5',
      'A0.6',
      'A0.7',
      'A1.1',
      'A1.2',
      'A1.3',
      'A2',
      'A3',
      'A4',
    ]);
  });

  it.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    const result = price(golden);
    if (golden.missing !== undefined) {
      expect(result).toEqual({ missing: golden.missing, detail: expect.any(String) });
      return;
    }
    const byHand = nearestDouble(evaluate(golden.arithmetic ?? ''));
    expect(Number(golden.amount)).toBe(byHand);
    expect(result).toMatchObject({
      amount: byHand,
      currency: golden.table?.currency ?? 'USD',
      source: golden.source ?? 'price_table',
      estimated: (golden.reasons ?? []).length > 0,
      reasons: golden.reasons,
    });
  });
});
