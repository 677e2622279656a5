import {
  type ModelRow,
  type PriceRow,
  type RateRow,
  type ServiceRow,
  TOKEN_KINDS,
  type TokenPriceRow,
} from './rows.js';

/**
 * The tables as the package ships them: rows as short lists, with words that repeat (providers, units, plans, days) as
 * numbers of one list of words. A third of the size of the same rows as objects, which is what importing the package
 * has to read. Written by `scripts/prices/pack.ts`; `null` and what is missing at the end of a list is absent.
 */
export type Word = number;

/** Prices by the order of `TOKEN_KINDS`. */
export type PackedTokens = readonly (string | null)[];

/** unit, per, price, counting, minimum, increment, rounding, approximate */
export type PackedUnitRate = readonly [
  Word,
  number,
  string,
  (Word | null)?,
  (number | null)?,
  (number | null)?,
  (Word | null)?,
  (1 | null)?,
];

/** per, tokens, tiers, approximate */
export type PackedTokenRate = readonly [
  null,
  number,
  PackedTokens,
  (readonly (readonly [number, PackedTokens])[] | null)?,
  (1 | null)?,
];

/** rates, verified, confidence, plan, mode, validFrom, validTo, currency, 1: planAssumed + 2: planOptional */
export type PackedPrice = readonly [
  readonly (PackedUnitRate | PackedTokenRate)[],
  Word,
  Word,
  Word,
  (Word | null)?,
  (Word | null)?,
  (Word | null)?,
  (Word | null)?,
  (number | null)?,
];

/** provider, model, prices, aliases, prefixes, suffixes, 1: usual + 2: providerRequired */
export type PackedModel = readonly [
  Word,
  string,
  readonly PackedPrice[],
  (readonly string[] | null)?,
  (readonly string[] | null)?,
  (readonly string[] | null)?,
  (number | null)?,
];

/** provider, service, prices, aliases */
export type PackedService = readonly [Word, string, readonly PackedPrice[], (readonly string[] | null)?];

type Words = readonly string[];

/** A model; its prices are unpacked when they are first looked at, since a process uses few of them. */
export function unpackModel(packed: PackedModel, words: Words): ModelRow {
  const [provider, model, prices, aliases, prefixes, suffixes, flags] = packed;
  return {
    provider: word(words, provider),
    model,
    ...(aliases ? { aliases } : {}),
    ...(prefixes ? { prefixes } : {}),
    ...(suffixes ? { suffixes } : {}),
    ...(has(flags, 1) ? { usual: true } : {}),
    ...(has(flags, 2) ? { providerRequired: true } : {}),
    get prices() {
      return prices.map((price) => unpackPrice(price, words));
    },
  };
}

export function unpackService(packed: PackedService, words: Words): ServiceRow {
  const [provider, service, prices, aliases] = packed;
  return {
    provider: word(words, provider),
    service,
    ...(aliases ? { aliases } : {}),
    prices: prices.map((price) => unpackPrice(price, words)),
  };
}

function unpackPrice(packed: PackedPrice, words: Words): PriceRow {
  const [rates, verified, confidence, plan, mode, validFrom, validTo, currency, flags] = packed;
  return {
    rates: rates.map((rate) => (isTokenRate(rate) ? unpackTokenRate(rate) : unpackUnitRate(rate, words))),
    verified: word(words, verified),
    confidence: word(words, confidence),
    plan: word(words, plan),
    ...(mode == null ? {} : { mode: word(words, mode) }),
    ...(validFrom == null ? {} : { validFrom: word(words, validFrom) }),
    ...(validTo == null ? {} : { validTo: word(words, validTo) }),
    ...(currency == null ? {} : { currency: word(words, currency) }),
    ...(has(flags, 1) ? { planAssumed: true } : {}),
    ...(has(flags, 2) ? { planOptional: true } : {}),
  };
}

function isTokenRate(rate: PackedUnitRate | PackedTokenRate): rate is PackedTokenRate {
  return rate[0] === null;
}

function unpackUnitRate(packed: PackedUnitRate, words: Words): RateRow {
  const [unit, per, price, counting, minimum, increment, rounding, approximate] = packed;
  return {
    unit: word(words, unit),
    per,
    price,
    ...(counting == null ? {} : { counting: word(words, counting) }),
    ...(minimum == null ? {} : { minimum }),
    ...(increment == null ? {} : { increment }),
    ...(rounding == null ? {} : { rounding: word(words, rounding) }),
    ...(approximate === 1 ? { approximate: true } : {}),
  };
}

function unpackTokenRate([, per, tokens, tiers, approximate]: PackedTokenRate): RateRow {
  return {
    unit: 'token',
    per,
    tokens: unpackTokens(tokens),
    ...(tiers ? { tiers: tiers.map(([above, prices]) => ({ above, tokens: unpackTokens(prices) })) } : {}),
    ...(approximate === 1 ? { approximate: true } : {}),
  };
}

function unpackTokens(packed: PackedTokens): TokenPriceRow {
  const tokens: TokenPriceRow = {};
  for (const [index, kind] of TOKEN_KINDS.entries()) {
    const price = packed[index];
    if (typeof price === 'string') tokens[kind] = price;
  }
  return tokens;
}

function word(words: Words, index: Word): string {
  return words[index] ?? '';
}

function has(flags: number | null | undefined, flag: number): boolean {
  return ((flags ?? 0) & flag) !== 0;
}
