import { asideStart, correctionStart, digitNameStart } from './email-asides.js';
import { qualifies } from './email-departments.js';
import {
  isOneLine,
  isPauseAt,
  joinerAt,
  joinerStart,
  pauseStart,
  readDotBefore,
  type Sign,
  type Tokenized,
  wordAt,
} from './email-signs.js';
import { type Spelled, spelledBefore } from './email-spelling.js';
import { describedFrom, takesBack } from './email-start.js';
import { pattern } from './pattern.js';

const ONE_LETTER = pattern('^\\p{L}$', 'u');

const MAX_ACCOUNT_TOKENS = 96;
/** Digits at the end of an account: "anna 1988". */
const MAX_DIGITS = 4;
/** "john smith at gmail dot com": so many plain words make an account when an address is spoken of. */
const MAX_PLAIN_WORDS = 4;
/** Everyday words within an account that is announced: "it's the real peter at …". */
const MAX_EVERYDAY_WORDS = 4;
/** Words said while spelling that are no part of the value. */
const ASIDES: ReadonlySet<string> = new Set([
  'capital',
  'uppercase',
  'lowercase',
  'letter',
  'lower',
  'upper',
  'case',
  'then',
  'number',
]);

/** What stands before a thing rather than an account. */
const DETERMINERS: ReadonlySet<string> = new Set(
  'a an the this that these those our your my his her their its some any each every another'.split(' '),
);
const ANNOUNCING: ReadonlySet<string> = new Set(`is it's its that's to at be was`.split(' '));

/** What was said in front of an at sign, as far as it may be an account. */
export interface Account {
  /** First token. */
  readonly from: number;
  readonly value: string;
  /** Signs, spelling or digits make it look like an account. */
  readonly strong: boolean;
  readonly words: number;
  /** The word next to the at sign is an everyday word. */
  readonly everyday: boolean;
  /** An article or a possessive stands before it: "the server at". */
  readonly determined: boolean;
}

/**
 * Reads the account backwards from the at sign.
 *
 * @param several - several plain words may belong to it
 * @param past - where the address before it ends
 */
