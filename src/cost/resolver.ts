import { debug } from '../otel/diagnostics.js';
import { findModel, type ModelQuery } from './catalogue.js';
import type { Candidates } from './choose.js';
import { matchingOverrides, type Override } from './overrides.js';
import { compilePrice } from './rows.js';
import type { CostUsage, MissingCost } from './types.js';

/** What a name resolves to in a table. */
export interface Resolved extends Candidates {
  /** Canonical ids, or why there are none. */
  readonly found: { readonly provider: string; readonly model: string } | MissingCost;
  /** The names as they were looked up, after the user's aliases. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
}

/** Model names remembered; beyond, the oldest is forgotten. */
const MAX_MODELS = 200;
/** Combinations (provider, language, …) remembered for one model name. */
const MAX_COMBINATIONS = 20;
/** A longer name is no model's. */
const MAX_NAME = 300;

interface Remembered extends ModelQuery {
  readonly resolved: Resolved;
}

/** Finds the rows of a model by any spelling of its name, and remembers them. */
export class ModelResolver {
  readonly #overrides: readonly Override[];
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #remembered = new Map<string | undefined, Remembered[]>();

  /** Throws a TypeError for an alias that stands for nothing. */
  constructor(overrides: readonly Override[], aliases: Readonly<Record<string, string>>) {
    this.#overrides = overrides;
    this.#aliases = new Map(
      Object.entries(aliases).map(([name, target]) => {
        if (typeof target !== 'string' || target.trim() === '') {
          throw new TypeError(`aliases[${JSON.stringify(name)}] must be 'provider/model'`);
        }
        return [name.trim().toLowerCase(), target];
      }),
    );
  }

  resolve(usage: CostUsage): Resolved {
    const { kind } = usage;
    const provider = name(usage.provider);
    const model = name(usage.model);
    const responseModel = name(usage.responseModel);
    const language = kind === 'stt' ? name(usage.language) : undefined;
    const voiceId = kind === 'tts' && model === undefined ? name(usage.voiceId) : undefined;
    // One lookup by the model and a short walk: a joined key would be hashed anew for every stage.
    const known = this.#remembered.get(model);
    if (known !== undefined) {
      for (const one of known) {
        if (
          one.provider === provider &&
          one.kind === kind &&
          one.responseModel === responseModel &&
          one.language === language &&
          one.voiceId === voiceId
        ) {
          return one.resolved;
        }
      }
    }
    const query: ModelQuery = { kind, provider, model, responseModel, language, voiceId };
    const target = this.#alias(provider, model);
    const resolved = this.#find(
      target === undefined
        ? query
        : { ...query, provider: undefined, model: target, responseModel: undefined },
    );
    this.#remember({ ...query, resolved });
    return resolved;
  }

  #find(query: ModelQuery): Resolved {
    const { kind, provider, model } = query;
    const found = findModel(query);
    const row = 'row' in found ? found.row : undefined;
    const overrides = matchingOverrides(this.#overrides, kind, provider, model, row);
    if (row === undefined && overrides.length === 0) {
      debug(`no price for ${kind} ${provider ?? 'without provider'}/${model ?? 'without model'}`);
    }
    return {
      found: 'row' in found ? { provider: found.row.provider, model: found.row.model } : found,
      provider,
      model,
      prices: row?.prices.map((price) => compilePrice(price, `${row.provider}/${row.model}`)) ?? [],
      overrides,
      assumed: 'row' in found ? found.assumed : [],
    };
  }

  #remember(one: Remembered): void {
    const known = this.#remembered.get(one.model);
    if (known !== undefined) {
      known.push(one);
      if (known.length > MAX_COMBINATIONS) known.shift();
      return;
    }
    this.#remembered.set(one.model, [one]);
    if (this.#remembered.size <= MAX_MODELS) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      return;
    }
  }

  /** The user's word for a name: with its provider, else alone. */
  #alias(provider: string | undefined, model: string | undefined): string | undefined {
    if (model === undefined || this.#aliases.size === 0) return undefined;
    const alone = model.trim().toLowerCase();
    const qualified = provider === undefined ? undefined : `${provider.trim().toLowerCase()}/${alone}`;
    return (qualified === undefined ? undefined : this.#aliases.get(qualified)) ?? this.#aliases.get(alone);
  }
}

function name(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME ? value : undefined;
}
