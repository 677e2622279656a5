import {
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_ESTIMATED,
  ATTR_VOICE_COST_MISSING_REASON,
  ATTR_VOICE_COST_PRICE_DATE,
  ATTR_VOICE_COST_SOURCE,
  VOICE_STAGE_END_REASON_VALUE_DISCARDED,
} from '../semconv/generated.js';
import { amountOf, textOf } from './attributes.js';
import {
  type CostReport,
  type CostSum,
  type MissingPrice,
  NOT_PRICED,
  type StageCost,
  type StageReport,
} from './model.js';
import type { AttributeRecord } from './otlp.js';

/** The kinds that somebody bills; a price of another kind is read where there is one. */
const PRICED_KINDS: ReadonlySet<string> = new Set(['stt', 'llm', 'tts']);

type Share = 'stt' | 'llm' | 'tts' | 'other';

/** The price on a stage's span, or the reason why there is none. */
export function stageCost(kind: string, attributes: AttributeRecord): StageCost | undefined {
  const amount = amountOf(attributes, ATTR_VOICE_COST_AMOUNT);
  if (amount !== undefined) {
    return {
      amount,
      currency: textOf(attributes, ATTR_VOICE_COST_CURRENCY),
      source: textOf(attributes, ATTR_VOICE_COST_SOURCE),
      estimated: attributes[ATTR_VOICE_COST_ESTIMATED] === true,
      priceDate: textOf(attributes, ATTR_VOICE_COST_PRICE_DATE),
    };
  }
  const reason = textOf(attributes, ATTR_VOICE_COST_MISSING_REASON);
  if (reason !== undefined) return { missingReason: reason };
  return PRICED_KINDS.has(kind) ? { missingReason: NOT_PRICED } : undefined;
}

/** The costs of stages, added up a currency. */
export function costOfStages(stages: readonly StageReport[]): CostReport {
  return addCosts(stages.flatMap((stage) => (stage.cost === undefined ? [] : [oneCost(stage, stage.cost)])));
}

/**
 * What a roll-up on a turn or session span says (`prefix` is `voice.turn.cost` or `voice.session.cost`), for
 * traces whose stages carry no prices or are not there. `undefined` where there is no roll-up.
 */
export function costOfRollUp(attributes: AttributeRecord, prefix: string): CostReport | undefined {
  const total = amountOf(attributes, `${prefix}.total`);
  const missingCount = amountOf(attributes, `${prefix}.missing_count`) ?? 0;
  if (total === undefined && missingCount === 0) return undefined;
  const part = (name: string): number => amountOf(attributes, `${prefix}.${name}`) ?? 0;
  const sum: CostSum = {
    currency: textOf(attributes, ATTR_VOICE_COST_CURRENCY),
    total: total ?? 0,
    stt: part('stt'),
    llm: part('llm'),
    tts: part('tts'),
    other: part('other'),
    discarded: part('discarded'),
  };
  return { sums: total === undefined ? [] : [sum], missing: [], missingCount, estimated: false };
}

/** Whether anything is said about money: an amount, or a reason for having none. */
export function saysCost(cost: CostReport): boolean {
  return cost.sums.length > 0 || cost.missing.some(({ reason }) => reason !== NOT_PRICED);
}

/** Adds cost reports: amounts a currency, missing prices a model and reason. */
export function addCosts(costs: readonly CostReport[]): CostReport {
  const sums = new Map<string, CostSum>();
  const missing = new Map<string, MissingPrice>();
  for (const cost of costs) {
    for (const sum of cost.sums) {
      const key = sum.currency ?? '';
      sums.set(key, addSums(sums.get(key), sum));
    }
    for (const price of cost.missing) {
      const key = JSON.stringify([price.kind, price.provider, price.model, price.reason]);
      const before = missing.get(key)?.count ?? 0;
      missing.set(key, { ...price, count: before + price.count });
    }
  }
  return {
    sums: [...sums.entries()].sort(([a], [b]) => compareText(a, b)).map(([, sum]) => sum),
    missing: [...missing.entries()].sort(([a], [b]) => compareText(a, b)).map(([, price]) => price),
    missingCount: costs.reduce((count, cost) => count + cost.missingCount, 0),
    estimated: costs.some((cost) => cost.estimated),
  };
}

function oneCost(stage: StageReport, cost: StageCost): CostReport {
  if ('missingReason' in cost) {
    const { kind, provider, model } = stage;
    const missing = [{ kind, provider, model, reason: cost.missingReason, count: 1 }];
    return { sums: [], missing, missingCount: 1, estimated: false };
  }
  const share: Share = isShare(stage.kind) ? stage.kind : 'other';
  const none: CostSum = { currency: cost.currency, total: 0, stt: 0, llm: 0, tts: 0, other: 0, discarded: 0 };
  const discarded = stage.endReason === VOICE_STAGE_END_REASON_VALUE_DISCARDED ? cost.amount : 0;
  return {
    sums: [{ ...none, [share]: cost.amount, total: cost.amount, discarded }],
    missing: [],
    missingCount: 0,
    estimated: cost.estimated,
  };
}

function isShare(kind: string): kind is Share {
  return PRICED_KINDS.has(kind);
}

function addSums(a: CostSum | undefined, b: CostSum): CostSum {
  if (a === undefined) return b;
  return {
    currency: b.currency,
    total: roundAmount(a.total + b.total),
    stt: roundAmount(a.stt + b.stt),
    llm: roundAmount(a.llm + b.llm),
    tts: roundAmount(a.tts + b.tts),
    other: roundAmount(a.other + b.other),
    discarded: roundAmount(a.discarded + b.discarded),
  };
}

/** Without floating-point residue; providers quote prices to a millionth of a cent at most. */
function roundAmount(amount: number): number {
  return amount < 1e3 ? Math.round(amount * 1e12) / 1e12 : amount;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
