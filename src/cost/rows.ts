import { type Decimal, parseDecimal, pow10, times, type Whole } from './decimal.js';
import type { BillingMode } from './types.js';

/**
 * What a provider counts:
 * - `audio_second`: seconds of audio (sent to a recogniser, made by a synthesiser);
 * - `session_second`: seconds that the connection was open;
 * - `character`: characters of the text, by the rate's `counting`;
 * - `utf8_byte`: bytes of the text in UTF-8;
 * - `token`: tokens by modality and cache state.
 */
export type PriceUnit = 'audio_second' | 'session_second' | 'character' | 'utf8_byte' | 'token';

/**
 * How characters are counted:
 * - `all`: every code point, markup included;
 * - `no_markup`: SSML tags are free (Amazon Polly);
 * - `no_mark_tag`: only `<mark>` tags are free (Google Cloud);
 * - `cjk_double`: markup included, a Han, Hangul, Hiragana or Katakana character counts two (Azure).
 */
export type CharacterCounting = 'all' | 'no_markup' | 'no_mark_tag' | 'cjk_double';

/** Prices of token kinds, decimal strings for `per` tokens. What is absent is billed as said at `TokenPrices`. */
export interface TokenPriceRow {
  textInput?: string | undefined;
  textCacheRead?: string | undefined;
  textCacheWrite?: string | undefined;
  textOutput?: string | undefined;
  audioInput?: string | undefined;
  audioCacheRead?: string | undefined;
  audioOutput?: string | undefined;
  imageInput?: string | undefined;
  imageCacheRead?: string | undefined;
}

/** One way to bill, as the data and the user's overrides write it. See `data/schema.json`. */
export interface RateRow {
  unit: string;
  /** Units that `price` buys: 60 seconds, 1000000 characters. */
  per: number;
  /** Decimal string; for every unit but `token`. */
  price?: string | undefined;
  /** For the unit `token`. */
  tokens?: TokenPriceRow | undefined;
  /** Prices of a request whose input is longer than `above` tokens; they replace those they name. */
  tiers?: readonly { above: number; tokens: TokenPriceRow }[] | undefined;
  counting?: string | undefined;
  /** Least number of units billed for a request. */
  minimum?: number | undefined;
  /** Billed in steps of this many units, by `rounding`. */
  increment?: number | undefined;
  /** `up` unless said. */
  rounding?: string | undefined;
  /** True where the vendor publishes this rate as its own estimate of another unit. */
  approximate?: boolean | undefined;
}

/** What one source said, and when. */
export interface ReadingRow {
  by: string;
  date: string;
  url?: string | undefined;
  /** What was read, in the row's own unit: the price, or the token prices that it names. */
  says: string | TokenPriceRow;
}

/** A price of a model in one mode, on one plan, for a span of time. */
export interface PriceRow {
  /** Absent: the same price in both modes. */
  mode?: string | undefined;
  /** Tried in order; the first whose unit was measured is used. */
  rates: readonly RateRow[];
  /** Absent: USD. */
  currency?: string | undefined;
  /** First day of validity, UTC, `YYYY-MM-DD`. Absent: as far back as calls go. */
  validFrom?: string | undefined;
  /** Last day of validity, UTC, inclusive. Absent: until further notice. */
  validTo?: string | undefined;
  verified: string;
  /** `a`: two independent dated readings or the vendor's page; `b`: one reading; `c`: derived or conflicting. */
  confidence: string;
  plan: string;
  /** The price depends on the plan and this plan was picked by us. */
  planAssumed?: boolean | undefined;
  /** Used only where the user names this plan. */
  planOptional?: boolean | undefined;
  /** The vendor's page. With `readings` and `note` only in the JSON tables, not at run time. */
  source?: string | undefined;
  readings?: readonly ReadingRow[] | undefined;
  note?: string | undefined;
}

/** A model of a provider with every price it had. */
export interface ModelRow {
  provider: string;
  /** The canonical id. */
  model: string;
  aliases?: readonly string[] | undefined;
  /** Declared beginnings of longer names of the same price (`aura-2-`). */
  prefixes?: readonly string[] | undefined;
  /** Declared endings of longer names of the same price (`neural` of Azure voices). */
  suffixes?: readonly string[] | undefined;
  /** Taken where a provider is named but no model. */
  usual?: boolean | undefined;
  /** Several providers serve a model of this name: it is resolved only with its provider. */
  providerRequired?: boolean | undefined;
  prices: readonly PriceRow[];
}

/** A service billed by the minute beside the models: agent minutes, telephony. */
export interface ServiceRow {
  provider: string;
  service: string;
  aliases?: readonly string[] | undefined;
  prices: readonly PriceRow[];
}

export const TOKEN_KINDS = [
  'textInput',
  'textCacheRead',
  'textCacheWrite',
  'textOutput',
  'audioInput',
  'audioCacheRead',
  'audioOutput',
  'imageInput',
  'imageCacheRead',
] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Prices of `per` tokens, in units of 10^-scale of their rate. */
export type TokenPrices = { readonly [Kind in TokenKind]?: Whole };

export interface UnitRate {
  readonly unit: Exclude<PriceUnit, 'token'>;
  readonly per: number;
  readonly price: Decimal;
  readonly counting: CharacterCounting;
  readonly minimum: number;
  readonly increment: number;
  readonly rounding: 'up' | 'nearest';
  readonly approximate: boolean;
}

export interface TokenRate {
  readonly unit: 'token';
  readonly per: number;
  readonly scale: number;
  readonly tokens: TokenPrices;
  /** By falling `above`. */
  readonly tiers: readonly { readonly above: number; readonly tokens: TokenPrices }[];
  readonly approximate: boolean;
}

