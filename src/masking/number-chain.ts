import type { WordEntry } from './lexicon.js';
import { type Gap, isMoment, isWord, NO_GAP, readGap } from './number-gap.js';
import type { TokenList } from './tokens.js';

/** One number as it was written or said: a run of digits, "four", "forty two", "double five". */
export interface NumberElement {
  /** Offsets in the normalised text. */
  readonly start: number;
  readonly end: number;
  /** First token, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly digits: string;
  readonly spoken: boolean;
  /** Said digit by digit: "four", "double five", a lone written "4". */
  readonly single: boolean;
  /** A word that is also an ordinary word. */
  readonly ambiguous: boolean;
  /** How this element hangs on the one before it in the chain. */
  readonly gap: Gap;
}

/** Numbers that follow each other with nothing but spaces, signs and fillers between them. */
export type NumberChain = NumberElement[];

/** Longer runs of digits are no number that a person has. */
const MAX_RUN = 40;

/** All chains of a text; looks at the tokens that can start a number and at what follows them. */
export function readChains(text: string, tokens: TokenList): NumberChain[] {
  const chains: NumberChain[] = [];
  let past = 0;
  for (const from of tokens.numbers) {
    if (from < past) continue;
    const chain = readChain(text, tokens, from);
    const last = chain[chain.length - 1];
    if (last === undefined) continue;
    chains.push(chain);
    past = last.to;
  }
  return chains;
}

function readChain(text: string, tokens: TokenList, from: number): NumberChain {
  const chain: NumberChain = [];
  let element = readElement(text, tokens, from, NO_GAP, undefined);
  while (element !== undefined) {
    chain.push(element);
    const { gap, to } = readGap(text, tokens, element.to);
    element = readElement(text, tokens, to, gap, element);
  }
  return chain;
}

/** Only spaces or one hyphen lie between two tokens. */
function adjacent(text: string, tokens: TokenList, at: number): number {
  const next = tokens.at(at + 1);
  if (next === undefined) return -1;
  if (next.kind === 'symbol' && text.charAt(next.start) === '-' && next.start === tokens.at(at)?.end) {
    return tokens.at(at + 2)?.start === next.end ? at + 2 : -1;
  }
  return at + 1;
}

interface Reading {
  readonly digits: string;
  readonly to: number;
  readonly single: boolean;
}

function readElement(
  text: string,
  tokens: TokenList,
  at: number,
  gap: Gap,
  last: NumberElement | undefined,
): NumberElement | undefined {
  const token = tokens.at(at);
  if (token === undefined) return undefined;
  let reading: Reading | undefined;
  const spoken = token.kind === 'word';
  if (token.kind === 'digits') {
    const length = token.end - token.start;
    if (length > MAX_RUN) return undefined;
    reading = { digits: text.slice(token.start, token.end), to: at + 1, single: length === 1 };
  } else if (spoken) reading = readWords(text, tokens, at, gap, last);
  if (reading === undefined) return undefined;
  const end = tokens.at(reading.to - 1)?.end ?? token.end;
  const ambiguous = token.entry?.ambiguous === true || token.entry?.role === 'soundalike';
  return {
    start: token.start,
    end,
    from: at,
    to: reading.to,
    gap,
    spoken,
    digits: reading.digits,
    single: reading.single,
    ambiguous,
  };
}

