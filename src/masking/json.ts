import { type MaskedObject, maskObjects, NOT_BY_ITSELF, rowsOf, type TextRow } from './json-elements.js';
import { ELEMENT_PATH, type JsonLeaf, looksLikeJson, scanJson, scanValue } from './json-scan.js';
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
  const objects = depth === 0 ? maskObjects(text, masker, (source) => maskObject(source, masker)) : undefined;
  if (objects !== undefined) return objects;
  const leaves = scanJson(text);
  if (leaves === undefined) return masker.mask(text, context);

  const replaced = new Map<JsonLeaf, string>();
  for (const row of rowsOf(maskSingles(leaves, masker, depth, replaced)).values()) {
    const key = row[0]?.key ?? '';
    const masked = maskTogether(
      row.map((leaf) => leaf.value),
      masker,
      { key: key === '' ? context?.key : key },
    );
    row.forEach((leaf, i) => {
      const value = masked[i];
      if (value !== undefined && value !== leaf.value) replaced.set(leaf, value);
    });
  }
  return rebuild(text, leaves, replaced);
}

/** Masks an object of an array by itself, at the depth of a value that is no string in JSON. */
function maskObject(source: string, masker: Masker): MaskedObject {
  const leaves: JsonLeaf[] = [];
  if (scanValue(source, ELEMENT_PATH, leaves) !== source.length) return NOT_BY_ITSELF;
  const replaced = new Map<JsonLeaf, string>();
  const rows: TextRow[] = [];
  for (const [path, row] of rowsOf(maskSingles(leaves, masker, 0, replaced))) {
    const key = row[0]?.key ?? '';
    if (key === '') return NOT_BY_ITSELF;
    const texts = row.map((leaf) => {
      const masked = masker.mask(leaf.value, { key });
      if (masked !== leaf.value) replaced.set(leaf, masked);
      return masked;
    });
    rows.push({ path, key, texts });
  }
  return { masked: rebuild(source, leaves, replaced), rows };
}

/** Masks keys, numbers and JSON in strings; returns the leaves that are texts. */
function maskSingles(
  leaves: readonly JsonLeaf[],
  masker: Masker,
  depth: number,
  replaced: Map<JsonLeaf, string>,
): JsonLeaf[] {
  const texts: JsonLeaf[] = [];
  for (const leaf of leaves) {
    if (leaf.kind === 'string' && !looksLikeJson(leaf.value)) {
      texts.push(leaf);
      continue;
    }
    const masked = maskLeaf(leaf, masker, depth);
    if (masked !== leaf.value) replaced.set(leaf, masked);
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

function rebuild(text: string, leaves: JsonLeaf[], replaced: Map<JsonLeaf, string>): string {
  if (replaced.size === 0) return text;
  const parts: string[] = [];
  let from = 0;
  for (const leaf of leaves) {
    const value = replaced.get(leaf);
    if (value === undefined) continue;
    parts.push(text.slice(from, leaf.start), JSON.stringify(value));
    from = leaf.end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}
