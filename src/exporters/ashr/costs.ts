import type { ReadableSpanLike } from '../../otel/types.js';
import {
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_MISSING_REASON,
  ATTR_VOICE_TURN_COST_TOTAL,
} from '../../semconv/generated.js';
import { number, text } from './attributes.js';

/** The wire's one currency. */
const CURRENCY = 'USD';

/** What a stage cost in US dollars; `undefined` where that is not known. */
export function stageCost({ attributes }: ReadableSpanLike): number | undefined {
  if ((text(attributes, ATTR_VOICE_COST_CURRENCY) ?? CURRENCY) !== CURRENCY) return undefined;
  return number(attributes, ATTR_VOICE_COST_AMOUNT);
}

/** The roll-up of a turn in US dollars, where a processor has made one. */
export function turnCost({ attributes }: ReadableSpanLike): number | undefined {
  if ((text(attributes, ATTR_VOICE_COST_CURRENCY) ?? CURRENCY) !== CURRENCY) return undefined;
  return number(attributes, ATTR_VOICE_TURN_COST_TOTAL);
}

/** Why a stage that is billed has no cost on the wire, for people. */
export interface MissingCost {
  readonly kind: string;
  readonly provider: string | null;
  readonly model: string | null;
  /** `voice.cost.missing_reason`; `not_priced` where no processor priced it; `currency` where it is not in US dollars. */
  readonly reason: string;
}

export function missingCost(span: ReadableSpanLike, kind: string): MissingCost | undefined {
  if (stageCost(span) !== undefined) return undefined;
  const { attributes } = span;
  const inOtherCurrency = number(attributes, ATTR_VOICE_COST_AMOUNT) !== undefined;
  return {
    kind,
    provider: text(attributes, ATTR_GEN_AI_PROVIDER_NAME) ?? null,
    model: text(attributes, ATTR_GEN_AI_REQUEST_MODEL) ?? null,
    reason: inOtherCurrency ? 'currency' : (text(attributes, ATTR_VOICE_COST_MISSING_REASON) ?? 'not_priced'),
  };
}
