import { mergeRegions } from './merge-regions.js';
import { placeholder } from './placeholder.js';
import { maskedWords, repeatedRegions, type Utterance, wordsOf } from './repeats.js';
import { markInner, type QuickLook, quickLookOf } from './steady.js';
import type { Detection, MaskContext, Masker } from './types.js';

interface Candidate {
  readonly utterance: Utterance;
  /** The first word that is masked: a longer text without it repeats nothing. */
  readonly first: string;
  /** Shorter texts may be a part of the utterance. */
  readonly length: number;
  /** A part of an address may be a name, which shows nothing of a number. */
  readonly hasEmail: boolean;
}

/** A masker that also masks what repeats a part of a value that was dictated in parts. */
export class RepeatMasker implements Masker {
  readonly maxLength: number | undefined;
  readonly #masker: Masker;
  readonly #look: QuickLook | undefined;
  readonly #candidates: readonly Candidate[];
  readonly #expecting: MaskContext['expecting'];

  constructor(masker: Masker, utterances: readonly Utterance[], expecting: MaskContext['expecting']) {
    this.#masker = masker;
    markInner(this, masker);
    this.maxLength = masker.maxLength;
    this.#look = quickLookOf(masker);
    this.#candidates = utterances.map(candidateOf);
    this.#expecting = expecting;
  }

  mask(text: string, context?: MaskContext): string {
    const repeated = this.#repeated(text);
    if (repeated.length === 0) return this.#masker.mask(text, this.#inContext(context));
    const parts: string[] = [];
    let copied = 0;
    for (const { type, start, end } of this.#withOthers(repeated, text, context)) {
      parts.push(text.slice(copied, start), placeholder(type));
      copied = end;
    }
    return this.#masker.mask(parts.join('') + text.slice(copied), this.#inContext(context));
  }

  detect(text: string, context?: MaskContext): Detection[] {
    const repeated = this.#repeated(text);
    if (repeated.length === 0) return this.#masker.detect(text, this.#inContext(context));
    return this.#withOthers(repeated, text, context);
  }

  #withOthers(repeated: readonly Detection[], text: string, context: MaskContext | undefined): Detection[] {
    return mergeRegions([...repeated, ...this.#masker.detect(text, this.#inContext(context))]);
  }

  mayRunOn(before: string, after: string): boolean {
    return this.#masker.mayRunOn?.(before, after) !== false;
  }

  #inContext(context: MaskContext | undefined): MaskContext | undefined {
    return this.#expecting === undefined ? context : { ...context, expecting: this.#expecting };
  }

  #repeated(text: string): Detection[] {
    if (typeof text !== 'string' || text === '') return [];
    const holdsPart = this.#look?.mayHoldPart(text) !== false;
    const lower = text.toLowerCase();
    const near = this.#candidates.filter(
      ({ first, length, hasEmail }) =>
        (holdsPart || hasEmail) && (lower.includes(first) || lower.length <= 2 * length),
    );
    if (near.length === 0) return [];
    const words = wordsOf(text);
    return near.flatMap(({ utterance }) => repeatedRegions(words, utterance));
  }
}

function candidateOf(utterance: Utterance): Candidate {
  const { words, regions } = utterance;
  return {
    utterance,
    first: maskedWords(words, regions)[0] ?? '',
    length: words[words.length - 1]?.end ?? 0,
    hasEmail: regions.some(({ type }) => type === 'email'),
  };
}
