import { holdsJson, ROLE_OFFSET, readMessage } from './json-message.js';
import { afterSpace, ELEMENT_PATH, type JsonLeaf, scanValue } from './json-scan.js';
import { PrefixMemory } from './prefix-memory.js';
import { UNCLEAR } from './seam-signs.js';
import { PerMasker, type QuickLook, quickLookOf } from './steady.js';
import { extendRow, type TextRow } from './text-row.js';
import type { Masker } from './types.js';

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const COMMA = 0x2c;

/** What is known of the beginning of an array. */
interface ArrayState {
  /** The beginning, masked; absent where masking changed nothing. */
  readonly masked: string | undefined;
  /** The texts in it by their place. */
  readonly rows: ReadonlyMap<string, TextRow>;
}

const NO_ROWS: ReadonlyMap<string, TextRow> = new Map();

const remembered = new PerMasker(() => new PrefixMemory<ArrayState>());

/**
 * Masks an array of objects, such as the messages of a prompt, object by object. What was lately masked is not looked at
 * again: a prompt repeats the whole history. `undefined` where the array has to be read as a whole: it is no such array,
 * its masker cannot be remembered, or something runs on from one object into the next.
 *
 * @param maskLeaves - masks the leaves of one object that are no texts, each by itself; gives those that are
 */
export function maskObjects(
  text: string,
  masker: Masker,
  maskLeaves: (leaves: readonly JsonLeaf[]) => JsonLeaf[],
): string | undefined {
  const look = quickLookOf(masker);
  if (look === undefined) return undefined;
  const memory = remembered.of(masker);
  const known = memory.find(text);
  const added = new AddedTexts();
  /** Those that were masked. */
  const leaves: JsonLeaf[] = [];
  let end = known?.end ?? 0;
  let at = afterSpace(text, end);
  if (known === undefined && text.charCodeAt(at) !== OPEN_ARRAY) return undefined;
  while (text.charCodeAt(at) === (end === 0 ? OPEN_ARRAY : COMMA)) {
    const start = afterSpace(text, at + 1);
    end = maskMessage(text, start, masker, look, added, leaves);
    if (end < 0) {
      const object: JsonLeaf[] = [];
      end = text.charCodeAt(start) === OPEN_OBJECT ? scanValue(text, start, ELEMENT_PATH, object) : -1;
      if (end < 0 || !maskTexts(maskLeaves(object), masker, added)) return undefined;
      for (const leaf of object) if (leaf.masked !== undefined) leaves.push(leaf);
    }
    at = afterSpace(text, end);
  }
  if (text.charCodeAt(at) !== CLOSE_ARRAY || afterSpace(text, at + 1) < text.length) return undefined;

  const isKept = memory.keeps(text.length, end);
  const rows = added.extend(known?.state.rows ?? NO_ROWS, isKept, masker, look);
  if (rows === undefined) return undefined;
  const from = known?.end ?? 0;
  const beginning = known?.state.masked;
  const result =
    beginning === undefined && leaves.length === 0
      ? text
      : (beginning ?? text.slice(0, from)) + rebuild(text, from, leaves);
  const masked = result === text ? undefined : result.slice(0, result.length - (text.length - end));
  memory.remember(text, end, { masked, rows }, known);
  return result;
}

const MAX_FIRST = 4;

/** The texts of one place that an array adds. */
interface AddedRow {
  readonly path: string;
  readonly key: string;
  readonly texts: string[];
}

/** The texts that an array adds to those that are known, by their place. */
class AddedTexts {
  /** Most arrays have two or three places; these come first. */
  readonly #first: AddedRow[] = [];
  #others: Map<string, AddedRow> | undefined;

