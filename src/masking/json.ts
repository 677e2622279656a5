import { maskObjects, rebuild, rowsOf } from './json-elements.js';
import { type JsonLeaf, looksLikeJson, scanJson } from './json-scan.js';
import { maskTogether } from './together.js';
import type { MaskContext, Masker } from './types.js';

/** JSON inside JSON strings is opened this many levels deep; what lies deeper is masked as text. */
const MAX_NESTED_JSON = 8;
/** Numbers of fewer digits are no personal data by themselves. */
const MIN_NUMBER_DIGITS = 7;
/** JSON above this many UTF-16 code units goes to the masker as text, which has a limit of its own. */
const MAX_JSON_LENGTH = 1_048_576;

/**
 * Masks a value that may be JSON: the string leaves, the keys and the long numbers of a valid JSON object or
 * array are masked in place and every other byte stays as it is. What is no JSON, or cut JSON, is masked as
 * text. Linear in the length of the text.
 */
export function maskJsonOrText(text: string, masker: Masker, context?: MaskContext): string {
  return maskAtDepth(text, masker, context, 0);
}

function maskAtDepth(text: string, masker: Masker, context: MaskContext | undefined, depth: number): string {
  const tooLong = text.length > (masker.maxLength ?? MAX_JSON_LENGTH);
  if (depth >= MAX_NESTED_JSON || tooLong || !looksLikeJson(text)) return masker.mask(text, context);
  const objects =
    depth === 0 ? maskObjects(text, masker, (leaves) => maskSingles(leaves, masker, 0)) : undefined;
  if (objects !== undefined) return objects;
  const leaves = scanJson(text);
  if (leaves === undefined) return masker.mask(text, context);

  for (const row of rowsOf(maskSingles(leaves, masker, depth)).values()) {
    const key = row[0]?.key ?? '';
    const masked = maskTogether(
      row.map((leaf) => leaf.value),
      masker,
      { key: key === '' ? context?.key : key },
    );
    row.forEach((leaf, i) => {
      if (masked[i] !== leaf.value) leaf.masked = masked[i];
    });
  }
  return rebuild(text, 0, leaves);
}

/** Masks keys, numbers and JSON in strings; returns the leaves that are texts. */
function maskSingles(leaves: readonly JsonLeaf[], masker: Masker, depth: number): JsonLeaf[] {
  const texts: JsonLeaf[] = [];
  for (const leaf of leaves) {
    if (leaf.kind === 'string' && !looksLikeJson(leaf.value)) {
      texts.push(leaf);
      continue;
    }
    const masked = maskLeaf(leaf, masker, depth);
    if (masked !== leaf.value) leaf.masked = masked;
  }
  return texts;
}

function maskLeaf(leaf: JsonLeaf, masker: Masker, depth: number): string {
  if (leaf.kind === 'number') {
    const digits = leaf.value.length - (leaf.value.startsWith('-') ? 1 : 0);
    return digits < MIN_NUMBER_DIGITS ? leaf.value : masker.mask(leaf.value, { key: leaf.key });
  }
  if (leaf.kind === 'key') return masker.mask(leaf.value);
  return maskAtDepth(leaf.value, masker, { key: leaf.key }, depth + 1);
}
