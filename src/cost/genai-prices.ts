import { guard } from '../otel/guard.js';
import { parseDecimal } from './decimal.js';
import { spellings, splitProvider, withoutDate } from './names.js';
import { resolveProvider } from './providers.js';
import type { Resolved } from './resolver.js';
import { compilePrice, type Price, TOKEN_KINDS, type TokenKind, type TokenPriceRow } from './rows.js';

/**
 * What is used of `@pydantic/genai-prices`; its module fits as it is:
 * `import * as genaiPrices from '@pydantic/genai-prices'`.
 */
export interface GenaiPrices {
  calcPrice(
    usage: { [unit: string]: number | undefined },
    modelId: string,
    options?: { providerId?: string; timestamp?: Date },
  ): GenaiPriceResult | null;
}

export interface GenaiPriceResult {
  model: { id: string; match: unknown };
  model_price: {
    [unit: string]: number | { base: number; tiers: { start: number; price: number }[] } | undefined;
  };
  provider: { id: string };
}

/** A price of `@pydantic/genai-prices`, in our form. */
export interface GenaiPriceFound {
  readonly price: Price;
  readonly named: { readonly provider: string; readonly model: string };
}

/** Our provider ids where theirs differ. */
const PROVIDER_IDS: ReadonlyMap<string, string> = new Map([
  ['mistral_ai', 'mistral'],
  ['x_ai', 'x-ai'],
]);

/** Their units, per million tokens, as our kinds. */
const UNITS: { readonly [Kind in TokenKind]: string } = {
  textInput: 'input_mtok',
  textCacheRead: 'cache_read_mtok',
  textCacheWrite: 'cache_write_mtok',
  textOutput: 'output_mtok',
  audioInput: 'input_audio_mtok',
  audioCacheRead: 'cache_audio_read_mtok',
  audioOutput: 'output_audio_mtok',
  imageInput: 'input_image_mtok',
  imageCacheRead: 'cache_image_read_mtok',
};

/** A charge for each request, which a sum over tokens would leave out. */
const REQUEST_UNIT = 'requests_kcount';

/**
 * The price that `@pydantic/genai-prices` has for a language model on the day `at`. Only its prices are taken,
 * the arithmetic is ours. Contained: what it throws; its zero for a model without prices; its answers by a
 * prefix of another model (`gemini-3.8-flash-tts` priced as `gemini-3.8-flash`) or of another provider.
 * Undefined where it knows nothing that holds.
 */
export function genaiPrice(module: GenaiPrices, resolved: Resolved, at: number): GenaiPriceFound | undefined {
  return guard('@pydantic/genai-prices', undefined, () => {
    for (const { provider, names } of questions(resolved)) {
      for (const name of names) {
        const answer = ask(module, provider, name, at);
        if (answer !== undefined) return answer;
      }
    }
    return undefined;
  });
}

/** Whom to ask for what: the row that was found, else the names as they were given. */
function questions({ found, provider, model }: Resolved): { provider: string; names: string[] }[] {
  if ('provider' in found && resolveProvider(found.provider)?.gateway !== true) {
    return [
      {
        provider: found.provider,
        names: [found.model, ...(model === undefined ? [] : spellings(model, 'llm'))],
      },
    ];
  }
  if ('provider' in found || model === undefined) return [];
  const split = splitProvider(model);
  const asked: { provider: string; names: string[] }[] = [];
  if (provider !== undefined) asked.push({ provider, names: spellings(model, 'llm') });
  if (split !== undefined) asked.push({ provider: split.provider, names: spellings(split.model, 'llm') });
  // A deployment's name is no model's.
  return asked.filter((question) => resolveProvider(question.provider)?.deployments === undefined);
}

function ask(module: GenaiPrices, provider: string, name: string, at: number): GenaiPriceFound | undefined {
  const ours = resolveProvider(provider)?.id ?? provider.trim().toLowerCase();
  const providerId = PROVIDER_IDS.get(ours) ?? ours;
  // What is asked for does not matter: only the prices of the answer are used.
  const answer = module.calcPrice({ input_tokens: 1 }, name, { providerId, timestamp: new Date(at) });
  if (answer === null || answer === undefined || answer.provider.id !== providerId) return undefined;
  if (!isThatModel(answer.model, name)) return undefined;
  const price = priceOf(answer.model_price, `${answer.provider.id}/${answer.model.id}`);
  return price === undefined ? undefined : { price, named: { provider: ours, model: answer.model.id } };
}

function isThatModel(model: { id: string; match: unknown }, name: string): boolean {
  const names = [name, withoutDate(name) ?? name];
  return names.some((one) => model.id.toLowerCase() === one || matchesWhole(model.match, one, 0));
}

/** Whether a rule names the model itself, and not only the beginning or a part of its name. */
function matchesWhole(rule: unknown, name: string, depth: number): boolean {
  if (depth > 4 || typeof rule !== 'object' || rule === null) return false;
  return Object.entries(rule).some(([how, value]: [string, unknown]) => {
    if (how === 'or' && Array.isArray(value))
      return value.some((part) => matchesWhole(part, name, depth + 1));
    if (typeof value !== 'string') return false;
    if (how === 'regex') return value.startsWith('^') && value.endsWith('$') && new RegExp(value).test(name);
    return ['equals', 'starts_with', 'ends_with', 'contains'].includes(how) && value.toLowerCase() === name;
  });
}

function priceOf(modelPrice: GenaiPriceResult['model_price'], where: string): Price | undefined {
  if (modelPrice[REQUEST_UNIT] !== undefined) return undefined;
  const tokens: TokenPriceRow = {};
  const tiers = new Map<number, TokenPriceRow>();
  for (const kind of TOKEN_KINDS) {
    const price = modelPrice[UNITS[kind]];
    if (price === undefined) continue;
    tokens[kind] = decimalText(typeof price === 'number' ? price : price.base);
    for (const tier of typeof price === 'number' ? [] : price.tiers) {
      tiers.set(tier.start, { ...tiers.get(tier.start), [kind]: decimalText(tier.price) });
    }
  }
  if (!Object.values(tokens).some((price) => Number(price) > 0)) return undefined;
  return compilePrice(
    {
      rates: [
        {
          unit: 'token',
          per: 1_000_000,
          tokens,
          tiers: [...tiers].map(([above, prices]) => ({ above, tokens: prices })),
        },
      ],
      verified: '',
      confidence: 'b',
      plan: 'standard',
    },
    where,
  );
}

/** A price as the decimal it is written as; throws for one that is none, which is contained above. */
function decimalText(price: number): string {
  const text = String(price);
  if (parseDecimal(text) === undefined) throw new TypeError(`not a price: ${text}`);
  return text;
}
