import { pattern } from './pattern.js';
import type { Detection } from './types.js';

/** A text of which parts were found to be masked only because of what was said around it. */
export interface Utterance {
  readonly words: readonly Word[];
  /** In order and without overlaps. */
  readonly regions: readonly Detection[];
}

/** A word, in lower case, and where it stands. */
export interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** What is masked of a shorter or a longer text has to be a group of digits at least, else it says nothing. */
const MIN_WORDS = 2;
const ONE_TELLING_WORD = pattern('^\\p{Nd}{3,}$', 'u');

const WORDS = pattern('[\\p{L}\\p{M}\\p{N}]+', 'gu');

/** The words of a text: what is left of it in whatever case and punctuation it is repeated. */
export function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(WORDS()), ({ 0: word, index }) => ({
    word: word.toLowerCase(),
    start: index,
    end: index + word.length,
  }));
}

/** The words of an utterance that are masked. */
export function maskedWords(words: readonly Word[], regions: readonly Detection[]): string[] {
  return words
    .filter((word) => regions.some(({ start, end }) => word.start < end && word.end > start))
    .map(({ word }) => word);
}

/**
 * Where a text repeats what is masked of an utterance: it says the same, or holds it (a prompt with the whole history),
 * or is part of it (a partial result, one of several finals). Linear in the length of both.
 */
export function repeatedRegions(words: readonly Word[], utterance: Utterance): Detection[] {
  const said = utterance.words;
  if (words.length === 0 || said.length === 0) return [];
  if (words.length < said.length) {
    const [at] = placesOf(words, said);
    return at === undefined
      ? []
      : clipped(words, utterance, -at).filter((region) => isTelling(region, words));
  }
  const isWhole = words.length === said.length;
  return placesOf(said, words).flatMap((at) =>
    clipped(words, utterance, at).filter((region) => isWhole || isTelling(region, words)),
  );
}

/** The regions of an utterance whose first word is word number `at` of a text, as far as they lie in that text. */
function clipped(words: readonly Word[], { words: said, regions }: Utterance, at: number): Detection[] {
  const found: Detection[] = [];
  for (const { type, start, end } of regions) {
    let first: Word | undefined;
    let last: Word | undefined;
    said.forEach((word, i) => {
      const here = words[at + i];
      if (here === undefined || word.end <= start || word.start >= end) return;
      first ??= here;
      last = here;
    });
    if (first !== undefined && last !== undefined) found.push({ type, start: first.start, end: last.end });
  }
  return found;
}

function isTelling({ start, end }: Detection, words: readonly Word[]): boolean {
  const inside = words.filter((word) => word.start >= start && word.end <= end);
  return inside.length >= MIN_WORDS || inside.some(({ word }) => ONE_TELLING_WORD().test(word));
}

/** Where a row of words stands in another, without overlaps, in linear time (Knuth, Morris and Pratt, 1977). */
function placesOf(row: readonly Word[], words: readonly Word[]): number[] {
  const places: number[] = [];
  const fallbacks = fallbacksOf(row);
  let matched = 0;
  words.forEach(({ word }, i) => {
    while (matched > 0 && row[matched]?.word !== word) matched = fallbacks[matched - 1] ?? 0;
    if (row[matched]?.word === word) matched += 1;
    if (matched < row.length) return;
    places.push(i + 1 - row.length);
    matched = 0;
  });
  return places;
}

/** For each word of a row: how many words at its start the words up to there end in. */
function fallbacksOf(row: readonly Word[]): number[] {
  const fallbacks = [0];
  let length = 0;
  for (let i = 1; i < row.length; i += 1) {
    while (length > 0 && row[i]?.word !== row[length]?.word) length = fallbacks[length - 1] ?? 0;
    if (row[i]?.word === row[length]?.word) length += 1;
    fallbacks[i] = length;
  }
  return fallbacks;
}
