/** Characters of text remembered by one masker; a prompt with a long history is a tenth of this. */
const MAX_CHARACTERS = 262_144;
/** Longer texts are not remembered. */
const MAX_TEXT_LENGTH = 8_192;

/**
 * What was lately found in which text. A call says the same things over and over: each prompt repeats the whole history,
 * and a transcript stands on its stage, its turn and in the next prompt. Bounded in characters: two generations, the
 * older of which goes when the younger is full.
 */
export class Recent<Found> {
  #young = new Map<string, Map<string, Found>>();
  #old = new Map<string, Map<string, Found>>();
  #characters = 0;

  /** What is known of `text` under these circumstances, else what `find` finds. */
  get(text: string, circumstances: string, find: () => Found): Found {
    if (text.length > MAX_TEXT_LENGTH) return find();
    const known = this.#young.get(circumstances)?.get(text);
    if (known !== undefined) return known;
    const found = this.#old.get(circumstances)?.get(text) ?? find();
    this.#remember(circumstances, text, found);
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
    this.#characters += text.length + circumstances.length;
  }
}
