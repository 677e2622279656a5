import type { Lexicon } from './lexicon.js';
import type { CueName } from './locales/table.js';
import { pattern } from './pattern.js';
import type { Token, TokenList } from './tokens.js';

const BETWEEN_WORDS = pattern('[^\\p{L}\\p{M}]+', 'u');

/** What the surroundings say about a number. */
export interface Cue {
  /** `other` is a number of a kind that is not known: "licence number". */
  readonly kind: 'phone' | 'call' | 'credit_card' | 'ssn' | 'id' | 'other' | 'test';
  /** Words between the cue and the number. */
  readonly distance: number;
  /** Only the end of a number follows, as people say it to tell one card from another. */
  readonly tail: boolean;
  /** Named as a number: "order number", "tracking no". */
  readonly named: boolean;
}

const MAX_WORDS_BACK = 12;
/** A cue for something that is not personal counts this near and in the same sentence. */
const ID_REACH = 2;
const CALL_REACH = 8;

/** The nearest word before the number at token `at` that tells what it is. Constant time. */
export function cueBefore(text: string, tokens: TokenList, at: number): Cue | undefined {
  let words = 0;
  let sentenceEnd = false;
  let tail = false;
  let assigned = false;
  let account: Cue | undefined;
  for (let i = at - 1; i >= 0 && i >= at - 3 * MAX_WORDS_BACK && words < MAX_WORDS_BACK; i -= 1) {
    const token = tokens.at(i);
    if (token === undefined) break;
    if (token.kind === 'symbol') {
      const sign = text.charAt(token.start);
      if (sign === '?' || sign === '!' || (sign === '.' && text.charAt(token.end) === ' '))
        sentenceEnd = true;
      else if (sign === '#' && words === 0 && token.end === tokens.at(i + 1)?.start)
        return { kind: 'id', distance: 0, tail, named: true };
      else if (sign === ':' || sign === '=') assigned = true;
      continue;
    }
    const cues = token.entry?.cues;
    // "memoryLimit": 4345298944
    if (assigned && words === 0 && token.entry === undefined && token.kind === 'word') {
      const key = cueOfKey(text.slice(token.start, token.end), tokens.lexicon);
      if (key !== undefined) return { ...key, tail };
    }
    if (cues !== undefined) {
      if (cues.has('last')) tail = true;
      if (cues.has('number')) {
        const named = numberKind(tokens.at(i - 1), text, tokens.at(i), tokens.lexicon);
        const tooFarForId = sentenceEnd || (words > ID_REACH && !startsIt(text, tokens, i, at));
        if (named !== undefined && !(named === 'id' && tooFarForId)) {
          return { kind: named, distance: words, tail, named: true };
        }
      }
      const kind = isCallerId(text, tokens, i) ? 'phone' : kindOf(cues);
      const isCue = kind !== undefined && !(kind === 'id' && isReadingOut(text, tokens, i));
      if (isCue && !tooFar(kind, words, sentenceEnd)) {
        const cue: Cue = { kind, distance: words, tail: tail || announcesTail(tokens, i), named: false };
        if (kind === 'phone' || kind === 'credit_card' || kind === 'ssn') return cue;
        if (account !== undefined) return account;
        if (kind !== 'id' || sentenceEnd || !isPlace(text, tokens, i)) return cue;
        account = cue;
      }
    }
    words += 1;
  }
  return account;
}

/** "on the account", "for your order": where a number is kept, which says less than what it is called before. */
function isPlace(text: string, tokens: TokenList, i: number): boolean {
  const word = (at: number): string => {
    const token = tokens.at(at);
    return token?.kind === 'word' ? text.slice(token.start, token.end).toLowerCase() : '';
  };
  return DETERMINERS.has(word(i - 1)) && PREPOSITIONS.has(word(i - 2));
}

const DETERMINERS: ReadonlySet<string> = new Set('the this that my your our his her their'.split(' '));
const PREPOSITIONS: ReadonlySet<string> = new Set('on for in of with under to from at by'.split(' '));

/** "starts with one z and then", "is, let me see": all that is said between the name of a number and the number. */
function startsIt(text: string, tokens: TokenList, i: number, at: number): boolean {
  for (let next = i + 1; next < at; next += 1) {
    const token = tokens.at(next);
    if (token?.kind === 'symbol') continue;
    if (token?.kind !== 'word') return false;
    const word = text.slice(token.start, token.end).toLowerCase();
    const isPlain = token.entry?.filler === true || token.entry?.correction === true || STARTING.has(word);
    if (word.length > 1 && token.entry?.role === undefined && !isPlain) return false;
  }
  return true;
}

