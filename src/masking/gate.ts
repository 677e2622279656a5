import { isLink, type Lexicon } from './lexicon.js';
import { hashWith, LINK, STARTER } from './word-table.js';

/** Seven digits are a number of a person's, two of which may be written as other words ("to", "for"). */
const MIN_DIGITS = 5;
/** With a telephone, a card or a social security number named in the text, or by its key. */
const MIN_DIGITS_TOLD = 3;
const SPACE = 0x20;
const PERCENT = 0x25;
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
  let digits = 0;
  let most = 0;
  let isTold = told;
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
      } while (isLetter(next));
      const entry = table.find(text, start, at, hash, digits > 0 ? STARTER | LINK : STARTER);
      if (entry === undefined) {
        digits = 0;
        continue;
      }
      if (entry.sign === 'at') hasAt = true;
      if (entry.sign === 'dot' || entry.provider === true) hasHost = true;
      if (hasAt && hasHost) return true;
      if (entry.telling === true) isTold = true;
      if (entry.digitCount !== undefined) digits += entry.digitCount;
      else if (!isLink(entry)) digits = 0;
    } else {
      at += 1;
      if (code === SPACE) continue;
      if (code >= ZERO && code <= NINE) digits += 1;
      else if (code === AT_SIGN || code > LAST_ASCII) return true;
      else if (code === DOT && at < to && isLetter(text.charCodeAt(at))) {
        hasHost = true;
        if (hasAt) return true;
      } else if (given && (code === PERCENT || code === AMPERSAND || code === BACKSLASH)) return true;
    }
    if (digits > most) most = digits;
    if (most >= MIN_DIGITS) return true;
  }
  return isTold && most >= MIN_DIGITS_TOLD;
}

function isLetter(code: number): boolean {
  // The bit tells upper from lower case.
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
