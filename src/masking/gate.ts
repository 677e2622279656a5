import { isLink, type Lexicon } from './lexicon.js';

/** Seven digits are a number of a person's, two of which may be written as other words ("to", "for"). */
const MIN_DIGITS = 5;
/** With a telephone, a card or a social security number named in the text, or by its key. */
const MIN_DIGITS_TOLD = 3;
const SPACE = 0x20;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const AT_SIGN = 0x40;
const LAST_ASCII = 0x7f;

/**
 * Whether a normalised text may hold anything for the detectors that are on by default: digits or number words
 * close together, an `@`, or the word "at" and a host name. Most of what people say holds none of these; this
 * look at it takes no memory. Text outside ASCII is always worth a closer look.
 *
 * @param told - the key of the text, or what was said before, names a number
 */
export function mayHold(text: string, lexicon: Lexicon, told: boolean): boolean {
  let digits = 0;
  let most = 0;
  let isTold = told;
  let hasAt = false;
  let hasHost = false;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isLetter(code)) {
      const start = at;
      do at += 1;
      while (isLetter(text.charCodeAt(at)));
      const known = lexicon.mayStart(text, start, at) || (digits > 0 && lexicon.mayLink(text, start, at));
      const entry = known ? lexicon.get(text.slice(start, at).toLowerCase()) : undefined;
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
      else if (code === DOT && isLetter(text.charCodeAt(at))) {
        hasHost = true;
        if (hasAt) return true;
      }
    }
    if (digits > most) most = digits;
    if (most >= MIN_DIGITS) return true;
  }
  return isTold && most >= MIN_DIGITS_TOLD;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