  /** Adds a text; false where the place has another key. */
  add(path: string, key: string, text: string): boolean {
    for (const row of this.#first) {
      if (row.path !== path) continue;
      if (row.key === key) row.texts.push(text);
      return row.key === key;
    }
    if (this.#first.length < MAX_FIRST) {
      this.#first.push({ path, key, texts: [text] });
      return true;
    }
    this.#others ??= new Map();
    const row = this.#others.get(path);
    if (row === undefined) this.#others.set(path, { path, key, texts: [text] });
    else if (row.key === key) row.texts.push(text);
    else return false;
    return true;
  }

  /** All rows with the new texts at their ends; `undefined` where the array has to be read as a whole. */
  extend(
    known: ReadonlyMap<string, TextRow>,
    isKept: boolean,
    masker: Masker,
    look: QuickLook,
  ): ReadonlyMap<string, TextRow> | undefined {
    const rows = isKept ? new Map(known) : undefined;
    for (const { path, key, texts } of [...this.#first, ...(this.#others?.values() ?? [])]) {
      const before = known.get(path);
      if (before !== undefined && before.key !== key) return undefined;
      // Nothing will be asked of a row that is not kept, and one text has no seam.
      if (!isKept && before === undefined && texts.length === 1) continue;
      const row = extendRow(before, key, texts, masker, look);
      if (row === undefined) return undefined;
      rows?.set(path, row);
    }
    return rows ?? NO_ROWS;
  }
}

const ROLE_PATH = `${ELEMENT_PATH}/role`;
const CONTENT_PATH = `${ELEMENT_PATH}/content`;
const PART_TYPE_PATH = `${ELEMENT_PATH}/parts/*/type`;
const PART_CONTENT_PATH = `${ELEMENT_PATH}/parts/*/content`;

/** Masks the message at `start` without taking it to pieces; where it ends, or -1 where it is none of the usual form. */
function maskMessage(
  text: string,
  start: number,
  masker: Masker,
  look: QuickLook,
  added: AddedTexts,
  leaves: JsonLeaf[],
): number {
  const message = readMessage(text, start);
  if (message === undefined || holdsJson(text, message)) return -1;
  const { contentStart, contentEnd, hasParts, end } = message;
  const role = text.slice(start + ROLE_OFFSET, message.roleEnd);
  // A word whose signs are clear holds nothing by itself.
  if ((look.cutSigns(role) & UNCLEAR) !== 0) return -1;
  const content = text.slice(contentStart, contentEnd);
  const path = hasParts ? PART_CONTENT_PATH : CONTENT_PATH;
  let masked = content;
  if (!look.isQuiet(text, contentStart, contentEnd, look.isTold('content'))) {
    masked = masker.mask(content, { key: 'content' });
    if (masked !== content) {
      const place = { start: contentStart - 1, end: contentEnd + 1 };
      leaves.push({ ...place, kind: 'string', value: content, path, key: 'content', masked });
    }
  }
  added.add(ROLE_PATH, 'role', role);
  if (hasParts) added.add(PART_TYPE_PATH, 'type', 'text');
  added.add(path, 'content', masked);
  return end;
}

/** Masks the texts of one object each by itself and adds them by their place; false where a place has no one key. */
function maskTexts(texts: readonly JsonLeaf[], masker: Masker, added: AddedTexts): boolean {
  for (const [path, row] of rowsOf(texts)) {
    const key = row[0]?.key ?? '';
    if (key === '') return false;
    const context = { key };
    for (const leaf of row) {
      const masked = masker.mask(leaf.value, context);
      if (masked !== leaf.value) leaf.masked = masked;
      if (!added.add(path, key, masked)) return false;
    }
  }
  return true;
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

/** A JSON text from `from` on, with the leaves in it that were masked. */
export function rebuild(text: string, from: number, leaves: readonly JsonLeaf[]): string {
  const parts: string[] = [];
  let copied = from;
  for (const { start, end, masked } of leaves) {
    if (masked === undefined) continue;
    parts.push(text.slice(copied, start), JSON.stringify(masked));
    copied = end;
  }
  if (parts.length === 0) return text.slice(from);
  parts.push(text.slice(copied));
  return parts.join('');
}
