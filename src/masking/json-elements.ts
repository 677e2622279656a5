import { type JsonLeaf, objectsOf } from './json-scan.js';
import { Recent } from './recent.js';
import { isSteady, PerMasker } from './steady.js';
import { runOn } from './together.js';
import type { Masker } from './types.js';

/** The texts of one place in a JSON value, masked, in order. */
export interface TextRow {
  readonly path: string;
  /** The key that says what they are. */
  readonly key: string;
  readonly texts: readonly string[];
}

/** One object of an array, each of its leaves masked by itself. */
export interface MaskedObject {
  /** JSON. */
  readonly masked: string;
  readonly rows: readonly TextRow[];
}

/** An object that is no valid JSON, or whose masking depends on where the array stands. */
export const NOT_BY_ITSELF: MaskedObject = { masked: '', rows: [] };

const remembered = new PerMasker(() => new Recent<MaskedObject>());

/**
 * Masks an array of objects, such as the messages of a prompt, of which most have lately been masked: a prompt repeats
 * the whole history. `undefined` where the array has to be read as a whole: it is no such array, its masker cannot
 * be remembered, or something runs on from one object into the next.
 *
 * @param maskObject - masks one object that is not remembered, or says {@link NOT_BY_ITSELF}
 */
export function maskObjects(
  text: string,
  masker: Masker,
  maskObject: (source: string) => MaskedObject,
): string | undefined {
  const slices = isSteady(masker) ? objectsOf(text) : undefined;
  if (slices === undefined) return undefined;
  const recent = remembered.of(masker);
  const rows = new Map<string, { key: string; texts: string[] }>();
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of slices) {
    const source = text.slice(start, end);
    const object = recent.get(source, '', maskObject);
    if (object === NOT_BY_ITSELF) return undefined;
    for (const { path, key, texts } of object.rows) {
      const row = rows.get(path);
      if (row === undefined) rows.set(path, { key, texts: [...texts] });
      else if (row.key !== key) return undefined;
      else row.texts.push(...texts);
    }
    if (object.masked === source) continue;
    parts.push(text.slice(from, start), object.masked);
    from = end;
  }
  for (const { key, texts } of rows.values()) if (runOn(texts, masker, { key })) return undefined;
  return from === 0 ? text : parts.join('') + text.slice(from);
}

/** The string leaves of a value by place: those are read together. */
export function rowsOf(leaves: readonly JsonLeaf[]): Map<string, JsonLeaf[]> {
  const rows = new Map<string, JsonLeaf[]>();
  for (const leaf of leaves) {
    const row = rows.get(leaf.path);
    if (row === undefined) rows.set(leaf.path, [leaf]);
    else row.push(leaf);
  }
  return rows;
}
