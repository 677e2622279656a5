import { ownCopy } from './own-copy.js';

/** Characters remembered in one generation, {@link ENTRY_CHARACTERS} for each text included. */
const MAX_CHARACTERS = 1_048_576;
/** What the place of a text in the memory weighs, in characters. */
const ENTRY_CHARACTERS = 64;
/** Longer texts are not remembered. */
const MAX_TEXT_LENGTH = 8_192;

/**
 * What was lately found in which text. A call says the same things over and over: each prompt repeats the whole history,
 * and a transcript stands on its stage, its turn and in the next prompt. Bounded in characters: two generations, the
 * older of which goes when the younger is full. Large enough for the histories of some hundred calls at once.
 */
export class Recent<Found> {
  #young = new Map<string, Map<string, Found>>();
  #old = new Map<string, Map<string, Found>>();
  #characters = 0;

  /**
   * What is known of `text` under these circumstances, else what `find` finds. `find` is given the text as it is kept,
   * which holds on to no larger text.
   */
  get(text: string, circumstances: string, find: (text: string) => Found): Found {
    if (text.length > MAX_TEXT_LENGTH) return find(text);
    const known = this.#young.get(circumstances)?.get(text);
    if (known !== undefined) return known;
    const own = ownCopy(text);
    const found = this.#old.get(circumstances)?.get(text) ?? find(own);
    this.#remember(circumstances, own, found);
    return found;
  }

  #remember(circumstances: string, text: string, found: Found): void {
    if (this.#characters > MAX_CHARACTERS) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = 0;
    }
    let texts = this.#young.get(circumstances);
    if (texts === undefined) {
      texts = new Map();
      this.#young.set(circumstances, texts);
    }
    texts.set(text, found);
    this.#characters += text.length + circumstances.length + ENTRY_CHARACTERS;
  }
}
