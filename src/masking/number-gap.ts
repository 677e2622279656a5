import type { WordEntry } from './lexicon.js';
import type { TokenList } from './tokens.js';

/** What lies between two numbers. */
export interface Gap {
  /** The signs, without spaces; empty for spaces alone. */
  readonly signs: string;
  /** Fillers or other words are in between. */
  readonly words: boolean;
  /** How often the word "dot" is in between. */
  readonly dots: number;
  /** How often a sign that stands between groups is said: "dash", "dot", "slash". */
  readonly said: number;
  /** "extension" is in between. */
  readonly extension: boolean;
  /** A self-correction is in between: what was said before is taken back. */
  readonly correction: boolean;
  /** How often "plus", "minus" or "times" is in between. */
  readonly plus: number;
  /** UTF-16 code units. */
  readonly length: number;
  /** How a written group hangs on the written group before it. */
  readonly separator: Separator;
}

/** `odd`: a sign that hardly anybody writes in a number; `none`: the groups are not parts of one written number. */
export type Separator = 'space' | 'dash' | 'dot' | 'slash' | 'comma' | 'paren' | 'odd' | 'none';

export const NO_GAP: Gap = {
  signs: '',
  words: false,
  dots: 0,
  said: 0,
  extension: false,
  correction: false,
  plus: 0,
  length: 0,
  separator: 'none',
};

/** Between two groups of one number there are no more signs and fillers than this. */
const MAX_GAP_SIGNS = 8;
const MAX_GAP_WORDS = 8;
/** Signs and spaces between two groups of a written number. */
const MAX_SEPARATOR = 4;

const GAP_SIGNS = new Set([...`-.,/()[]+:;="'…?!*~|`]);

/** Reads over signs and fillers; `to` is the first token that is neither. */
export function readGap(text: string, tokens: TokenList, from: number): { gap: Gap; to: number } {
  let to = from;
  let signs = 0;
  let words = 0;
  let dots = 0;
  let said = 0;
  let plus = 0;
  let firstAside = -1;
  let extension = false;
  let correction = false;
  for (; to < tokens.length; to += 1) {
    const token = tokens.at(to);
    if (token === undefined) break;
    const aside = asideEnd(text, tokens, to);
    if (aside > to && words < MAX_GAP_WORDS) {
      words += 1;
      if (isWord(text, tokens, to, 'full')) {
        dots += 1;
        said += 1;
      }
      if (firstAside < 0) firstAside = to;
      to = aside - 1;
      continue;
    }
    if (token.kind === 'symbol') {
      if (!GAP_SIGNS.has(text.charAt(token.start)) || signs >= MAX_GAP_SIGNS) break;
      signs += 1;
      continue;
    }
    const entry = token.entry;
    if (entry === undefined || words >= MAX_GAP_WORDS || isNumberWord(entry)) break;
    if (entry.correction === true) correction = true;
    else if (entry.extension === true) extension = true;
    else if (entry.filler !== true && entry.plus !== true) break;
    if (isSumWord(text, tokens, to, entry)) plus += 1;
    if (entry.sign === 'dot') dots += 1;
    if (saysSign(text, tokens, to, entry)) said += 1;
    words += 1;
  }
  const start = tokens.at(from - 1)?.end ?? 0;
  const end = tokens.at(to)?.start ?? start;
  // What lies next to the end of a line has to tell whether a number goes on there.
  if (firstAside >= 0 && text.slice(start, end).includes('\n')) to = firstAside;
  if (words === 0 && end - start <= MAX_SEPARATOR) return { gap: writtenGap(text.slice(start, end)), to };
  let between = '';
  for (let i = from; i < to; i += 1) {
    const token = tokens.at(i);
    if (token?.kind === 'symbol') between += text.charAt(token.start);
  }
  return {
    gap: {
      signs: between,
      words: words > 0,
      dots,
      said,
      extension,
      correction,
      plus,
      length: end - start,
      separator: words === 1 && said === 1 && to === from + 1 ? saidSeparator(text, tokens, from) : 'none',
    },
    to,
  };
}

/**
 * The token behind something that explains the number before it or starts the one behind it: "as in Chicago", "fi-" before
 * "five".
 */
