import type { Lexicon, WordEntry } from './lexicon.js';
import { placeholderEnd } from './placeholder.js';
import { hashWith, STARTER } from './word-table.js';

/** Digits, or a word that can start a number. */
export const HAS_NUMBER = 1;
/** An at sign, written or said. */
export const HAS_AT = 2;
/** A dot in a name, written or said, a mail provider, or a written at sign, behind which anything is a host. */
export const HAS_HOST = 4;
/** Something that only a token list can tell. */
export const UNCLEAR = 8;
/** Of a word: it shows a number before a seam, where its start may be cut away. */
export const BEFORE_SEAM = 16;
/** Of a word: it shows a number behind a seam, where its end may be cut away. */
export const BEHIND_SEAM = 32;

const LETTER = 1;
const DIGIT = 2;
const OTHER = 3;
const OPEN = 4;
const DOT = 0x2e;
const AT_SIGN = 0x40;
const APOSTROPHE = 0x27;
const OPEN_BRACKET = 0x5b;

/** What the characters of ASCII are to a token list; 0 is what escapes begin with. */
const CLASS = new Uint8Array(128).map((_, code) => {
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f) return LETTER;
  if (code === OPEN_BRACKET) return OPEN;
  return '%&\\'.includes(String.fromCharCode(code)) ? 0 : OTHER;
});

/** "x45", "phone415": what is glued to a number is read in pieces. */
const MAY_BE_EXTENSION = /^(?:\d*(?:x|ext)|tel|telephone|ph|phone|cell|mobile|mob|fax|whatsapp)\d/i;

/**
 * What a stretch of a text shows of numbers and addresses: the same that a token list of it would show, without making
 * one. `UNCLEAR` where there are escapes, letters outside ASCII, or what is cut at the end of the stretch.
 */
export function seamSigns(text: string, from: number, to: number, lexicon: Lexicon): number {
  const { table } = lexicon;
  let signs = 0;
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? CLASS[code] : 0;
    if (kind === OTHER) {
      at += 1;
      if (code === AT_SIGN) signs |= HAS_AT | HAS_HOST;
      else if (code === DOT && at < to && classAt(text, at) === LETTER) signs |= HAS_HOST;
    } else if (kind === LETTER) {
      const start = at;
      let hash = 0;
      let next = code;
      do {
        hash = hashWith(hash, next);
        at += 1;
        next = at < to ? text.charCodeAt(at) : 0;
      } while (isInWord(text, at, to, next));
      if (at < to && classAt(text, at) === DIGIT) {
        at = chunkEnd(text, at, to);
        if (MAY_BE_EXTENSION.test(text.slice(start, at))) return UNCLEAR;
      } else {
        const entry = table.find(text, start, at, hash, STARTER);
        if (entry !== undefined) signs |= signsOf(entry);
      }
    } else if (kind === DIGIT) {
      const start = at;
      at = chunkEnd(text, at, to);
      if (!isMixed(text, start, at)) signs |= HAS_NUMBER;
      else if (MAY_BE_EXTENSION.test(text.slice(start, at))) return UNCLEAR;
    } else if (kind === OPEN) {
      const end = placeholderEnd(text, at);
      if (end > to) return UNCLEAR;
      at = end < 0 ? at + 1 : end;
    } else return UNCLEAR;
  }
  return signs;
}

function signsOf(entry: WordEntry): number {
  return (
    (entry.sign === 'at' ? HAS_AT : 0) |
    (entry.sign === 'dot' || entry.provider === true ? HAS_HOST : 0) |
    (entry.digitCount === undefined ? 0 : HAS_NUMBER)
  );
}

/** The end of letters and digits that are glued together, the first of which are read. */
function chunkEnd(text: string, at: number, to: number): number {
  let end = at;
  while (end < to && isLetterOrDigit(classAt(text, end))) end += 1;
  return end;
}

function isLetterOrDigit(kind: number | undefined): boolean {
  return kind === LETTER || kind === DIGIT;
}

function isMixed(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (classAt(text, at) === LETTER) return true;
  return false;
}

/** Whether the character at `at` goes on with a word: a letter, or an apostrophe before one ("o'clock"). */
function isInWord(text: string, at: number, to: number, code: number): boolean {
  if (code >= 128) return false;
  if (CLASS[code] === LETTER) return true;
  return code === APOSTROPHE && at + 1 < to && classAt(text, at + 1) === LETTER;
}

function classAt(text: string, at: number): number | undefined {
  const code = text.charCodeAt(at);
  return code < 128 ? CLASS[code] : 0;
}
