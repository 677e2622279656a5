import { countCharacters, countUtf8Bytes } from './characters.js';
import { type Decimal, decimalOf, plus, pow10, times, type Whole } from './decimal.js';
import type { Fraction } from './money.js';
import {
  type Price,
  TOKEN_KINDS,
  type TokenKind,
  type TokenPrices,
  type TokenRate,
  type UnitRate,
} from './rows.js';
import type { CostUsage, EstimateReason } from './types.js';
import type { BilledTokens } from './usage.js';

/** The amounts of a usage, whoever it is billed by. */
export type BilledUsage = Omit<CostUsage, 'kind'>;

/** An exact amount in the currency of the price, and why it is an estimate. */
export interface Charge extends Fraction {
  readonly reasons: EstimateReason[];
}

/** What a usage costs at a price; undefined where nothing that the price bills was measured. */
export function charge(
  price: Price,
  usage: BilledUsage,
  tokens: BilledTokens | undefined,
): Charge | undefined {
  for (const rate of price.rates) {
    const charged = rate.unit === 'token' ? chargeTokens(rate, tokens) : chargeUnits(rate, usage);
    if (charged !== undefined) return charged;
  }
  return undefined;
}

function chargeUnits(rate: UnitRate, usage: BilledUsage): Charge | undefined {
  const measured = measure(rate, usage);
  if (measured === undefined) return undefined;
  const units = billedUnits(rate, measured.amount, measured.scale);
  return {
    numerator: times(rate.price.digits, units.digits),
    denominator: times(rate.per, pow10(rate.price.scale + units.scale)),
    reasons: measured.derived || rate.approximate ? ['unit_derived'] : [],
  };
}

interface Measured {
  /** In units of 10^-scale of the rate's unit: milliseconds have scale 3. */
  amount: number;
  scale: number;
  /** Counted from something else than what the provider counts. */
  derived: boolean;
}

function measure(rate: UnitRate, usage: BilledUsage): Measured | undefined {
  switch (rate.unit) {
    case 'audio_second':
      return seconds(usage.audioDurationMs, false);
    case 'session_second':
      return seconds(usage.sessionDurationMs, false) ?? seconds(usage.audioDurationMs, true);
    case 'character':
      return measureCharacters(rate, usage);
    case 'utf8_byte':
      if (typeof usage.textInput === 'string') return count(countUtf8Bytes(usage.textInput), false);
      return usage.characters === undefined ? undefined : count(usage.characters, true);
  }
}

/** A caller's count is of plain characters; a provider with a rule of its own is asked by the text itself. */
function measureCharacters(rate: UnitRate, usage: BilledUsage): Measured | undefined {
  const plain = rate.counting === 'all';
  if (usage.characters !== undefined && (plain || typeof usage.textInput !== 'string')) {
    return count(usage.characters, !plain);
  }
  if (typeof usage.textInput !== 'string') return undefined;
  return count(countCharacters(usage.textInput, rate.counting), false);
}

function seconds(milliseconds: number | undefined, derived: boolean): Measured | undefined {
  return milliseconds === undefined ? undefined : { amount: milliseconds, scale: 3, derived };
}

function count(amount: number, derived: boolean): Measured {
  return { amount, scale: 0, derived };
}

/** Minimum and steps of a request; a request of nothing is not billed. */
function billedUnits(rate: UnitRate, amount: number, scale: number): Decimal {
  let units = amount;
  if (units > 0 && rate.increment > 0) {
    const step = rate.increment * 10 ** scale;
    const steps = units / step;
    units = (rate.rounding === 'nearest' ? Math.round(steps) : Math.ceil(steps)) * step;
  }
  if (amount > 0 && rate.minimum > 0) units = Math.max(units, rate.minimum * 10 ** scale);
  const exact = decimalOf(units);
  return { digits: exact.digits, scale: exact.scale + scale };
}

/** A kind without a price of its own is billed as the next one; only text has none to fall back on. */
const FALLBACK: { readonly [Kind in TokenKind]?: TokenKind } = {
  textCacheRead: 'textInput',
  textCacheWrite: 'textInput',
  audioInput: 'textInput',
  audioCacheRead: 'audioInput',
  audioOutput: 'textOutput',
  imageInput: 'textInput',
  imageCacheRead: 'imageInput',
};

function chargeTokens(rate: TokenRate, tokens: BilledTokens | undefined): Charge | undefined {
  if (tokens === undefined) return undefined;
  const prices = rate.tiers.find((tier) => tokens.input > tier.above)?.tokens ?? rate.tokens;
  if (!isToldApart(prices, tokens)) return undefined;
  const reasons: EstimateReason[] = [];
  let digits: Whole = 0;
  let derived = tokens.splitDerived || rate.approximate;
  for (const kind of TOKEN_KINDS) {
    const amount = tokens[kind];
    if (amount === 0) continue;
    let price = prices[kind];
    if (price === undefined) {
      price = nextPrice(prices, kind);
      if (price === undefined) return undefined;
      derived = true;
    }
    digits = plus(digits, times(price, amount));
  }
  if (derived) reasons.push('unit_derived');
  const billsOutput = prices.textOutput !== undefined || prices.audioOutput !== undefined;
  if (!tokens.inputReported || (billsOutput && !tokens.outputReported)) reasons.push('usage_incomplete');
  return { numerator: digits, denominator: times(rate.per, pow10(rate.scale)), reasons };
}

/**
 * Whether text and audio are told apart as far as the price needs it. Of a model that speaks, tokens of unknown modality
 * have no price: audio costs several times what text does.
 */
function isToldApart(prices: TokenPrices, tokens: BilledTokens): boolean {
  if (prices.audioOutput === undefined) return true;
  const inputMatters = prices.audioInput !== undefined && prices.audioInput !== prices.textInput;
  const outputMatters = prices.audioOutput !== prices.textOutput;
  return (tokens.inputSplit || !inputMatters) && (tokens.outputSplit || !outputMatters);
}

function nextPrice(prices: TokenPrices, kind: TokenKind): Whole | undefined {
  for (let at = FALLBACK[kind]; at !== undefined; at = FALLBACK[at]) {
    if (prices[at] !== undefined) return prices[at];
  }
  return undefined;
}
