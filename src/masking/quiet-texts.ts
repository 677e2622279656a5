import { ownCopy } from './own-copy.js';

/** Texts remembered; a newer one takes the place of an older one that looks alike. */
const SLOTS = 1_024;
const MIN_LENGTH = 32;
const MAX_LENGTH = 1_024;

/**
 * Texts in which there was nothing to find. A call says each thing several times: on the stage, on its turn and in the
 * next prompt. Bounded in texts and in their length.
 */
export class QuietTexts {
  readonly #texts: (string | undefined)[] = new Array<string | undefined>(SLOTS);

  /** Whether the stretch of a text is one of those remembered. */
  has(text: string, from: number, to: number): boolean {
    if (!isRemembered(to - from)) return false;
    const known = this.#texts[slotOf(text, from, to)];
    if (known === undefined || known.length !== to - from) return false;
    return known === (to - from === text.length ? text : text.slice(from, to));
  }

  add(text: string, from: number, to: number): void {
    if (isRemembered(to - from)) this.#texts[slotOf(text, from, to)] = ownCopy(text.slice(from, to));
  }
}

function isRemembered(length: number): boolean {
  return length >= MIN_LENGTH && length <= MAX_LENGTH;
}

/** By the length and some characters. */
function slotOf(text: string, from: number, to: number): number {
  const length = to - from;
  let slot = length;
  for (let at = from + (length & 7); at < to; at += length >> 3)
    slot = (Math.imul(slot, 31) + text.charCodeAt(at)) | 0;
  return (slot ^ (slot >>> 10)) & (SLOTS - 1);
}
