import { createPriceTable, type PriceTable } from './price-table.js';
import type { CostEstimate, CostUsage } from './types.js';

let table: PriceTable | undefined;

/** The table that ships with the package, in US dollars, made at first use. */
export function defaultPriceTable(): PriceTable {
  table ??= createPriceTable();
  return table;
}

/**
 * What a stage cost in US dollars, by the list prices of the day it ran (`at`; now where absent): the double
 * nearest to the exact product of price and usage. Never throws. A cost that is not known is `{ missing }`
 * with a reason, never 0.
 *
 * `estimated` is false for a list price of confidence a or b times usage measured in the unit that the
 * provider bills. It is true, with `reasons`, when the row is derived or its sources conflict (confidence c:
 * Cartesia's sonic models), when the plan, the model or the mode had to be assumed, when the unit was derived
 * (audio time for tokens or for an open session, plain characters for bytes or SSML), when a gateway's own
 * price is not known, or when only one side of the usage was reported.
 */
export function estimateCost(usage: CostUsage, at?: Date): CostEstimate {
  return defaultPriceTable().estimate(usage, at);
}