function asideEnd(text: string, tokens: TokenList, at: number): number {
  const token = tokens.at(at);
  if (token?.kind !== 'word') return at;
  const word = (i: number): string => {
    const part = tokens.at(i);
    return part?.kind === 'word' ? text.slice(part.start, part.end).toLowerCase() : '';
  };
  let end = at;
  if (
    token.entry?.role === undefined &&
    text.charAt(token.end) === '-' &&
    token.end - token.start <= MAX_FRAGMENT
  ) {
    const whole = tokens.at(at + 2);
    const isStart = whole?.entry?.role !== undefined && word(at + 2).startsWith(word(at));
    if (isStart && tokens.at(at + 1)?.end === token.end + 1) end = at + 2;
  } else if (word(at) === 'as' && word(at + 1) === 'in' && word(at + 2) !== '') end = at + 3;
  else if (word(at) === 'full' && word(at + 1) === 'stop') end = at + 2;
  else if (isMoment(text, tokens, at)) end = at + 2;
  // "or" alone stands between two numbers, not in one.
  else if (word(at) === 'or' && word(at + 1) === 'rather') end = at + 1;
  return end;
}

function isSumWord(text: string, tokens: TokenList, at: number, entry: WordEntry): boolean {
  return entry.plus === true || isWord(text, tokens, at, 'times') || isWord(text, tokens, at, 'minus');
}

/** How groups hang together over one sign that was said: "4242 dash 4242". */
function saidSeparator(text: string, tokens: TokenList, at: number): Separator {
  const entry = tokens.at(at)?.entry;
  if (entry?.sign === 'dot') return 'dot';
  if (entry?.sign === 'joiner') return 'dash';
  return isWord(text, tokens, at, 'space') ? 'space' : 'slash';
}

const SAID_SIGNS: ReadonlySet<string> = new Set(['slash', 'stroke', 'space']);

/** Whether a word is the name of a sign between groups. "Plus" and "minus" are sums as well. */
function saysSign(text: string, tokens: TokenList, at: number, entry: WordEntry): boolean {
  if (entry.sign === 'dot') return true;
  if (entry.plus === true || entry.filler !== true) return false;
  const token = tokens.at(at);
  const word = token === undefined ? '' : text.slice(token.start, token.end).toLowerCase();
  return entry.sign === 'joiner' ? word !== 'minus' : SAID_SIGNS.has(word);
}

/** "fi-", "sev-" */
const MAX_FRAGMENT = 5;

/** "one moment", "one sec" */
export function isMoment(text: string, tokens: TokenList, at: number): boolean {
  if (!isWord(text, tokens, at, 'one')) return false;
  return ['moment', 'sec', 'second', 'minute'].some((word) => isWord(text, tokens, at + 1, word));
}

/** Gaps of spaces and signs alone are few and are shared. */
const MAX_WRITTEN_GAPS = 1_000;
const writtenGaps = new Map<string, Gap>();

function writtenGap(between: string): Gap {
  const known = writtenGaps.get(between);
  if (known !== undefined) return known;
  const signs = between.replace(/\s/g, '');
  const gap = { ...NO_GAP, signs, length: between.length, separator: separatorOf(signs) };
  if (writtenGaps.size < MAX_WRITTEN_GAPS) writtenGaps.set(between, gap);
  return gap;
}

function separatorOf(signs: string): Separator {
  switch (signs) {
    case '':
      return 'space';
    case '-':
    case '--':
      return 'dash';
    case '.':
      return 'dot';
    case '/':
      return 'slash';
    case ',':
      return 'comma';
    case '(':
    case ')':
    case ')-':
    case ').':
    case ')/':
    case '-(':
    case '.(':
    case ')(':
    case '[':
    case ']':
    case ']-':
      return 'paren';
    case '*':
    case '~':
    case '|':
    case '-.':
    case '.-':
      return 'odd';
    default:
      return 'none';
  }
}

function isNumberWord(entry: WordEntry): boolean {
  return entry.role !== undefined && entry.role !== 'soundalike';
}

/** Whether token `at` is this word, in any case. */
export function isWord(text: string, tokens: TokenList, at: number, word: string): boolean {
  const token = tokens.at(at);
  if (token === undefined || token.end - token.start !== word.length) return false;
  return text.slice(token.start, token.end).toLowerCase() === word;
}