export type Rate = UnitRate | TokenRate;

export interface Price {
  readonly mode: BillingMode | undefined;
  readonly rates: readonly Rate[];
  readonly currency: string;
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Epoch milliseconds, exclusive. */
  readonly to: number;
  /** What a cost says of the row that priced it. */
  readonly facts: { readonly priceDate?: string; readonly mode?: BillingMode; readonly plan?: string };
  readonly lowConfidence: boolean;
  readonly plan: string;
  readonly planAssumed: boolean;
  readonly planOptional: boolean;
}

const DAY_MS = 86_400_000;

/** Checks and compiles a row. Throws a TypeError that names the place (`where`) and what is allowed. */
export function compilePrice(row: PriceRow, where: string): Price {
  const mode = oneOf(row.mode, ['stream', 'batch'] as const, undefined, `${where}.mode`);
  return {
    mode,
    rates: row.rates.map((rate, index) => compileRate(rate, `${where}.rates[${index}]`)),
    currency: row.currency ?? 'USD',
    from: row.validFrom === undefined ? Number.NEGATIVE_INFINITY : day(row.validFrom, `${where}.validFrom`),
    to: row.validTo === undefined ? Number.POSITIVE_INFINITY : day(row.validTo, `${where}.validTo`) + DAY_MS,
    facts: {
      ...(row.verified === '' ? {} : { priceDate: row.verified }),
      ...(mode === undefined ? {} : { mode }),
      ...(row.plan === '' ? {} : { plan: row.plan }),
    },
    lowConfidence: row.confidence === 'c',
    plan: row.plan,
    planAssumed: row.planAssumed === true,
    planOptional: row.planOptional === true,
  };
}

export function compileRate(row: RateRow, where: string): Rate {
  if (!(Number.isSafeInteger(row.per) && row.per > 0)) {
    throw new TypeError(`${where}.per must be a positive whole number, got ${String(row.per)}`);
  }
  const { per } = row;
  const unit = oneOf(row.unit, UNITS, undefined, `${where}.unit`);
  if (unit === undefined) throw new TypeError(`${where}.unit must be one of ${UNITS.join(', ')}`);
  const approximate = row.approximate === true;
  if (unit === 'token') return compileTokenRate(row, where);
  if (row.price === undefined) throw new TypeError(`${where}.price must be a decimal string`);
  return {
    unit,
    per,
    price: decimal(row.price, `${where}.price`),
    counting: oneOf(row.counting, COUNTINGS, 'all', `${where}.counting`),
    minimum: amount(row.minimum, `${where}.minimum`),
    increment: amount(row.increment, `${where}.increment`),
    rounding: oneOf(row.rounding, ['up', 'nearest'] as const, 'up', `${where}.rounding`),
    approximate,
  };
}

const UNITS = ['audio_second', 'session_second', 'character', 'utf8_byte', 'token'] as const;
const COUNTINGS = ['all', 'no_markup', 'no_mark_tag', 'cjk_double'] as const;

function compileTokenRate(row: RateRow, where: string): TokenRate {
  const base = decimals(row.tokens ?? {}, `${where}.tokens`);
  if (base.size === 0) throw new TypeError(`${where}.tokens must name a price`);
  const tiers = (row.tiers ?? []).map(({ above, tokens }, index) => ({
    above,
    prices: new Map([...base, ...decimals(tokens, `${where}.tiers[${index}].tokens`)]),
  }));
  const all = [base, ...tiers.map((tier) => tier.prices)].flatMap((prices) => [...prices.values()]);
  const scale = Math.max(...all.map((price) => price.scale));
  return {
    unit: 'token',
    per: row.per,
    scale,
    tokens: atScale(base, scale),
    tiers: tiers
      .map(({ above, prices }) => ({ above, tokens: atScale(prices, scale) }))
      .sort((a, b) => b.above - a.above),
    approximate: row.approximate === true,
  };
}

function decimals(row: TokenPriceRow, where: string): Map<TokenKind, Decimal> {
  const prices = new Map<TokenKind, Decimal>();
  for (const kind of TOKEN_KINDS) {
    const price = row[kind];
    if (price !== undefined) prices.set(kind, decimal(price, `${where}.${kind}`));
  }
  return prices;
}

function atScale(prices: ReadonlyMap<TokenKind, Decimal>, scale: number): TokenPrices {
  const whole: { [Kind in TokenKind]?: Whole } = {};
  for (const [kind, price] of prices) whole[kind] = times(price.digits, pow10(scale - price.scale));
  return whole;
}

function decimal(text: string, where: string): Decimal {
  const parsed = typeof text === 'string' ? parseDecimal(text) : undefined;
  if (parsed === undefined) {
    throw new TypeError(`${where} must be a decimal string such as '0.0048', got ${JSON.stringify(text)}`);
  }
  return parsed;
}

function amount(value: number | undefined, where: string): number {
  if (value === undefined) return 0;
  if (!(Number.isFinite(value) && value > 0)) throw new TypeError(`${where} must be a positive number`);
  return value;
}

/** Midnight UTC of a `YYYY-MM-DD`. */
function day(text: string, where: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at))
    throw new TypeError(`${where} must be a date YYYY-MM-DD, got ${JSON.stringify(text)}`);
  return at;
}

function oneOf<T extends string, D extends T | undefined>(
  value: string | undefined,
  allowed: readonly T[],
  fallback: D,
  where: string,
): T | D {
  if (value === undefined) return fallback;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new TypeError(`${where} must be one of ${allowed.join(', ')}, got ${JSON.stringify(value)}`);
  }
  return found;
}
