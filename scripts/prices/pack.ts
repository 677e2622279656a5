import type {
  PackedModel,
  PackedPrice,
  PackedService,
  PackedTokenRate,
  PackedTokens,
  PackedUnitRate,
  Word,
} from '../../src/cost/packed.js';
import {
  type ModelRow,
  type PriceRow,
  type RateRow,
  type ServiceRow,
  TOKEN_KINDS,
  type TokenPriceRow,
} from '../../src/cost/rows.js';

/** Rows as lists, by the layout of `src/cost/packed.ts`; readings, sources and notes stay behind. */
export class Packer {
  /** Words by their number. */
  readonly words: string[] = [];

  model(row: ModelRow): PackedModel {
    return shortened([
      this.#word(row.provider),
      row.model,
      row.prices.map((price) => this.#price(price)),
      row.aliases ?? null,
      row.prefixes ?? null,
      row.suffixes ?? null,
      flags(row.usual, row.providerRequired),
    ]);
  }

  service(row: ServiceRow): PackedService {
    return shortened([
      this.#word(row.provider),
      row.service,
      row.prices.map((price) => this.#price(price)),
      row.aliases ?? null,
    ]);
  }

  #price(row: PriceRow): PackedPrice {
    return shortened([
      row.rates.map((rate) => (rate.unit === 'token' ? tokenRate(rate) : this.#unitRate(rate))),
      this.#word(row.verified),
      this.#word(row.confidence),
      this.#word(row.plan),
      this.#optional(row.mode),
      this.#optional(row.validFrom),
      this.#optional(row.validTo),
      this.#optional(row.currency),
      flags(row.planAssumed, row.planOptional),
    ]);
  }

  #unitRate(row: RateRow): PackedUnitRate {
    return shortened([
      this.#word(row.unit),
      row.per,
      row.price ?? '',
      this.#optional(row.counting),
      row.minimum ?? null,
      row.increment ?? null,
      this.#optional(row.rounding),
      row.approximate === true ? 1 : null,
    ]);
  }

  #optional(text: string | undefined): Word | null {
    return text === undefined ? null : this.#word(text);
  }

  #word(text: string): Word {
    const known = this.words.indexOf(text);
    return known === -1 ? this.words.push(text) - 1 : known;
  }
}

function tokenRate(row: RateRow): PackedTokenRate {
  return shortened([
    null,
    row.per,
    tokens(row.tokens ?? {}),
    row.tiers?.map(({ above, tokens: prices }) => [above, tokens(prices)] as const) ?? null,
    row.approximate === true ? 1 : null,
  ]);
}

function tokens(row: TokenPriceRow): PackedTokens {
  return shortened(TOKEN_KINDS.map((kind) => row[kind] ?? null));
}

function flags(first: boolean | undefined, second: boolean | undefined): number | null {
  const sum = (first === true ? 1 : 0) + (second === true ? 2 : 0);
  return sum === 0 ? null : sum;
}

/** Without the absent fields at the end, which every layout allows to be missing. */
function shortened<List extends readonly unknown[]>(list: List): List {
  const length = list.findLastIndex((item) => item !== null) + 1;
  return list.slice(0, length) as readonly unknown[] as List;
}
