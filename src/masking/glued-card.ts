import { isCardNumber } from './card.js';
import type { Finding } from './finding.js';
import type { TokenList } from './tokens.js';

/** Longer pieces of letters and digits are hashes, keys or encoded data. */
const MAX_CHUNK = 64;
const UNDERSCORED = /^\d+(?:_\d+)+$/;
/** `s_4242424242424242`: ids are made so. */
const PREFIXED_ID = /^[a-z]{1,12}_[0-9a-f]+$/i;
const DIGITS = /\d{13,19}(?!\d)/g;

/** Payment cards glued to words, as in `card4242424242424242x`; hexadecimal ids are left alone. */
export function findGluedCards(text: string, tokens: TokenList): Finding[] {
  const found: Finding[] = [];
  for (const i of tokens.mixed) {
    const token = tokens.at(i);
    if (token === undefined || token.end - token.start > MAX_CHUNK) continue;
    const chunk = text.slice(token.start, token.end);
    if (UNDERSCORED.test(chunk)) {
      const digits = chunk.replaceAll('_', '');
      if (isCardNumber(digits))
        found.push({ type: 'credit_card', start: token.start, end: token.end, value: digits });
      continue;
    }
    if (!/[g-z]/i.test(chunk) && !/^(?:cc|card)?\d+$/i.test(chunk)) continue;
    if (PREFIXED_ID.test(chunk) && !/^(?:cc|card|visa|pan|number)_/i.test(chunk)) continue;
    for (const match of chunk.matchAll(DIGITS)) {
      if (/\d/.test(chunk.charAt(match.index - 1)) || !isCardNumber(match[0])) continue;
      const start = token.start + match.index;
      found.push({ type: 'credit_card', start, end: start + match[0].length, value: match[0] });
    }
  }
  return found;
}
