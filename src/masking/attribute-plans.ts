import { CONTENT_ATTRIBUTES } from '../semconv/generated.js';
import { isContentKey, isTechnicalKey } from './content-keys.js';
import { quickLookOf } from './steady.js';
import type { Masker } from './types.js';

/** An attribute that masking has to look at, by its key. */
export interface PlannedKey {
  readonly key: string;
  /** Goes where content is not captured. */
  readonly isContent: boolean;
  /** The key itself holds nothing to mask. */
  readonly isClean: boolean;
  /** The key tells that a number of a person's may stand under it. */
  readonly isTold: boolean;
}

interface Plan {
  readonly keys: readonly string[];
  readonly planned: readonly PlannedKey[];
}

/** Rows of keys remembered for each length; spans of one kind have the same keys in the same order. */
const MAX_PLANS = 8;
/** Longer rows are planned anew each time. */
const MAX_ROW = 128;
const MAX_KEYS = 2_000;
const MAX_KEY_LENGTH = 128;

/** Which attributes masking has to look at, remembered by their keys, for one masker and bounded. */
export class AttributePlans {
  readonly #plans: Plan[][] = [];
  readonly #keys = new Map<string, PlannedKey | undefined>();

  /** The attributes to look at, in order: all but technical ones. */
  for(keys: readonly string[], masker: Masker): readonly PlannedKey[] {
    const plans = this.#plans[keys.length];
    if (plans !== undefined) for (const plan of plans) if (areSame(plan.keys, keys)) return plan.planned;
    return this.#make(keys, masker);
  }

  #make(keys: readonly string[], masker: Masker): readonly PlannedKey[] {
    const planned: PlannedKey[] = [];
    let lasting = keys.length <= MAX_ROW;
    for (const key of keys) {
      const isKnown = this.#keys.has(key);
      const one = isKnown ? this.#keys.get(key) : plan(key, masker);
      if (one !== undefined) planned.push(one);
      if (isKnown) continue;
      // A key that is not clean is masked as it comes: maskers of others may change their mind.
      const stays = one?.isClean !== false && key.length <= MAX_KEY_LENGTH && this.#keys.size < MAX_KEYS;
      if (stays) this.#keys.set(key, one);
      else lasting = false;
    }
    if (lasting) this.#remember({ keys, planned });
    return planned;
  }

  #remember(made: Plan): void {
    const { length } = made.keys;
    while (this.#plans.length <= length) this.#plans.push([]);
    const plans = this.#plans[length];
    plans?.unshift(made);
    if (plans !== undefined && plans.length > MAX_PLANS) plans.pop();
  }
}

/** What a key says by itself; `undefined` for a technical one. */
function plan(key: string, masker: Masker): PlannedKey | undefined {
  if (isTechnicalKey(key)) return undefined;
  const isVocabulary = CONTENT_ATTRIBUTES.has(key);
  return {
    key,
    isContent: isContentKey(key),
    isClean: isVocabulary || masker.mask(key) === key,
    isTold: quickLookOf(masker)?.isTold(key) ?? true,
  };
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
