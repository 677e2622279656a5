import type { Lexicon } from './lexicon.js';

/** The parts of one number lie nearer to each other than this, in UTF-16 code units: fillers and pauses included. */
const REACH = 110;

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
 */
export function mayHold(text: string, lexicon: Lexicon, minDigits: number): boolean {
  let digits = 0;
  let lastNumber = -REACH;
  let hasAt = false;
  let hasHost = false;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isLetter(code)) {
      const start = at;
      do at += 1;
      while (isLetter(text.charCodeAt(at)));
      if (!lexicon.mayStart(text, start, at)) continue;
      const entry = lexicon.get(text.slice(start, at).toLowerCase());
      if (entry === undefined) continue;
      if (entry.sign === 'at') hasAt = true;
      if (entry.sign === 'dot' || entry.provider === true) hasHost = true;
      if (hasAt && hasHost) return true;
      const value = entry.digitCount;
      if (value === undefined) continue;
      digits = (start - lastNumber < REACH ? digits : 0) + value;
      lastNumber = at;
      if (digits >= minDigits) return true;
      continue;
    }
    at += 1;
    if (code === SPACE) continue;
    if (code >= ZERO && code <= NINE) {
      digits = (at - lastNumber < REACH ? digits : 0) + 1;
      lastNumber = at;
      if (digits >= minDigits) return true;
    } else if (code === AT_SIGN || code > LAST_ASCII) return true;
    else if (code === DOT && isLetter(text.charCodeAt(at))) {
      hasHost = true;
      if (hasAt) return true;
    }
  }
  return false;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