export function readAccount(
  source: Tokenized,
  sign: Sign,
  several: boolean,
  past: number,
): Account | undefined {
  const { tokens } = source;
  const parts: string[] = [];
  const opening = sign.tight ? { at: sign.from, aside: false } : beforeAsides(source, sign.from, past);
  let at = opening.at;
  let from = at;
  let many = several || opening.aside;
  let strong = opening.aside;
  /** Where the parts behind the last sign begin. */
  let run = 0;
  let words = 0;
  let spelled = 0;
  let everyday = false;
  // What was read last: only signs and spelling let an everyday word in.
  let last: 'start' | 'sign' | 'spelled' | 'word' = 'start';
  while (at > past && at > sign.from - MAX_ACCOUNT_TOKENS) {
    const dot = readDotBefore(source, at);
    const joiner = joinerAt(source, at - 1);
    const isDoubled = last === 'sign' && joiner !== '' && parts[parts.length - 1] === joiner;
    if (isDoubled || (last !== 'start' && last !== 'sign' && (dot !== undefined || joiner !== ''))) {
      if (dot !== undefined && !dot.strong && !dot.tight && !sign.strong) break;
      parts.push(dot === undefined ? joiner : '.');
      at = dot?.from ?? joinerStart(source, at - 1);
      last = 'sign';
      run = parts.length;
      continue;
    }
    const over = last === 'start' || sign.tight ? at : overPause(source, at, last, saidSince(parts, run));
    if (over < at && over >= past) {
      const pause = pauseStart(source, at);
      const isOverAside = last !== 'word' && over < pause && asideStart(source, pause) === over;
      many ||= isOverAside;
      at = over;
      if (isOverAside) last = 'sign';
      else if (last === 'spelled' && source.tokens.at(at)?.kind === 'word' && !isBetween(source, at)) {
        from = at;
        last = 'word';
      } else if (last === 'word' && !isSigned(source, at)) last = 'sign';
      continue;
    }
    const letter = spelledBefore(source, at);
    if (
      letter !== undefined &&
      letter.from >= past &&
      !everyday &&
      belongs(source, letter, last, sign.tight)
    ) {
      parts.push(letter.value);
      at = letter.from;
      from = at;
      spelled += 1;
      last = 'spelled';
      continue;
    }
    const token = tokens.at(at - 1);
    if (token === undefined || token.kind === 'barrier') break;
    if (token.kind === 'symbol') {
      if (sign.tight || !isPause(source, at - 1)) break;
      const pause = Math.min(at - 1, pauseStart(source, at));
      if (!continuesSpelling(source, pause)) break;
      at = pause;
      continue;
    }
    if (last === 'spelled' && ASIDES.has(wordAt(source, at - 1))) {
      at -= 1;
      continue;
    }
    if (token.entry?.filler === true && last === 'spelled' && continuesSpelling(source, at - 1)) {
      at -= 1;
      continue;
    }
    if (
      sign.to > sign.from &&
      token.kind === 'digits' &&
      token.end - token.start <= MAX_DIGITS &&
      !sign.tight
    ) {
      parts.push(wordAt(source, at - 1));
      at -= 1;
      from = at;
      last = 'spelled';
      continue;
    }
    if (
      last === 'word' &&
      ASIDES.has(wordAt(source, at - 1)) &&
      isSigned(source, pauseStart(source, at - 1))
    ) {
      at -= 1;
      continue;
    }
    const isBehindDot = last === 'spelled' && readDotBefore(source, at - 1)?.strong === true;
    const stop = token.entry?.stop === true && !isBehindDot;
    if (last === 'word') {
      if (stop || words >= MAX_PLAIN_WORDS || sign.tight || isCueWord(token.entry?.cues)) break;
      if (!many && !qualifies(wordAt(source, at - 1)) && !isNextToDot(source, at - 1, parts)) break;
      if (endsLine(source, at - 1) || takesBack(wordAt(source, at - 1))) break;
    } else if (last === 'spelled') {
      // "kevin eighty four", "mike j"
      if (stop || (words > 0 && (!many || words >= MAX_PLAIN_WORDS)) || isCueWord(token.entry?.cues)) break;
    } else if (last === 'start' && stop) everyday = true;
    parts.push(wordAt(source, at - 1));
    strong ||= token.kind === 'mixed';
    at -= 1;
    from = at;
    // "jd two thousand": a number is no name.
    if (!isLargeNumber(token.entry?.role)) words += 1;
    last = 'word';
  }
  if (parts.length === 0) return undefined;
  // A sign at the very start belongs to nothing.
  if (last === 'sign') parts.pop();
  const signs = parts.some((part) => part.length === 1 && "._-+'".includes(part));
  strong ||= signs || spelled >= 2 || (spelled > 0 && words > 0);
  const determined = DETERMINERS.has(wordAt(source, from - 1));
  if (!sign.tight && !everyday && last !== 'sign' && sign.to > sign.from) {
    from = describedFrom(source, from, past);
  }
  if (several && !everyday && last !== 'sign') from = announcedFrom(source, from, past);
  return { from, value: parts.reverse().join(''), strong, words, everyday, determined };
}

/** A word that only stands between the parts of an account. */
function isBetween(source: Tokenized, i: number): boolean {
  const word = wordAt(source, i);
  return word === 'and' || word === 'the' || word === 'number' || source.tokens.at(i)?.entry?.filler === true;
}

/** A sign ends directly before token `i`. */
function isSigned(source: Tokenized, i: number): boolean {
  return readDotBefore(source, i) !== undefined || joinerAt(source, i - 1) !== '';
}

/** "first name dot last name": a word directly behind a dot that was said, or the first word of all before one. */
function isNextToDot(source: Tokenized, i: number, parts: readonly string[]): boolean {
  const { tokens } = source;
  if (readDotBefore(source, i)?.strong === true) return !ENDINGS_SAID.has(wordAt(source, i));
  const { entry } = tokens.at(i) ?? {};
  if (!parts.includes('.') || isPauseAt(source, i) || entry?.correction === true) return false;
  const before = tokens.at(i - 1);
  return before === undefined || before.kind === 'symbol' || ANNOUNCING.has(wordAt(source, i - 1));
}

const ENDINGS_SAID: ReadonlySet<string> = new Set('com net org edu gov io co uk de fr info'.split(' '));

/** What was said behind the last sign, in order. */
function saidSince(parts: readonly string[], run: number): string {
  return parts.slice(run).reverse().join('');
}

const MAX_ASIDES = 3;

