import type { TokenList } from './tokens.js';

const OPENING = '[({<-*';
const CLOSING = '])}>-*';

/** A text with its tokens. */
export interface Tokenized {
  readonly text: string;
  readonly tokens: TokenList;
}

/** The word of a token in lower case. */
export function wordAt({ text, tokens }: Tokenized, i: number): string {
  const token = tokens.at(i);
  return token === undefined ? '' : text.slice(token.start, token.end).toLowerCase();
}

function signAt({ text, tokens }: Tokenized, i: number): string {
  const token = tokens.at(i);
  return token?.kind === 'symbol' ? text.charAt(token.start) : '';
}

/** A sign of an address, written, in brackets or said; `to` is the token behind it. */
export interface Sign {
  readonly from: number;
  readonly to: number;
  /** It can hardly be an ordinary word: `@`, `[at]`, "at sign", "arroba". */
  readonly strong: boolean;
  /** Written as `@` or `.` without spaces around. */
  readonly tight: boolean;
}

function bracketed(source: Tokenized, i: number): boolean {
  const open = OPENING.indexOf(signAt(source, i - 1) || ' ');
  return open >= 0 && CLOSING.charAt(open) === signAt(source, i + 1);
}

/** The at sign at token `i`, if there is one. */
export function readAtSign(source: Tokenized, i: number): Sign | undefined {
  const { text, tokens } = source;
  const token = tokens.at(i);
  if (token === undefined) return undefined;
  if (signAt(source, i) === '@') {
    const tight = tokens.at(i - 1)?.end === token.start && tokens.at(i + 1)?.start === token.end;
    return { from: i, to: i + 1, strong: true, tight };
  }
  if (token.entry?.sign !== 'at') return undefined;
  if (bracketed(source, i)) return { from: i - 1, to: i + 2, strong: true, tight: false };
  const strong = token.entry.stop !== true;
  const next = wordAt(source, i + 1);
  if (next === 'sign' || next === 'symbol') return { from: i, to: i + 2, strong: true, tight: false };
  if (next === 'the' && wordAt(source, i + 2) === 'rate') {
    const end = ['of', 'sign', 'symbol'].includes(wordAt(source, i + 3)) ? 4 : 3;
    return { from: i, to: i + end, strong: true, tight: false };
  }
  // "AT" among lower-case letters is written for the sign.
  const shouted =
    text.slice(token.start, token.end) === 'AT' &&
    /[a-z]/.test(text.slice(Math.max(0, token.start - 8), token.start));
  return { from: i, to: i + 1, strong: strong || shouted, tight: false };
}

/** The dot at token `i`, if there is one: said, in brackets, or written within a name. */
export function readDotSign(source: Tokenized, i: number): Sign | undefined {
  const { tokens } = source;
  const token = tokens.at(i);
  if (token === undefined) return undefined;
  if (token.entry?.sign === 'dot') return { from: i, to: i + 1, strong: true, tight: false };
  if (tokens.at(i + 1)?.entry?.sign === 'dot' && bracketed(source, i + 1)) {
    return { from: i, to: i + 3, strong: true, tight: false };
  }
  if (signAt(source, i) !== '.') return undefined;
  const before = token.start - (tokens.at(i - 1)?.end ?? token.start);
  const after = (tokens.at(i + 1)?.start ?? token.end) - token.end;
  if (before === 0 && after === 0) return { from: i, to: i + 1, strong: false, tight: true };
  return before === 1 && after === 1 ? { from: i, to: i + 1, strong: false, tight: false } : undefined;
}

/** The sign that ends directly before token `i`, read backwards. */
export function readDotBefore(source: Tokenized, i: number): Sign | undefined {
  for (const back of [1, 3]) {
    const sign = readDotSign(source, i - back);
    if (sign?.to === i) return sign;
  }
  return undefined;
}

/** `_`, `-`, `+`: the character of a joining sign, written tight or said; '' when token `i` is none. */
export function joinerAt(source: Tokenized, i: number): string {
  const { tokens } = source;
  const token = tokens.at(i);
  const sign = signAt(source, i);
  if (sign === '-' || sign === '+') {
    return tokens.at(i - 1)?.end === token?.start && tokens.at(i + 1)?.start === token?.end ? sign : '';
  }
  if (token?.entry?.plus === true) return '+';
  if (token?.entry?.sign !== 'joiner') return '';
  return wordAt(source, i).startsWith('un') || wordAt(source, i).includes('bas') ? '_' : '-';
}
