import type { Decimal } from './decimal.js';
import { appliesAt, type Override } from './overrides.js';
import type { Price } from './rows.js';
import type { BillingMode, CostSource, EstimateReason } from './types.js';

/** What is known of a model in a table. */
export interface Candidates {
  /** The table's own rows. */
  readonly prices: readonly Price[];
  /** The user's, the most specific first. */
  readonly overrides: readonly Override[];
  /** What had to be assumed to find the rows. */
  readonly assumed: readonly EstimateReason[];
}

/** A price that applies to a call. */
export interface Choice {
  readonly price: Price;
  readonly source: CostSource;
  readonly discount: Decimal | undefined;
  readonly reasons: readonly EstimateReason[];
}

/**
 * The price that applies at `at` (epoch milliseconds): an override's, else the table's row of the right day,
 * mode and plan.
 */
export function choosePrice(
  candidates: Candidates,
  mode: BillingMode | undefined,
  plan: string | undefined,
  at: number,
): Choice | undefined {
  const applying =
    candidates.overrides.length === 0
      ? candidates.overrides
      : candidates.overrides.filter((override) => appliesAt(override.price, mode, at));
  const own = applying.find((override) => override.price.rates.length > 0);
  if (own !== undefined) {
    return { price: own.price, source: 'user_table', discount: own.discount, reasons: [] };
  }
  const discount = applying.find((override) => override.discount !== undefined)?.discount;
  const wantedPlan = plan ?? applying.find((override) => override.plan !== undefined)?.plan;
  const price = bestPrice(candidates.prices, mode, wantedPlan, at);
  if (price === undefined) return undefined;
  const reasons: EstimateReason[] = [...candidates.assumed];
  if (price.lowConfidence) reasons.push('low_confidence');
  const planNamed = wantedPlan !== undefined && samePlan(price, wantedPlan);
  if ((price.planAssumed || wantedPlan !== undefined) && !planNamed) reasons.push('plan_assumed');
  if (mode !== undefined && price.mode !== undefined && price.mode !== mode) reasons.push('mode_assumed');
  return { price, source: discount === undefined ? 'price_table' : 'user_table', discount, reasons };
}

/**
 * Of the prices of that day: the right mode before the right plan, and no plan that has to be asked for. A
 * caller who names no mode streams, unless the model has no streaming price.
 */
function bestPrice(
  prices: readonly Price[],
  mode: BillingMode | undefined,
  plan: string | undefined,
  at: number,
): Price | undefined {
  let best: Price | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const price of prices) {
    if (at < price.from || at >= price.to) continue;
    const planNamed = plan !== undefined && samePlan(price, plan);
    if (price.planOptional && !planNamed) continue;
    const wrongMode = price.mode !== undefined && price.mode !== (mode ?? 'stream');
    const distance = (wrongMode ? 2 : 0) + (plan !== undefined && !planNamed ? 1 : 0);
    if (distance < least) {
      best = price;
      least = distance;
    }
  }
  return best;
}

function samePlan(price: Price, plan: string): boolean {
  return price.plan.toLowerCase() === plan.trim().toLowerCase();
}