/** Where the account ends when asides ("all one word") or a pause stand between it and the at sign. */
function beforeAsides(source: Tokenized, end: number, past: number): { at: number; aside: boolean } {
  let at = end;
  let aside = false;
  for (let n = 0; n < MAX_ASIDES; n += 1) {
    const pause = pauseStart(source, at);
    const start = asideStart(source, pause);
    if (start === pause || start < past) {
      // A full stop ends a sentence; a comma or an ellipsis does not.
      const before = source.tokens.at(pause - 1)?.end ?? 0;
      const isStop = /^\s?[.;:](?!\.)/.test(source.text.slice(before, source.tokens.at(at)?.start ?? before));
      return { at: pause >= past && (!isStop || aside) ? pause : at, aside };
    }
    at = start;
    aside = true;
  }
  return { at, aside };
}

/**
 * The token behind which an account goes on over what was said between its parts: a pause next to a sign, an aside, a
 * correction, a word that was then spelled; `at` where it does not.
 *
 * @param spelled - what was read since the last sign
 */
function overPause(
  source: Tokenized,
  at: number,
  last: 'sign' | 'spelled' | 'word',
  spelled: string,
): number {
  const { tokens } = source;
  const pause = pauseStart(source, at);
  if (last === 'sign' || (last === 'spelled' && pause < at)) {
    const aside = asideStart(source, pause);
    if (aside < pause) return aside;
  }
  const kind = tokens.at(pause - 1)?.kind;
  const isWord = kind === 'word' || kind === 'mixed' || kind === 'digits';
  if (pause < at) {
    const isSigned = readDotBefore(source, pause)?.strong === true || joinerAt(source, pause - 1) !== '';
    if (last === 'sign' ? isWord : isSigned) return pause;
  }
  if (last === 'spelled') {
    // "peter, p e t e r": the word goes with its letters.
    const word = kind === 'word' ? wordAt(source, pause - 1).replace("'", '') : '';
    if (word.length > 1 && spelled.startsWith(word)) return pause - 1;
    const named = digitNameStart(source, at);
    if (named < at) return named;
    const role = tokens.at(at - 2)?.entry?.role;
    if (wordAt(source, at - 1) === 'and' && (role === 'thousand' || role === 'hundred')) return at - 1;
  }
  const corrected = correctionStart(source, at);
  if (corrected < at && tokens.at(corrected - 1)?.kind === 'word') {
    const before = corrected - 1;
    const isPart = readDotBefore(source, before)?.strong === true || joinerAt(source, before - 1) !== '';
    if (isPart) return corrected;
  }
  return at;
}

/** The first token of an account with everyday words in it, behind the word that announces it. */
function announcedFrom(source: Tokenized, from: number, past: number): number {
  for (let i = from - 1; i >= Math.max(past, from - 1 - MAX_EVERYDAY_WORDS); i -= 1) {
    const token = source.tokens.at(i);
    if (token?.kind !== 'word' || !isOneLine(source, i, from)) return from;
    if (ANNOUNCING.has(wordAt(source, i))) return i + 1;
    if (isCueWord(token.entry?.cues) || token.entry?.correction === true) return from;
  }
  return from;
}

/** A new line, or another person's turn, starts behind token `i`. */
function endsLine({ text, tokens }: Tokenized, i: number): boolean {
  const end = tokens.at(i)?.end ?? 0;
  return text.slice(end, tokens.at(i + 1)?.start ?? end).includes('\n');
}

function isCueWord(cues: ReadonlySet<string> | undefined): boolean {
  return cues?.has('email') === true || cues?.has('lead') === true;
}

/** Whether a letter goes on with what was read behind it; lone letters and names before words are words. */
function belongs(
  source: Tokenized,
  letter: Spelled,
  last: 'start' | 'sign' | 'spelled' | 'word',
  tight: boolean,
): boolean {
  // Before a written address only letters in a row are a part of it: "j s m@gmail.com".
  if (tight && last === 'word') return false;
  if (tight && last === 'spelled') return ONE_LETTER().test(letter.value) && !endsLine(source, letter.to - 1);
  if (last === 'spelled' || last === 'sign') return true;
  const chained = continuesSpelling(source, letter.from);
  if (letter.named) return chained;
  return last === 'start' || chained || !/^[ai]$/.test(letter.value);
}

function isLargeNumber(role: string | undefined): boolean {
  return role === 'thousand' || role === 'hundred';
}

function isPause(source: Tokenized, i: number): boolean {
  const token = source.tokens.at(i);
  return token !== undefined && ',.-'.includes(source.text.charAt(token.start));
}

/** What lies before token `i` is spelled or a sign, so that the pause belongs to the address. */
function continuesSpelling(source: Tokenized, i: number): boolean {
  return (
    spelledBefore(source, i) !== undefined ||
    readDotBefore(source, i)?.strong === true ||
    joinerAt(source, i - 1) !== ''
  );
}
