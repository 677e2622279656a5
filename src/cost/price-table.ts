import { guard } from '../otel/guard.js';
import { missing, warmUp } from './catalogue.js';
import { type BilledUsage, charge } from './charge.js';
import { type Choice, choosePrice } from './choose.js';
import { type GenaiPrices, genaiPrice } from './genai-prices.js';
import { findService, type ServiceUsage } from './infrastructure.js';
import { fractionOf, Money } from './money.js';
import { compileOverride, matchingOverrides, type Override, type PriceOverride } from './overrides.js';
import { ModelResolver } from './resolver.js';
import type { Price } from './rows.js';
import type { CostEstimate, CostUsage, MissingCost } from './types.js';
import { type BilledTokens, billedTokens, invalidAmount } from './usage.js';

export interface PriceTableOptions {
  /** The user's own prices, plans and discounts. They win over the table, a caller's cost wins over them. */
  overrides?: readonly PriceOverride[];
  /**
   * What a name stands for, such as an Azure deployment: `{ 'azure/my-gpt': 'openai/gpt-4.1-mini' }`. A key is
   * `provider/model` or a model alone, a value `provider/model`. Case does not matter.
   */
  aliases?: Readonly<Record<string, string>>;
  /** ISO 4217 code of every amount of this table; `USD` unless said. */
  currency?: string;
  /**
   * What one unit of another currency is worth in `currency`: `{ USD: '0.92' }` for a table in EUR. A price
   * in a currency without a rate is missing.
   */
  exchangeRates?: Readonly<Record<string, number | string>>;
  /**
   * The module `@pydantic/genai-prices`, asked first for language models; our own rows serve where it knows
   * nothing.
   */
  llm?: GenaiPrices;
}

/** What prices stages: ours, or the user's own. */
export interface PriceTable {
  /** ISO 4217 code of every amount. */
  readonly currency: string;
  /**
   * What a stage cost, by the prices of the day it ran (`at`; now where absent). Never throws. See
   * `EstimateReason` for what makes an amount an estimate.
   */
  estimate(usage: CostUsage, at?: Date): CostEstimate;
}

/** A price table that also knows services billed by the minute. */
export interface PriceBook extends PriceTable {
  /** What a service cost (agent minutes, telephony), a line of its own beside the stages. Never throws. */
  estimateService(usage: ServiceUsage, at?: Date): CostEstimate;
}

/**
 * Makes a price table: the one that ships with the package, changed by `options`. Throws a TypeError for
 * options that cannot be; afterwards nothing throws. Order: a cost given by the caller, then `overrides`,
 * then `llm`, then the table. The tables are read here (some milliseconds, once for all), so that no stage of a
 * call waits for them.
 */
export function createPriceTable(options: PriceTableOptions = {}): PriceBook {
  return new DatedPriceTable(options);
}

/** What a price was found for. */
interface Named {
  provider: string;
  model: string;
}

class DatedPriceTable implements PriceBook {
  readonly currency: string;
  readonly #money: Money;
  readonly #overrides: readonly Override[];
  readonly #models: ModelResolver;
  readonly #llm: GenaiPrices | undefined;

  constructor(options: PriceTableOptions) {
    const { overrides = [], aliases = {}, currency = 'USD', exchangeRates = {}, llm } = options;
    if (llm !== undefined && typeof llm?.calcPrice !== 'function') {
      throw new TypeError("llm must be the module '@pydantic/genai-prices' (an object with calcPrice)");
    }
    if (!Array.isArray(overrides)) throw new TypeError('overrides must be an array');
    this.#money = new Money(currency, exchangeRates);
    this.currency = this.#money.currency;
    this.#overrides = overrides.map((override, index) => compileOverride(override, `overrides[${index}]`));
    this.#models = new ModelResolver(this.#overrides, aliases);
    this.#llm = llm;
    warmUp();
  }

