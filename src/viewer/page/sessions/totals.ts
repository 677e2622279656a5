import type { CostReport } from '../../../report/model.js';
import type { SessionRow } from '../../api.js';

/** Costs of several calls as one: a sum per currency, prices not known counted. */
export function addCosts(costs: readonly CostReport[]): CostReport {
  const sums = new Map<string | undefined, CostReport['sums'][number]>();
  for (const sum of costs.flatMap((cost) => cost.sums)) {
    const old = sums.get(sum.currency);
    sums.set(
      sum.currency,
      old === undefined
        ? sum
        : {
            currency: sum.currency,
            total: old.total + sum.total,
            stt: old.stt + sum.stt,
            llm: old.llm + sum.llm,
            tts: old.tts + sum.tts,
            other: old.other + sum.other,
            discarded: old.discarded + sum.discarded,
          },
    );
  }
  return {
    sums: [...sums.values()].sort((a, b) => b.total - a.total),
    missing: costs.flatMap((cost) => cost.missing),
    missingCount: costs.reduce((count, cost) => count + cost.missingCount, 0),
    estimated: costs.some((cost) => cost.estimated),
  };
}

export interface ListTotals {
  readonly calls: number;
  readonly durationMs: number;
  readonly cost: CostReport;
}

export function totalsOf(rows: readonly SessionRow[]): ListTotals {
  return {
    calls: rows.length,
    durationMs: rows.reduce((sum, row) => sum + row.durationMs, 0),
    cost: addCosts(rows.map((row) => row.cost)),
  };
}
