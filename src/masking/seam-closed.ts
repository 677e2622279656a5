import { isLink, type Lexicon, type WordEntry } from './lexicon.js';
import { placeholderEnd } from './placeholder.js';
import { hashWith, LINK, STARTER } from './word-table.js';

/** More words than may lie between two parts of a number. */
const MAX_WORDS_BETWEEN = 10;
/** What may stand before a number as a part of it. */
const LEADING = '+([';
/** Signs that end a part of a sentence, directly behind a word. Of these an address goes on only over `SPELLING`. */
const ENDING = '.,;:?!';
/** Signs that people make between letters that they spell. */
const SPELLING = '.,';

/**
 * Whether nothing that may be found can lie on both sides of a seam, by the words before it alone: no number is reached
 * from the seam, and a sign ends the text, so that no address goes on. Holds whatever follows, but for
 * {@link QUOTED_ACCOUNT}. False says nothing.
 *
 * @param from - where the stretch begins in which something may be found
 */
export function isClosedBefore(text: string, seam: number, from: number, lexicon: Lexicon): boolean {
  return endsAddress(text, seam, from, lexicon) && !reachesNumber(text, seam - 1, from - 1, -1, lexicon);
}

/** The end of an account in quotes, which may hold anything and lie on both sides of a seam. */
export const QUOTED_ACCOUNT = '"@';

/**
 * Whether nothing that may be found can lie on both sides of a seam, by the words next to it: no number, as no number
 * is reached from the seam on one of its sides; and no address, as a sign ends the text before it. False says nothing.
 *
 * @param from - where the stretch begins in which something may be found
 * @param to - where it ends
 */
export function isClosed(text: string, seam: number, from: number, to: number, lexicon: Lexicon): boolean {
  return (
    endsAddress(text, seam, from, lexicon) &&
    text.indexOf(QUOTED_ACCOUNT, seam) < 0 &&
    !mayChainOver(text, seam, from, to, lexicon)
  );
}

/**
 * Whether a number may reach over a seam: from the seam on either side, over signs and words that can stand between the
 * parts of a number, there is a number, or on the left what may stand before one. True where it is not clear.
 */
export function mayChainOver(
  text: string,
  seam: number,
  from: number,
  to: number,
  lexicon: Lexicon,
): boolean {
  return (
    reachesNumber(text, seam - 1, from - 1, -1, lexicon) && reachesNumber(text, seam + 1, to, 1, lexicon)
  );
}

function reachesNumber(text: string, first: number, limit: number, step: 1 | -1, lexicon: Lexicon): boolean {
  let words = 0;
  let at = first;
  while (at !== limit) {
    const code = text.charCodeAt(at);
    if (isUnclear(code)) return true;
    if (!isPartOfWord(code)) {
      if (step < 0 && LEADING.includes(text.charAt(at))) return true;
      at += step;
      continue;
    }
    const near = at;
    while (at !== limit && isPartOfWord(text.charCodeAt(at))) at += step;
    const start = step > 0 ? near : at + 1;
    const end = step > 0 ? at : near + 1;
    let hash = 0;
    for (let i = start; i < end; i += 1) {
      const letter = text.charCodeAt(i);
      if (!isLetter(letter)) return true;
      hash = hashWith(hash, letter);
    }
    const entry = lexicon.table.find(text, start, end, hash, STARTER | LINK);
    if (entry === undefined || !(isNumber(entry) || isLink(entry))) return false;
    if (isNumber(entry) || (step < 0 && entry.plus === true)) return true;
    words += 1;
    if (words > MAX_WORDS_BETWEEN) return false;
  }
  return false;
}

/** Whether no address reaches over the seam: a sign stands before it, directly behind a word that is not spelled. */
function endsAddress(text: string, seam: number, from: number, lexicon: Lexicon): boolean {
  let end = seam - 1;
  while (end > from && text.charAt(end) === ' ') end -= 1;
  const sign = text.charAt(end);
  const last = end - 1;
  if (last < from || !ENDING.includes(sign)) return false;
  if (text.charAt(last) === ']') {
    const open = text.lastIndexOf('[', last);
    return open >= from && placeholderEnd(text, open) === end;
  }
  let first = last;
  while (first >= from && isPartOfWord(text.charCodeAt(first))) first -= 1;
  if (first === last) return false;
  // "&#64;": an at sign.
  if (sign === ';' && first >= from && '&#'.includes(text.charAt(first))) return false;
  if (!SPELLING.includes(sign)) return true;
  const word = text.slice(first + 1, end);
  if (word.length < 2 || !PLAIN_WORD.test(word)) return false;
  // "x as in x-ray"
  if (first >= from && text.charAt(first) !== ' ') return false;
  if (EXAMPLE.test(text.slice(Math.max(from, first - 7), first + 1))) return false;
  const entry = lexicon.get(word.toLowerCase());
  return entry === undefined || !maySpell(entry);
}

/** "j as in juliet", "b for bravo": the word behind is an example of the letter. */
const EXAMPLE = /(?:in|for|like)[^a-z]*$/i;

const PLAIN_WORD = /^[a-z]+$/i;
const APOSTROPHE = 0x27;

function isUnclear(code: number): boolean {
  return code >= 0x80 || code === 0x25 || code === 0x26 || code === 0x5c;
}

function isLetter(code: number): boolean {
  // The bit tells upper from lower case.
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isPartOfWord(code: number): boolean {
  return (
    isLetter(code) || code >= 0x80 || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === APOSTROPHE
  );
}

function isNumber(entry: WordEntry): boolean {
  return (entry.role !== undefined && entry.role !== 'soundalike') || entry.score === true;
}

/** Whether a word can be a letter, a digit or a sign that is spelled. */
function maySpell(entry: WordEntry): boolean {
  return entry.letter !== undefined || isNumber(entry) || entry.sign !== undefined || entry.plus === true;
}