  estimate(usage: CostUsage, at?: Date): CostEstimate {
    const failed = missing('invalid_usage', 'the usage cannot be read');
    return guard<CostEstimate>('pricing', failed, () => this.#estimate(usage, validTime(at)));
  }

  estimateService(usage: ServiceUsage, at?: Date): CostEstimate {
    const failed = missing('invalid_usage', 'the usage cannot be read');
    return guard<CostEstimate>('pricing', failed, () => this.#estimateService(usage, validTime(at)));
  }

  #estimate(usage: CostUsage, at: number): CostEstimate {
    if (usage.kind !== 'stt' && usage.kind !== 'llm' && usage.kind !== 'tts') {
      return missing('invalid_usage', "kind is not 'stt', 'llm' or 'tts'");
    }
    const { costUsd } = usage;
    if (costUsd !== undefined && costUsd !== null) return this.#callerCost(costUsd);
    const wrong = invalidAmount(usage);
    if (wrong !== undefined) return missing('invalid_usage', wrong);
    const tokens = billedTokens(usage);
    if (typeof tokens === 'string') return missing('invalid_usage', tokens);

    const resolved = this.#models.resolve(usage);
    const mode = usage.mode === 'batch' || usage.mode === 'stream' ? usage.mode : undefined;
    const theirs =
      this.#llm === undefined || usage.kind !== 'llm' ? undefined : genaiPrice(this.#llm, resolved, at);
    const candidates = theirs === undefined ? resolved : { ...resolved, prices: [theirs.price] };
    const choice = choosePrice(candidates, mode, usage.plan, at);
    const { found } = resolved;
    if (choice !== undefined) {
      const named = theirs?.named ?? ('provider' in found ? found : undefined);
      return this.#priced(usage, tokens, choice, named);
    }
    if ('missing' in found) return found;
    return missing('unknown_model', `no price of ${found.provider}/${found.model} is valid on ${isoDay(at)}`);
  }

  #estimateService(usage: ServiceUsage, at: number): CostEstimate {
    const { durationMs } = usage;
    if (!(durationMs >= 0 && durationMs <= Number.MAX_SAFE_INTEGER)) {
      return missing('invalid_usage', 'durationMs is not a finite number from 0 up');
    }
    const found = findService(usage);
    const overrides = matchingOverrides(
      this.#overrides,
      'infrastructure',
      usage.provider,
      usage.service,
      undefined,
    );
    const prices = 'prices' in found ? found.prices : [];
    const choice = choosePrice({ prices, overrides, assumed: [] }, undefined, usage.plan, at);
    const named = 'prices' in found ? found.named : undefined;
    if (choice !== undefined)
      return this.#priced({ sessionDurationMs: durationMs }, undefined, choice, named);
    if ('missing' in found) return found;
    return missing('unknown_model', `no price of ${usage.service} is valid on ${isoDay(at)}`);
  }

  #callerCost(costUsd: unknown): CostEstimate {
    if (typeof costUsd !== 'number' || !(costUsd >= 0 && costUsd <= Number.MAX_SAFE_INTEGER)) {
      return missing('invalid_usage', 'costUsd is not a finite number from 0 up');
    }
    const amount = this.#money.toAmount(fractionOf(costUsd), 'USD');
    if (amount === undefined) return this.#noRate('USD');
    return { amount, currency: this.currency, source: 'caller', estimated: false, reasons: [] };
  }

  #priced(
    usage: BilledUsage,
    tokens: BilledTokens | undefined,
    { price, source, discount, reasons: assumed }: Choice,
    named: Named | undefined,
  ): CostEstimate {
    const charged = charge(price, usage, tokens);
    if (charged === undefined) {
      return missing('no_usage', unmeasured(price, tokens));
    }
    const amount = this.#money.toAmount(charged, price.currency, discount);
    if (amount === undefined) return this.#noRate(price.currency);
    const reasons = charged.reasons.length === 0 ? assumed : [...assumed, ...charged.reasons];
    return {
      amount,
      currency: this.currency,
      source,
      estimated: reasons.length > 0,
      reasons,
      ...named,
      ...price.facts,
    };
  }

  #noRate(currency: string): MissingCost {
    return missing('unknown_model', `the price is in ${currency} and no rate to ${this.currency} is given`);
  }
}

/** What a price would have needed, in one clause. */
function unmeasured(price: Price, tokens: BilledTokens | undefined): string {
  const byModality = price.rates.some((rate) => rate.unit === 'token' && tokens !== undefined);
  return byModality
    ? 'the price differs by kind of token, and the tokens were not reported by kind, or one of them has no price'
    : `the price is per ${price.rates.map((rate) => rate.unit).join(' or ')}`;
}

function validTime(at: Date | undefined): number {
  const ms = at === undefined ? Number.NaN : Number(at);
  return Number.isNaN(ms) ? Date.now() : ms;
}

function isoDay(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 10) : 'that day';
}
