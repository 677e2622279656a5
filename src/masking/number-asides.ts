import { hasIssuer } from './card.js';
import { cueBefore } from './cues.js';
import { isNanp, meantDigits } from './dictated.js';
import type { NumberChain, NumberElement } from './number-chain.js';
import { NO_GAP } from './number-gap.js';
import type { TokenList } from './tokens.js';

/** "hang on, it's smudged": longer talk ends a number. */
const MAX_WORDS = 10;
const MAX_TOKENS = 18;
/** Both sides of an aside. */
const MIN_CERTAIN = 3;
const MAX_PIECES = 4;
const MAX_DIGITS = 16;

/** What a word within an aside may not say: then the numbers on its two sides are two numbers. */
const APART = ['id', 'unit', 'code', 'birth', 'test', 'email'] as const;
/** "Unlock my phone, …" is an aside, "my phone is …" is none. */
const NAMES = ['phone', 'call', 'credit_card', 'ssn'] as const;

/**
 * The chains of a text; those between which only an aside was said are one, where that makes a number of just the digits
 * that a telephone, a card or, when it was spoken of, a social security number has.
 */
export function overAsides(text: string, tokens: TokenList, chains: readonly NumberChain[]): NumberChain[] {
  const joined: NumberChain[] = [];
  for (let i = 0; i < chains.length; ) {
    const first = chains[i];
    if (first === undefined) break;
    let chain = first;
    let whole: NumberChain | undefined;
    let past = i + 1;
    for (let n = i + 1; n < i + MAX_PIECES; n += 1) {
      const next = chains[n];
      if (next === undefined || !isPiece(chain) || !isPiece(next) || !isAside(text, tokens, chain, next))
        break;
      const isCorrected = n === i + 1 && isCorrection(text, tokens, chain, next);
      chain = [...chain, ...behindAside(chain, next, isCorrected)];
      if (!isCorrected && !isWhole(text, tokens, chain) && !isWhole(text, tokens, withoutSighs(text, chain)))
        continue;
      whole = chain;
      past = n + 1;
    }
    joined.push(whole ?? first);
    i = past;
  }
  return joined;
}

/** Digits that were dictated one by one, or written in groups; enough of them that an aside can follow. */
function isPiece(chain: NumberChain): boolean {
  let certain = 0;
  let digits = 0;
  for (const element of chain) {
    if (element.spoken ? !element.single : element.digits.length > 4) return false;
    digits += element.digits.length;
    if (!element.ambiguous) certain += element.digits.length;
  }
  return certain >= MIN_CERTAIN && digits < MAX_DIGITS;
}

function isAside(text: string, tokens: TokenList, chain: NumberChain, next: NumberChain): boolean {
  const from = chain[chain.length - 1]?.to ?? 0;
  const to = next[0]?.from ?? 0;
  if (to - from > MAX_TOKENS) return false;
  let words = 0;
  for (let at = from; at < to; at += 1) {
    const token = tokens.at(at);
    if (token?.kind === 'symbol') continue;
    if (token?.kind !== 'word') return false;
    words += 1;
    const { entry } = token;
    if (entry?.extension === true || entry?.plus === true) return false;
    if (entry?.filler === true || entry?.cues === undefined) continue;
    // "give me a second"
    if (APART.some((cue) => entry.cues?.has(cue) === true) && !isArticle(text, tokens, at - 1)) return false;
    if (tokens.at(at + 1)?.kind !== 'symbol' && NAMES.some((cue) => entry.cues?.has(cue) === true))
      return false;
  }
  // A line is another person's, or another number.
  return words <= MAX_WORDS && !text.slice(chain[chain.length - 1]?.end, next[0]?.start).includes('\n');
}

function isArticle(text: string, tokens: TokenList, at: number): boolean {
  const token = tokens.at(at);
  return token?.kind === 'word' && text.slice(token.start, token.end).toLowerCase() === 'a';
}

/** "four one five, no wait, that's my old one, it's six five oh …": a false start before a whole telephone number. */
function isCorrection(text: string, tokens: TokenList, chain: NumberChain, next: NumberChain): boolean {
  const start = chain[chain.length - 1]?.end ?? 0;
  return (
    !isWhole(text, tokens, chain) &&
    TAKES_BACK.test(text.slice(start, next[0]?.start)) &&
    isNanp(meantDigits(next))
  );
}

const TAKES_BACK = /\b(?:no|nope|wait|sorry|oops|scratch|wrong|mistake|actually)\b/i;

function behindAside(chain: NumberChain, next: NumberChain, correction: boolean): NumberElement[] {
  const end = chain[chain.length - 1]?.end ?? 0;
  return next.map((element, i) =>
    i > 0
      ? element
      : { ...element, gap: { ...NO_GAP, words: true, correction, length: element.start - end } },
  );
}

/** "six one nine, oh for crying out loud": an "oh" between a pause and an aside is no zero. */
function withoutSighs(text: string, chain: NumberChain): NumberChain {
  return chain.filter(({ start, end, gap }, i) => {
    const isBeforeAside = chain[i + 1]?.gap.words === true && gap.signs !== '';
    return !isBeforeAside || text.slice(start, end).toLowerCase() !== 'oh';
  });
}

function isWhole(text: string, tokens: TokenList, chain: NumberChain): boolean {
  const digits = meantDigits(chain);
  if (isNanp(digits) || /^0[1-9]\d{9}$/.test(digits)) return true;
  if (digits.length === 9) return cueBefore(text, tokens, chain[0]?.from ?? 0)?.kind === 'ssn';
  return digits.length >= 15 && hasIssuer(digits);
}
