import { maskJsonOrText } from './json.js';
import { looksLikeJson } from './json-scan.js';
import { KeyedCopy } from './keyed-copy.js';
import { placeholder } from './placeholder.js';
import { innerOf } from './steady.js';
import { maskTogether } from './together.js';
import type { MaskContext, Masker } from './types.js';

/** Structured attribute values (SDK 3.x) are followed this deep and to this many nodes, then blanked. */
const MAX_DEPTH = 16;
const MAX_NODES = 10_000;
const TOO_DEEP = placeholder('too_deep');
/** Bytes above this size are audio or images, not text. */
const MAX_TEXT_BYTES = 1_048_576;
/** Numbers below carry fewer digits than the shortest telephone number. */
const MIN_LONG_NUMBER = 1e6;

interface Walk {
  readonly masker: Masker;
  readonly limit: number | undefined;
  nodes: number;
}

/**
 * The masked form of an attribute value: strings (also JSON in strings), arrays, nested objects, and bytes that
 * are text. The value itself is returned when nothing in it is masked; what was given is never changed.
 *
 * @param limit - the SDK's attribute value length limit: a string of just this length may have been cut
 */
export function maskValue(value: unknown, masker: Masker, key?: string, limit?: number): unknown {
  return walk(value, { masker, limit, nodes: 0 }, key, 0);
}

function walk(value: unknown, state: Walk, key: string | undefined, depth: number): unknown {
  if (typeof value === 'string') return maskString(value, state, key);
  if (typeof value === 'number' || typeof value === 'bigint') return maskNumber(value, state, key);
  if (value === null || typeof value !== 'object') return value;
  state.nodes += 1;
  if (depth >= MAX_DEPTH || state.nodes > MAX_NODES) return TOO_DEEP;
  if (value instanceof Uint8Array) return maskBytes(value, state, key);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
  if (Array.isArray(value)) return maskArray(value, state, key, depth);
  return maskObject(value, state, depth);
}

function contextOf(text: string, state: Walk, key: string | undefined): MaskContext {
  return state.limit !== undefined && text.length === state.limit ? { key, cut: true } : { key };
}

function maskString(text: string, state: Walk, key: string | undefined): string {
  return maskJsonOrText(text, state.masker, contextOf(text, state, key));
}

/** A number is a measurement unless its key says otherwise or its digits are those of a payment card. */
function maskNumber(value: number | bigint, state: Walk, key: string | undefined): unknown {
  const long =
    typeof value === 'bigint'
      ? value >= MIN_LONG_NUMBER
      : value >= MIN_LONG_NUMBER && Number.isSafeInteger(value);
  if (!long) return value;
  const digits = value.toString();
  const masked = state.masker.mask(digits, { key: key ?? '', measurement: true });
  return masked === digits ? value : masked;
}

function maskArray(items: readonly unknown[], state: Walk, key: string | undefined, depth: number): unknown {
  const plain = items.every((item) => item === null || item === undefined || typeof item === 'string');
  if (!plain) {
    const masked = items.map((item) => walk(item, state, key, depth + 1));
    return masked.some((item, i) => !Object.is(item, items[i])) ? masked : items;
  }
  // What an inner masker finds over the items comes first; `maskTogether` sees to the rest.
  const within = { ...state, masker: innerOf(state.masker) ?? state.masker };
  const texts = items.map((item) =>
    typeof item === 'string' ? maskString(item, looksLikeJson(item) ? state : within, key) : '',
  );
  const together = maskTogether(texts, state.masker, { key });
  const masked = items.map((item, i) => (typeof item === 'string' ? together[i] : item));
  return masked.some((item, i) => !Object.is(item, items[i])) ? masked : items;
}

function maskObject(value: object, state: Walk, depth: number): unknown {
  const copy = new KeyedCopy();
  let changed = false;
  for (const [key, child] of Object.entries(value)) {
    const maskedChild = walk(child, state, key, depth + 1);
    if (copy.set(state.masker.mask(key), maskedChild) !== key || !Object.is(maskedChild, child))
      changed = true;
  }
  return changed ? copy.record : value;
}

function maskBytes(bytes: Uint8Array, state: Walk, key: string | undefined): unknown {
  if (bytes.length === 0 || bytes.length > MAX_TEXT_BYTES) return bytes;
  const text = decodeText(bytes);
  if (text === undefined) return bytes;
  const masked = maskString(text, state, key);
  return masked === text ? bytes : new TextEncoder().encode(masked);
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
