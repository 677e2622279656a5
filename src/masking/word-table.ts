/** A word that can start a number or an address, or that names a number. */
export const STARTER = 1;
/** A word that can stand between the parts of a number. */
export const LINK = 2;

/**
 * Many times the words of all languages, so that few ordinary words are looked for at length. One bit each: what is
 * looked at for every word of a call has to stay small.
 */
const SLOTS = 16_384;
const CASE_BIT = 0x20;
const ASCII = /^[ -~]+$/;

interface Slot<Entry> {
  readonly word: string;
  readonly entry: Entry;
}

/**
 * Words of ASCII by a number made of their characters, which a scanner has at hand when it has read a word: a look-up
 * takes no memory. Case does not matter.
 */
export class WordTable<Entry> {
  readonly #starters = new Int32Array(SLOTS / 32);
  readonly #links = new Int32Array(SLOTS / 32);
  readonly #slots = new Map<number, Slot<Entry>[]>();

  /** Adds a word in lower case; one outside ASCII is left out. */
  add(word: string, mark: number, entry: Entry): void {
    if (!ASCII.test(word)) return;
    let hash = 0;
    for (let at = 0; at < word.length; at += 1) hash = hashWith(hash, word.charCodeAt(at));
    const slot = hash & (SLOTS - 1);
    if ((mark & STARTER) !== 0) setBit(this.#starters, slot);
    if ((mark & LINK) !== 0) setBit(this.#links, slot);
    const there = this.#slots.get(slot);
    if (there === undefined) this.#slots.set(slot, [{ word, entry }]);
    else if (!there.some((other) => other.word === word)) there.push({ word, entry });
  }

  /** The entry of the word from `start` to `end`, whose hash is `hash`, where it has one of these marks. */
  find(text: string, start: number, end: number, hash: number, marks: number): Entry | undefined {
    const slot = hash & (SLOTS - 1);
    const marked =
      ((marks & STARTER) !== 0 && hasBit(this.#starters, slot)) ||
      ((marks & LINK) !== 0 && hasBit(this.#links, slot));
    if (!marked) return undefined;
    // No closure here: making one would take memory for every word, found or not.
    for (const { word, entry } of this.#slots.get(slot) ?? [])
      if (isSame(word, text, start, end)) return entry;
    return undefined;
  }
}

function setBit(bits: Int32Array, at: number): void {
  bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
}

function hasBit(bits: Int32Array, at: number): boolean {
  return ((bits[at >> 5] ?? 0) & (1 << (at & 31))) !== 0;
}

function isSame(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let at = 0; at < word.length; at += 1) {
    const code = text.charCodeAt(start + at);
    const lower = code >= 0x41 && code <= 0x5a ? code | CASE_BIT : code;
    if (lower !== word.charCodeAt(at)) return false;
  }
  return true;
}

/** The hash of a word with one more character; that of no characters is 0. */
export function hashWith(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | CASE_BIT)) | 0;
}