function readWords(
  text: string,
  tokens: TokenList,
  at: number,
  gap: Gap,
  last: NumberElement | undefined,
): Reading | undefined {
  const entry = tokens.at(at)?.entry;
  if (entry?.role === undefined) return undefined;
  const digits = entry.digits ?? '';
  const direct = last !== undefined && gap.signs.replace('-', '') === '' && !gap.words;
  if (entry.role === 'soundalike') {
    const isDigit = last?.single === true && isHeardDigit(text, tokens, at, gap, entry);
    return isDigit ? { digits, to: at + 1, single: true } : undefined;
  }
  if (entry.ambiguous === true && !direct && !besideNumber(text, tokens, at)) {
    // Within a row of digits a pause does not matter.
    const isListed = last?.single === true && besideListed(text, tokens, at);
    if (!isListed && (last?.single !== true || gap.words || gap.signs.length > 1)) return undefined;
  }
  switch (entry.role) {
    case 'unit': {
      if (digits === '1' && isMoment(text, tokens, at)) return undefined;
      const next = adjacent(text, tokens, at);
      const following = tokens.at(next)?.entry;
      if (digits === '4' && following?.score === true) return tensFrom('80', text, tokens, next);
      if (following?.role === 'hundred') return hundredFrom(digits, text, tokens, next);
      const repeated = timesFrom(digits, text, tokens, next);
      if (repeated !== undefined) return repeated;
      if (following?.role === 'plural' && digits !== '0' && digits <= '4') {
        return { digits: (following.digits ?? '').repeat(Number(digits)), to: next + 1, single: true };
      }
      return { digits, to: at + 1, single: true };
    }
    case 'pair':
      return withHundred({ digits, to: at + 1, single: false }, text, tokens);
    case 'tens':
      return withHundred(tensFrom(digits, text, tokens, at), text, tokens);
    case 'repeat': {
      const place = adjacent(text, tokens, at);
      const next = tokens.at(place);
      const one =
        next?.entry?.role === 'unit'
          ? next.entry.digits
          : next?.kind === 'digits' && next.end - next.start === 1
            ? text.charAt(next.start)
            : undefined;
      if (one === undefined) return undefined;
      return { digits: one.repeat(entry.times ?? 2), to: place + 1, single: true };
    }
    case 'hundred':
      return undefined;
    case 'thousand':
      return last?.spoken === true && last.single && direct && !goesOn(text, tokens, at)
        ? { digits: '000', to: at + 1, single: false }
        : undefined;
    case 'plural':
      return undefined;
  }
}

/** Such words hardly ever stand directly behind a digit for themselves, unlike "to" and "for". */
const HEARD_ONLY: ReadonlySet<string> = new Set(
  'won juan wan too ate owe ow ought fore tree sics sicks'.split(' '),
);
const MAX_HEARD = 4;

/** Whether a word behind a digit is a digit that was misheard: another digit follows, or the words end there. */
function isHeardDigit(text: string, tokens: TokenList, at: number, gap: Gap, entry: WordEntry): boolean {
  const signs = gap.signs.replace('-', '');
  if (gap.words || (signs !== '' && signs !== ',')) return false;
  let next = at;
  let only = isHeardOnly(text, tokens, at);
  for (let heard = 0; heard < MAX_HEARD; heard += 1) {
    const place = adjacent(text, tokens, next);
    const following = tokens.at(place);
    if (following?.entry?.role !== 'soundalike') break;
    next = place;
    only &&= isHeardOnly(text, tokens, next);
  }
  const place = adjacent(text, tokens, next);
  const following = tokens.at(place);
  const isFollowed =
    (following?.entry?.role === 'unit' && following.entry.ambiguous !== true) ||
    following?.entry?.role === 'repeat' ||
    (following?.kind === 'digits' && following.end - following.start === 1);
  if (isFollowed) return true;
  // Nothing but a sign behind it: "oh one six to." A line does not end a number for certain.
  if (signs !== '' || entry.digits === undefined) return false;
  const start = tokens.at(at - 1)?.end ?? 0;
  const after = tokens.at(next + 1);
  if (text.slice(start, after?.start ?? text.length).includes('\n')) return false;
  const isLast =
    after === undefined || (after.kind === 'symbol' && '.,?!;)'.includes(text.charAt(after.start)));
  return only ? after?.entry?.role === undefined : isLast;
}

function isHeardOnly(text: string, tokens: TokenList, at: number): boolean {
  const token = tokens.at(at);
  return token !== undefined && HEARD_ONLY.has(text.slice(token.start, token.end).toLowerCase());
}

