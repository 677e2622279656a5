import type { Attributes } from '@opentelemetry/api';
import type { PriceTable } from '../cost/price-table.js';
import type { CostEstimate, CostUsage } from '../cost/types.js';
import { usageFromAttributes } from '../cost/usage-from-attributes.js';
import { hrTimeToMs } from '../otel/time.js';
import type { ReadableSpanLike } from '../otel/types.js';
import {
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_ESTIMATED,
  ATTR_VOICE_COST_MISSING_REASON,
  ATTR_VOICE_COST_PRICE_DATE,
  ATTR_VOICE_COST_SOURCE,
} from '../semconv/generated.js';
import { innerCost } from './inner-cost.js';

/** Whether stages of this type are billed by a provider, so that a missing price must be said. */
export function isBilled(type: string | undefined): boolean {
  return type === 'stt' || type === 'llm' || type === 'tts';
}

/** What pricing adds to a stage. */
export interface StageCost {
  readonly cost: Attributes;
  /** Priced by what another instrumentation reported of the calls inside it. */
  readonly byCalls: boolean;
}

/**
 * The cost attributes of a stage that has none yet: an amount with its source, or why there is none. `calls`: the model
 * calls that other instrumentations traced inside it, which count where it reports no tokens itself.
 */
export function stageCost(
  span: ReadableSpanLike,
  prices: PriceTable | undefined,
  calls: readonly CostUsage[],
): StageCost {
  const { attributes } = span;
  const known =
    attributes[ATTR_VOICE_COST_AMOUNT] !== undefined ||
    attributes[ATTR_VOICE_COST_MISSING_REASON] !== undefined;
  const usage = known || prices === undefined ? undefined : usageFromAttributes(attributes);
  if (usage === undefined || prices === undefined) return { cost: {}, byCalls: false };
  const at = new Date(hrTimeToMs(span.startTime));
  const inner = innerCost(usage, calls, prices, at);
  return { cost: costAttributes(inner ?? prices.estimate(usage, at)), byCalls: inner !== undefined };
}

function costAttributes(estimate: CostEstimate): Attributes {
  if (estimate.missing !== undefined) return { [ATTR_VOICE_COST_MISSING_REASON]: estimate.missing };
  const cost: Attributes = {
    [ATTR_VOICE_COST_AMOUNT]: estimate.amount,
    [ATTR_VOICE_COST_CURRENCY]: estimate.currency,
    [ATTR_VOICE_COST_SOURCE]: estimate.source,
    [ATTR_VOICE_COST_ESTIMATED]: estimate.estimated,
  };
  if (estimate.priceDate !== undefined) cost[ATTR_VOICE_COST_PRICE_DATE] = estimate.priceDate;
  return cost;
}