const STARTING: ReadonlySet<string> = new Set(
  'is was it starts start begins begin with and then the letter letters digits by followed um uh er be should would'.split(
    ' ',
  ),
);

/** "I'm reading it off the card": only "the reading" and "meter reading" are what a meter shows. */
function isReadingOut(text: string, tokens: TokenList, i: number): boolean {
  const word = (at: number): string => {
    const token = tokens.at(at);
    return token?.kind === 'word' ? text.slice(token.start, token.end).toLowerCase() : '';
  };
  return word(i) === 'reading' && !SHOWN.has(word(i - 1));
}

const SHOWN: ReadonlySet<string> = new Set(
  `the a this my our last latest current new final today's monthly meter odometer gas water electric electricity power
  heat energy mileage gauge`.split(/\s+/),
);

/** "caller ID" names a telephone, whatever else an id names. */
function isCallerId(text: string, tokens: TokenList, i: number): boolean {
  const token = tokens.at(i);
  if (token === undefined || text.slice(token.start, token.end).toLowerCase() !== 'id') return false;
  return tokens.at(i - 1)?.entry?.cues?.has('phone') === true;
}

const MAX_TOKENS_AHEAD = 6;

/** What is said of a number behind it: "… that is my cell". */
export function cueAfter(tokens: TokenList, to: number): Cue | undefined {
  for (let i = to; i < to + MAX_TOKENS_AHEAD; i += 1) {
    const token = tokens.at(i);
    if (token === undefined || token.kind === 'barrier' || token.kind === 'digits') return undefined;
    if (token.entry?.cues?.has('own') !== true) continue;
    const kind = kindOf(tokens.at(i + 1)?.entry?.cues ?? new Set());
    const telling = kind === 'phone' || kind === 'credit_card' || kind === 'ssn';
    return telling ? { kind, distance: i - to, tail: false, named: false } : undefined;
  }
  return undefined;
}

/** "the last four of my social" */
function announcesTail(tokens: TokenList, i: number): boolean {
  for (let back = 1; back <= 4; back += 1) {
    if (tokens.at(i - back)?.entry?.cues?.has('last') === true) return true;
  }
  return false;
}

function tooFar(kind: Cue['kind'], words: number, sentenceEnd: boolean): boolean {
  if (kind === 'id') return sentenceEnd || words > ID_REACH;
  return kind === 'call' && words > CALL_REACH;
}

function kindOf(cues: ReadonlySet<CueName>): Cue['kind'] | undefined {
  for (const kind of ['phone', 'credit_card', 'ssn', 'call', 'id', 'test'] as const) {
    if (cues.has(kind)) return kind;
  }
  return undefined;
}

/** What "number" means by the word before it: "my number" is a telephone's, "order number" is none. */
function numberKind(
  before: Token | undefined,
  text: string,
  number: Token | undefined,
  lexicon: Lexicon,
): Cue['kind'] | undefined {
  const owner = before?.kind === 'word' ? text.slice(before.start, before.end).toLowerCase() : '';
  // "my claim's number"
  const cues =
    before?.entry?.cues ?? (owner.endsWith("'s") ? lexicon.get(owner.slice(0, -2))?.cues : undefined);
  if (cues === undefined) {
    const close = before?.kind === 'word' && number !== undefined && number.start - before.end === 1;
    const plain = before?.entry?.stop === true || before?.entry?.filler === true;
    return close && !plain && text.charAt(number.start).toLowerCase() === 'n' ? 'other' : undefined;
  }
  const kind = kindOf(cues);
  if (kind !== undefined) return kind;
  return cues.has('own') ? 'phone' : undefined;
}

/** Whether the word directly after token `to` makes a quantity of the number before it. */
export function unitAfter(tokens: TokenList, to: number): boolean {
  return tokens.at(to)?.entry?.cues?.has('unit') === true;
}

/** What an attribute or JSON key says about the number under it: the last word that says anything counts. */
export function cueOfKey(key: string, lexicon: Lexicon): Cue | undefined {
  let found: Cue | undefined;
  let isCaller = false;
  const words = key
    .slice(-MAX_KEY)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(BETWEEN_WORDS());
  for (const word of words) {
    const cues = lexicon.get(word)?.cues;
    const kind = cues === undefined ? undefined : kindOf(cues);
    // "caller_id" names a telephone, whatever else an id names.
    if (kind === 'id' && word === 'id' && isCaller) continue;
    isCaller = word === 'caller' || word === 'callee' || word === 'calling';
    if (kind !== undefined && kind !== 'test') found = { kind, distance: 0, tail: false, named: true };
  }
  return found;
}

const MAX_KEY = 64;
