import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { CONTENT_ATTRIBUTES } from '../semconv/generated.js';
import { isContentKey, isTechnicalKey } from './content-keys.js';
import { KeyedCopy } from './keyed-copy.js';
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

/** Attribute keys are few and repeat: those found clean are remembered, per masker and bounded. */
const MAX_CLEAN_KEYS = 2_000;
const MAX_CLEAN_KEY_LENGTH = 128;
const cleanKeys = new WeakMap<Masker, Set<string>>();

/** Masks an attribute key; those of the vocabulary are known to be clean. */
function maskKey(key: string, masker: Masker): string {
  if (CONTENT_ATTRIBUTES.has(key)) return key;
  let clean = cleanKeys.get(masker);
  if (clean === undefined) {
    clean = new Set();
    cleanKeys.set(masker, clean);
  }
  if (clean.has(key)) return key;
  const masked = masker.mask(key);
  if (masked === key && key.length <= MAX_CLEAN_KEY_LENGTH && clean.size < MAX_CLEAN_KEYS) clean.add(key);
  return masked;
}

function copyOf(attributes: Attributes, keys: readonly string[]): KeyedCopy {
  const copy = new KeyedCopy();
  for (const key of keys) copy.set(key, attributes[key]);
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
  // Most spans hold nothing to mask: the copy is made at the first difference.
  let copy: KeyedCopy | undefined;
  let masked = 0;
  const keys = Object.keys(attributes);
  let index = -1;
  for (const key of keys) {
    index += 1;
    const value = attributes[key];
    if (isTechnicalKey(key)) {
      copy?.set(key, value);
      continue;
    }
    if (!policy.captureContent && (isContentKey(key) || (allContent && typeof value !== 'number'))) {
      copy ??= copyOf(attributes, keys.slice(0, index));
      continue;
    }
    const maskedValue = maskValue(value, masker, key, policy.attributeLengthLimit);
    const maskedKey = maskKey(key, masker);
    const same = maskedKey === key && Object.is(maskedValue, value);
    if (!same) copy ??= copyOf(attributes, keys.slice(0, index));
    const placed = copy?.set(maskedKey, maskedValue) ?? key;
    if (!same || placed !== key) masked += 1;
  }
  if (copy === undefined) return { attributes, masked };
  // SDK 3.x allows more value types than this API version; masking keeps or narrows each of them.
  return { attributes: copy.record as Record<string, AttributeValue | undefined>, masked };
}
