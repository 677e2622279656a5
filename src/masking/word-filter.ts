/**
 * Tells most words that are not in a set by their first two letters and their length, without making a string of
 * them. Case does not matter.
 */
export class WordFilter {
  /** For the first two letters, the lengths of the words, one bit each. */
  readonly #lengths = new Int32Array(32 * 32);

  add(word: string): void {
    // Words outside ASCII may stand decomposed in a text.
    for (const form of new Set([word, word.normalize('NFD')])) {
      // Behind a word of one letter stands anything.
      const seconds = form.length > 1 ? [form.charCodeAt(1)] : Array.from({ length: 32 }, (_, code) => code);
      for (const second of seconds) {
        const slot = slotOf(form.charCodeAt(0), second);
        this.#lengths[slot] = (this.#lengths[slot] ?? 0) | lengthBit(form.length);
      }
    }
  }

  /** False when the word from `start` to `end` is not in the set. */
  mayHave(text: string, start: number, end: number): boolean {
    const lengths = this.#lengths[slotOf(text.charCodeAt(start), text.charCodeAt(start + 1))] ?? 0;
    return (lengths & lengthBit(end - start)) !== 0;
  }
}

/** Upper and lower case differ above the five lowest bits. */
function slotOf(first: number, second: number): number {
  return (first & 31) * 32 + (second & 31);
}

function lengthBit(length: number): number {
  return 1 << Math.min(length, 31);
}
