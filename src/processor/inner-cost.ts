import { AmountSum } from '../cost/decimal.js';
import type { PriceTable } from '../cost/price-table.js';
import type { CostEstimate, CostUsage, EstimateReason, PricedCost } from '../cost/types.js';

/**
 * What the model calls inside a stage cost together; undefined where the stage knows its own tokens or cost, or where
 * there are no calls. One call without a price makes the whole missing: a part is not the cost of the stage.
 */
export function innerCost(
  stage: CostUsage,
  calls: readonly CostUsage[],
  prices: PriceTable,
  at: Date,
): CostEstimate | undefined {
  const [first, ...rest] = calls;
  if (first === undefined || stage.kind !== 'llm' || knowsItself(stage)) return undefined;
  let total = prices.estimate(asCalled(first, stage), at);
  for (const call of rest) {
    if (total.missing !== undefined) return total;
    const next = prices.estimate(asCalled(call, stage), at);
    if (next.missing !== undefined) return next;
    total = together(total, next);
  }
  return total;
}

function knowsItself(stage: CostUsage): boolean {
  return (
    stage.costUsd !== undefined ||
    stage.promptTokens !== undefined ||
    stage.completionTokens !== undefined ||
    stage.promptTextTokens !== undefined ||
    stage.promptAudioTokens !== undefined ||
    stage.completionTextTokens !== undefined ||
    stage.completionAudioTokens !== undefined
  );
}

/** The call under the stage's names where its span has none. */
function asCalled(call: CostUsage, stage: CostUsage): CostUsage {
  return {
    ...call,
    provider: call.provider ?? stage.provider,
    model: call.model ?? stage.model,
    mode: stage.mode,
  };
}

function together(a: PricedCost, b: PricedCost): PricedCost {
  const sum = new AmountSum();
  sum.add(a.amount);
  sum.add(b.amount);
  const reasons: EstimateReason[] = [...new Set([...a.reasons, ...b.reasons])];
  const [oldest] = [a.priceDate, b.priceDate].filter((date) => date !== undefined).sort();
  return {
    amount: sum.value(),
    currency: a.currency,
    source: a.source === b.source ? a.source : 'price_table',
    estimated: a.estimated || b.estimated,
    reasons,
    ...(oldest === undefined ? {} : { priceDate: oldest }),
  };
}
