import type { Attributes } from '@opentelemetry/api';
import type { PriceTable } from '../cost/price-table.js';
import type { CostEstimate } from '../cost/types.js';
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

/** Whether stages of this type are billed by a provider, so that a missing price must be said. */
export function isBilled(type: string | undefined): boolean {
  return type === 'stt' || type === 'llm' || type === 'tts';
}

/** The cost attributes of a stage that has none yet: an amount with its source, or why there is none. */
export function stageCost(span: ReadableSpanLike, prices: PriceTable): Attributes {
  const { attributes } = span;
  const known =
    attributes[ATTR_VOICE_COST_AMOUNT] !== undefined ||
    attributes[ATTR_VOICE_COST_MISSING_REASON] !== undefined;
  const usage = known ? undefined : usageFromAttributes(attributes);
  if (usage === undefined) return {};
  return costAttributes(prices.estimate(usage, new Date(hrTimeToMs(span.startTime))));
}

function costAttributes(estimate: CostEstimate): Attributes {
  if (estimate.missing !== undefined) return { [ATTR_VOICE_COST_MISSING_REASON]: estimate.missing };
  return {
    [ATTR_VOICE_COST_AMOUNT]: estimate.amount,
    [ATTR_VOICE_COST_CURRENCY]: estimate.currency,
    [ATTR_VOICE_COST_SOURCE]: estimate.source,
    [ATTR_VOICE_COST_ESTIMATED]: estimate.estimated,
    ...(estimate.priceDate === undefined ? {} : { [ATTR_VOICE_COST_PRICE_DATE]: estimate.priceDate }),
  };
}
