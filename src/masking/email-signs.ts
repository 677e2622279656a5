import type { TokenList } from './tokens.js';

const OPENING = `[({<-*"'|~`;
const CLOSING = `])}>-*"'|~`;
/** Of brackets only those that are put around a sign so that no program takes it for one. */
const DEFANGING = '[({<';
const HESITATION = /^(?:[uaeä]+h+m*|u+m+|e+r+m?|h+m+|mhm|euh)$/;
const PAUSE = ',.-;:\u2026';
const MAX_PAUSE = 8;

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

/** Whether token `i` is a word; quick where it is of another length. */
function isWordAt(source: Tokenized, i: number, word: string): boolean {
  const token = source.tokens.at(i);
  return token !== undefined && token.end - token.start === word.length && wordAt(source, i) === word;
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

function defanged(source: Tokenized, i: number): boolean {
  return DEFANGING.includes(signAt(source, i - 1) || ' ') && bracketed(source, i);
}

/** The at sign at token `i`, if there is one. */
export function readAtSign(source: Tokenized, i: number): Sign | undefined {
  const { text, tokens } = source;
  const token = tokens.at(i);
  if (token === undefined) return undefined;
  if (signAt(source, i) === '@') {
    if (defanged(source, i)) return { from: i - 1, to: i + 2, strong: true, tight: false };
    const tight = tokens.at(i - 1)?.end === token.start && tokens.at(i + 1)?.start === token.end;
    return { from: i, to: i + 1, strong: true, tight };
  }
  if (token.entry?.sign !== 'at') return undefined;
  if (bracketed(source, i)) return { from: i - 1, to: i + 2, strong: true, tight: false };
  const strong = token.entry.stop !== true;
  const joined = signAt(source, i + 1) === '-' ? i + 2 : i + 1;
  const next = wordAt(source, joined);
  if (next === 'sign' || next === 'symbol') return { from: i, to: joined + 1, strong: true, tight: false };
  if (joined === i + 1 && next === 'the' && wordAt(source, i + 2) === 'rate') {
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
  if (signAt(source, i + 1) === '.' && defanged(source, i + 1)) {
    return { from: i, to: i + 3, strong: true, tight: false };
  }
  if (isWordAt(source, i, 'full') && isWordAt(source, i + 1, 'stop')) {
    return { from: i, to: i + 2, strong: true, tight: false };
  }
  if (signAt(source, i) !== '.') return undefined;
  // An ellipsis is a pause.
  const { text } = source;
  if (text.charAt(token.start - 1) === '.' || text.charAt(token.end) === '.') return undefined;
  const before = token.start - (tokens.at(i - 1)?.end ?? token.start);
  const after = (tokens.at(i + 1)?.start ?? token.end) - token.end;
  if (before === 0 && after === 0) return { from: i, to: i + 1, strong: false, tight: true };
  return before === 1 && after === 1 ? { from: i, to: i + 1, strong: false, tight: false } : undefined;
}

/** The sign that ends directly before token `i`, read backwards. */
export function readDotBefore(source: Tokenized, i: number): Sign | undefined {
  for (const back of [1, 2, 3]) {
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
  if (isWordAt(source, i, 'score') && isWordAt(source, i - 1, 'under')) return '_';
  if (token?.entry?.sign !== 'joiner') return '';
  if (wordAt(source, i).startsWith('ap')) return "'";
  return wordAt(source, i).startsWith('un') || wordAt(source, i).includes('bas') ? '_' : '-';
}

/** The first token of the joining sign that token `i` ends: "under score" is two words. */
export function joinerStart(source: Tokenized, i: number): number {
  return isWordAt(source, i, 'score') ? i - 1 : i;
}

/** A sign or a sound that people make while they think. */
export function isPauseAt(source: Tokenized, i: number): boolean {
  const sign = signAt(source, i);
  if (sign !== '') return PAUSE.includes(sign);
  const word = wordAt(source, i);
  return word.length > 1 && HESITATION.test(word);
}

/**
 * The token behind a pause that starts at token `i`: signs, hesitation, and then fillers such as "what is it". On one line:
 * an address does not go on over a sign at the end of a line.
 */
export function pauseEnd(source: Tokenized, i: number): number {
  if (!isPauseAt(source, i)) return i;
  let at = i + 1;
  while (at < i + MAX_PAUSE) {
    const entry = source.tokens.at(at)?.entry;
    if (!isPauseAt(source, at) && (entry?.filler !== true || entry.sign !== undefined)) break;
    at += 1;
  }
  return isOneLine(source, i - 1, at) ? at : i;
}

/** The token behind which a pause starts that ends before token `i`, read backwards: `i` itself where there is none. */
export function pauseStart(source: Tokenized, i: number): number {
  let at = i;
  while (at > i - MAX_PAUSE && isPauseAt(source, at - 1)) at -= 1;
  return isOneLine(source, at - 1, i) ? at : i;
}

/** Whether no line ends between two tokens. */
export function isOneLine({ text, tokens }: Tokenized, from: number, to: number): boolean {
  const end = tokens.at(from)?.end ?? 0;
  return !text.slice(end, tokens.at(to)?.start ?? end).includes('\n');
}
