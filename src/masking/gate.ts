import { isLink, type Lexicon } from './lexicon.js';
import { hashWith, LINK, STARTER } from './word-table.js';

/** What is dictated and may be a person's has seven digits; words such as "to" and "for" are counted as one. */
const MIN_DIGITS = 7;
/** With digits that are written: national numbers of some regions are as short. */
const MIN_DIGITS_WRITTEN = 5;
/** In pieces with other words between them. */
const MIN_DIGITS_IN_PIECES = 10;
const MIN_DIGITS_OF_PIECE = 3;
/** "as in Chicago": one such word explains a number, more are an aside, which has no more than these. */
const MAX_ASIDE = 10;
/** With a telephone, a card or a social security number named in the text, or by its key. */
const MIN_DIGITS_TOLD = 3;
/** Behind "my number". */
const MIN_DIGITS_NUMBERED = 5;
const SPACE = 0x20;
const PERCENT = 0x25;
const APOSTROPHE = 0x27;
const AMPERSAND = 0x26;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const AT_SIGN = 0x40;
const BACKSLASH = 0x5c;
const LAST_ASCII = 0x7f;

/**
 * Whether a text may hold anything for the detectors that are on by default: digits or number words close together, an
 * `@`, or the word "at" and a host name. Most of what people say holds none of these; this look at it takes no memory.
 * Text outside ASCII is always worth a closer look.
 *
 * @param from - where the text starts in `text`
 * @param to - where it ends
 * @param told - the key of the text, or what was said before, names a number
 * @param given - the text is not normalised: what may be an escape is worth a closer look too
 */
export function mayHold(
  text: string,
  from: number,
  to: number,
  lexicon: Lexicon,
  told: boolean,
  given: boolean,
): boolean {
  const { table } = lexicon;
  // Of the row that is being read: digits for certain, words that may stand for one, and whether any is written.
  let digits = 0;
  let heard = 0;
  // Before it and one other word: digits, and those of them that are certain.
  let part = 0;
  let sure = 0;
  // Before an aside of more words, and how many other words there were.
  let pieces = 0;
  let others = 0;
  let isWritten = false;
  let afterTens = false;
  let most = 0;
  let isTold = told;
  let isNumbered = false;
  let hasAt = false;
  let hasHost = false;
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (isLetter(code)) {
      const start = at;
      let hash = 0;
      let next = code;
      do {
        hash = hashWith(hash, next);
        at += 1;
        next = at < to ? text.charCodeAt(at) : 0;
      } while (isLetter(next) || (next === APOSTROPHE && at + 1 < to && isLetter(text.charCodeAt(at + 1))));
      const entry = table.find(text, start, at, hash, digits > 0 || part > 0 ? STARTER | LINK : STARTER);
      const isUnit = afterTens;
      afterTens = false;
      if (entry === undefined || (digits > 0 && entry.digitCount === undefined && !isLink(entry))) {
        if (digits > 0) {
          part += digits + heard;
          sure += digits;
          others = 0;
          digits = 0;
        }
        if (part > 0 || pieces > 0) {
          // "full stop" is one.
          if (entry === undefined) others += 1;
          if (others > 1 && part > 0) {
            pieces = sure < MIN_DIGITS_OF_PIECE ? 0 : pieces + part;
            part = 0;
            sure = 0;
          }
          if (others > MAX_ASIDE) pieces = 0;
        }
        if (entry === undefined) continue;
      }
      if (entry.sign === 'at') hasAt = true;
      if (entry.sign === 'dot' || entry.provider === true) hasHost = true;
      if (hasAt && hasHost) return true;
      if (entry.telling === true) isTold = true;
      if (entry.numbering === true) isNumbered = true;
      if (entry.digitCount !== undefined) {
        if (digits === 0) {
          heard = 0;
          isWritten = false;
        }
        // "ninety nine" is two digits.
        if (!isUnit || entry.role !== 'unit' || entry.digits === '0') digits += entry.digitCount;
        afterTens = entry.role === 'tens';
      } else heard += entry.heardCount ?? 0;
    } else {
      at += 1;
      if (code === SPACE) continue;
      afterTens = false;
      if (code >= ZERO && code <= NINE) {
        if (digits === 0) heard = 0;
        isWritten = true;
        digits += 1;
      } else if (code === AT_SIGN || code > LAST_ASCII) return true;
      else if (code === DOT && at < to && isLetter(text.charCodeAt(at))) {
        hasHost = true;
        if (hasAt) return true;
      } else if (given && (code === PERCENT || code === AMPERSAND || code === BACKSLASH)) return true;
    }
    if (digits === 0) continue;
    if (sure + digits > most) most = sure + digits;
    if (isWritten && digits >= MIN_DIGITS_WRITTEN) return true;
    const row = part + digits + heard;
    if (row >= MIN_DIGITS) return true;
    if (pieces > 0 && sure + digits >= MIN_DIGITS_OF_PIECE && pieces + row >= MIN_DIGITS_IN_PIECES)
      return true;
  }
  return (isTold && most >= MIN_DIGITS_TOLD) || (isNumbered && most >= MIN_DIGITS_NUMBERED);
}

function isLetter(code: number): boolean {
  // The bit tells upper from lower case.
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