/** A number follows directly, or "and" and a number: what came before is a quantity. */
function goesOn(text: string, tokens: TokenList, at: number): boolean {
  const next = tokens.at(adjacent(text, tokens, at));
  return next?.kind === 'digits' || next?.entry?.digits !== undefined || next?.entry?.filler === true;
}

function besideNumber(text: string, tokens: TokenList, at: number): boolean {
  const next = tokens.at(adjacent(text, tokens, at));
  if (next?.kind === 'digits') return true;
  const role = next?.entry?.role;
  return role === 'unit' || role === 'pair' || role === 'tens' || role === 'repeat';
}

/** "three times five" in a row of digits is 555. */
function timesFrom(digit: string, text: string, tokens: TokenList, next: number): Reading | undefined {
  const times = tokens.at(next);
  if (times === undefined || digit < '2' || digit > '4' || !isWord(text, tokens, next, 'times'))
    return undefined;
  const place = adjacent(text, tokens, next);
  const entry = tokens.at(place)?.entry;
  if (entry?.role !== 'unit' || entry.digits === undefined) return undefined;
  if (isWord(text, tokens, place + 1, 'is') || isWord(text, tokens, place + 1, 'equals')) return undefined;
  return { digits: entry.digits.repeat(Number(digit)), to: place + 1, single: true };
}

/** "twelve hundred", "forty two hundred" at the end of a number. */
function withHundred(reading: Reading, text: string, tokens: TokenList): Reading {
  const next = adjacent(text, tokens, reading.to - 1);
  if (tokens.at(next)?.entry?.role !== 'hundred' || reading.digits.length !== 2) return reading;
  return { digits: `${reading.digits}00`, to: next + 1, single: false };
}

/** "o, one, two": another digit follows behind a comma. */
function besideListed(text: string, tokens: TokenList, at: number): boolean {
  const comma = tokens.at(at + 1);
  const next = tokens.at(at + 2)?.entry;
  return (
    comma !== undefined &&
    text.charAt(comma.start) === ',' &&
    next?.role === 'unit' &&
    next.ambiguous !== true
  );
}

/** Tens with the unit or teen that belongs to them: "forty two", "treinta y cinco", "soixante douze". */
function tensFrom(tens: string, text: string, tokens: TokenList, at: number): Reading {
  let next = adjacent(text, tokens, at);
  if (tokens.at(next)?.entry?.tensJoin === true) next = adjacent(text, tokens, next);
  const entry = tokens.at(next)?.entry;
  const digit = entry?.digits;
  const plain = { digits: tens, to: at + 1, single: false };
  if (digit === undefined || entry === undefined) return plain;
  if (entry.role === 'unit' && digit !== '0') {
    return { digits: tens.charAt(0) + digit, to: next + 1, single: false };
  }
  const sum = Number(tens) + Number(digit);
  const teen = entry.role === 'pair' && digit < '20' && (tens === '60' || tens === '80') && sum < 100;
  return teen ? { digits: String(sum), to: next + 1, single: false } : plain;
}

/** "eight hundred" is 800 before single digits; "one hundred twenty five" is 125. */
function hundredFrom(digit: string, text: string, tokens: TokenList, at: number): Reading {
  let next = adjacent(text, tokens, at);
  const join = tokens.at(next);
  if (join?.entry?.filler === true && text.slice(join.start, join.end).toLowerCase() === 'and') {
    next = adjacent(text, tokens, next);
  }
  const entry = tokens.at(next)?.entry;
  if (entry?.role === 'pair' && entry.ambiguous !== true) {
    return { digits: digit + (entry.digits ?? '00'), to: next + 1, single: false };
  }
  if (entry?.role === 'tens') {
    const rest = tensFrom(entry.digits ?? '00', text, tokens, next);
    return { digits: digit + rest.digits, to: rest.to, single: false };
  }
  return { digits: `${digit}00`, to: at + 1, single: false };
}
