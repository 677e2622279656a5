import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { AttributePlans } from './attribute-plans.js';
import { isTechnicalKey } from './content-keys.js';
import { looksLikeJson } from './json-scan.js';
import { KeyedCopy, overwriteRecord, setOwn } from './keyed-copy.js';
import { PerMasker, quickLookOf } from './steady.js';
import type { Masker } from './types.js';
import { maskValue } from './value.js';

/** How spans and log records are masked. */
export interface MaskPolicy {
  /** `false` removes content (transcripts, prompts, tool arguments, exception texts) altogether. */
  readonly captureContent: boolean;
  /**
   * The SDK's attribute value length limit, where one is set: the SDK cuts before anybody can mask, so a value
   * of just this length may end in an unfinished address or number, which is masked as well.
   */
  readonly attributeLengthLimit?: number | undefined;
}

/** The masked form of a set of attributes. */
export interface MaskedAttributes {
  /** The given object itself when nothing was masked or removed. */
  readonly attributes: Attributes;
  /** Values and keys that were masked; removed content does not count. */
  readonly masked: number;
}

/** What masking changes in a set of attributes; the set itself stays as it is. */
export interface AttributeChanges {
  /** Values and keys that were masked; removed content does not count. */
  readonly masked: number;
  /** Values that take the place of others, where that is all. */
  readonly values: readonly (readonly [string, unknown])[];
  /** All attributes as they are to be, where keys change or go. */
  readonly whole: Readonly<Record<string, unknown>> | undefined;
}

const plans = new PerMasker(() => new AttributePlans());
const NO_VALUES: readonly (readonly [string, unknown])[] = [];

/**
 * What masking has to change in attributes.
 *
 * @param allContent - every text among the attributes is content, as on the events that are GenAI messages
 */
export function attributeChanges(
  attributes: Attributes,
  masker: Masker,
  policy: MaskPolicy,
  allContent: boolean,
): AttributeChanges {
  const look = quickLookOf(masker);
  const limit = policy.attributeLengthLimit;
  const keys = Object.keys(attributes);
  let values: [string, unknown][] | undefined;
  let names: Map<string, string | undefined> | undefined;
  for (const { key, isContent, isClean, isTold } of plans.of(masker).for(keys, masker)) {
    const value = attributes[key];
    if (!policy.captureContent && (isContent || (allContent && typeof value !== 'number'))) {
      names ??= new Map();
      names.set(key, undefined);
      continue;
    }
    const quiet =
      typeof value === 'string' &&
      value.length !== limit &&
      !looksLikeJson(value) &&
      look?.isQuiet(value, 0, value.length, isTold) === true;
    const maskedValue = quiet ? value : maskValue(value, masker, key, limit);
    const maskedKey = isClean ? key : masker.mask(key);
    if (maskedKey !== key) {
      names ??= new Map();
      names.set(key, maskedKey);
    }
    if (Object.is(maskedValue, value)) continue;
    values ??= [];
    values.push([key, maskedValue]);
  }
  if (names !== undefined) return wholeOf(attributes, keys, names, new Map(values));
  return { masked: values?.length ?? 0, values: values ?? NO_VALUES, whole: undefined };
}

/** All attributes with their new names and values; what has no new name goes. */
function wholeOf(
  attributes: Attributes,
  keys: readonly string[],
  names: ReadonlyMap<string, string | undefined>,
  values: ReadonlyMap<string, unknown>,
): AttributeChanges {
  const copy = new KeyedCopy();
  let masked = 0;
  for (const key of keys) {
    const name = names.has(key) ? names.get(key) : key;
    if (name === undefined) continue;
    const isChanged = values.has(key) || name !== key;
    const placed = copy.set(name, values.has(key) ? values.get(key) : attributes[key]);
    if (isChanged || (placed !== key && !isTechnicalKey(key))) masked += 1;
  }
  return { masked, values: NO_VALUES, whole: copy.record };
}

/** Whether changes leave everything as it is. */
export function areNone({ values, whole }: AttributeChanges): boolean {
  return whole === undefined && values.length === 0;
}

/** Writes changes where the attributes stand. Throws when they are frozen. */
export function applyChanges(attributes: Attributes, { values, whole }: AttributeChanges): void {
  if (whole !== undefined) overwriteRecord(attributes, whole);
  else for (const [key, value] of values) setOwn(attributes, key, value);
}

/** A copy of attributes with changes written in; the given object itself where there are none. */
export function withChanges(attributes: Attributes, changes: AttributeChanges): Attributes {
  if (areNone(changes)) return attributes;
  // SDK 3.x allows more value types than this API version; masking keeps or narrows each of them.
  if (changes.whole !== undefined) return changes.whole as Record<string, AttributeValue | undefined>;
  const copy = { ...attributes };
  applyChanges(copy, changes);
  return copy;
}

/**
 * Masks attributes into a copy; the given object and the values in it stay as they are.
 *
 * @param allContent - every text among the attributes is content, as on the events that are GenAI messages
 */
export function maskAttributes(
  attributes: Attributes,
  masker: Masker,
  policy: MaskPolicy,
  allContent = false,
): MaskedAttributes {
  const changes = attributeChanges(attributes, masker, policy, allContent);
  return { attributes: withChanges(attributes, changes), masked: changes.masked };
}
