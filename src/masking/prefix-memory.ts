/** Characters remembered in one generation: the latest prompt of some hundred calls. */
const MAX_CHARACTERS = 4_194_304;
/** Longer texts are not remembered. */
const MAX_TEXT_LENGTH = MAX_CHARACTERS / 4;
/** What is read anew as quickly. */
const MIN_TEXT_LENGTH = 256;
/** Places looked at for the end of a remembered beginning, from the end of a text. */
const MAX_PLACES = 12;
/** Characters that tell one beginning from another; equality is checked afterwards. */
const SAMPLES = 8;

interface Entry<State> {
  /** What the text began with, up to the end of an element. */
  readonly beginning: string;
  readonly state: State;
}

/** A text begins with one that was remembered. */
export interface KnownBeginning<State> {
  readonly end: number;
  readonly state: State;
  readonly sample: number;
}

/**
 * What is known of JSON arrays by their beginning. Each prompt of a call is the one before with some messages behind
 * it: only these are new. Bounded in characters: two generations, the older of which goes when the younger is full. A
 * beginning goes when a longer one takes its place.
 */
export class PrefixMemory<State> {
  #young = new Map<number, Entry<State>>();
  #old = new Map<number, Entry<State>>();
  #characters = 0;

  /** Whether a text of this length is remembered by its beginning up to `end`. */
  keeps(length: number, end: number): boolean {
    return end >= MIN_TEXT_LENGTH && length <= MAX_TEXT_LENGTH;
  }

  /** The longest beginning of an array that is remembered, of those that end near its end. */
  find(text: string): KnownBeginning<State> | undefined {
    if (text.length < MIN_TEXT_LENGTH || text.length > MAX_TEXT_LENGTH) return undefined;
    let end = text.lastIndexOf('}') + 1;
    for (let place = 0; place < MAX_PLACES && end >= MIN_TEXT_LENGTH; place += 1) {
      const sample = sampleOf(text, end);
      const entry = this.#young.get(sample) ?? this.#old.get(sample);
      if (entry !== undefined && entry.beginning.length === end && text.slice(0, end) === entry.beginning)
        return { end, state: entry.state, sample };
      end = text.lastIndexOf('},{', end - 2) + 1;
    }
    return undefined;
  }

  /**
   * Remembers a text up to `end`.
   *
   * @param before - the beginning that this one takes the place of
   */
  remember(text: string, end: number, state: State, before: KnownBeginning<State> | undefined): void {
    if (!this.keeps(text.length, end) || before?.end === end) return;
    if (before !== undefined && this.#young.delete(before.sample)) this.#characters -= before.end;
    if (this.#characters > MAX_CHARACTERS) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = 0;
    }
    this.#young.set(sampleOf(text, end), { beginning: text.slice(0, end), state });
    this.#characters += end;
  }
}

/** A number that tells most beginnings apart: some of their characters, evenly spread, and their length. */
function sampleOf(text: string, end: number): number {
  const step = Math.max(1, Math.floor(end / SAMPLES));
  let sample = end;
  for (let at = step - 1; at < end; at += step) sample = (Math.imul(sample, 31) + text.charCodeAt(at)) | 0;
  return sample;
}
