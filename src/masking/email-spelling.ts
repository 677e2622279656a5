import { type Tokenized, wordAt } from './email-signs.js';
import { pattern } from './pattern.js';

const ONE_LETTER = pattern('^\\p{L}$', 'u');

/** A letter or digit that is said by itself; `from` to `to` are its tokens. */
export interface Spelled {
  readonly from: number;
  readonly to: number;
  readonly value: string;
  /** A word of a spelling alphabet; such words are names as well. */
  readonly named: boolean;
}

/** The letter or digits said at token `i`: "j", "j as in juliet", "juliet", "four", "double t". */
export function spelledAt(source: Tokenized, i: number): Spelled | undefined {
  const { tokens } = source;
  const token = tokens.at(i);
  if (token?.kind !== 'word') return undefined;
  const word = wordAt(source, i);
  if (token.entry?.role === 'repeat') {
    const next = spelledAt(source, i + 1);
    const isRepeat = tokens.at(i + 1)?.entry?.role === 'repeat';
    if (next === undefined || isRepeat) return undefined;
    const times = token.entry.times ?? 2;
    return { from: i, to: next.to, value: next.value.repeat(times), named: false };
  }
  if (isLetter(word)) {
    const example = exampleAfter(source, i);
    return { from: i, to: example, value: word, named: false };
  }
  if (token.entry?.letter !== undefined)
    return { from: i, to: i + 1, value: token.entry.letter, named: true };
  const role = token.entry?.role;
  const digits = token.entry?.digits;
  if (digits === undefined || role === 'soundalike' || role === 'plural' || token.entry?.ambiguous === true) {
    return undefined;
  }
  return { from: i, to: i + 1, value: digits, named: false };
}

/** The letter that ends directly before token `i`, read backwards. */
export function spelledBefore(source: Tokenized, i: number): Spelled | undefined {
  for (const back of [6, 5, 4, 3, 2, 1]) {
    const spelled = spelledAt(source, i - back);
    if (spelled?.to === i) return spelled;
  }
  return undefined;
}

function isLetter(word: string): boolean {
  return ONE_LETTER().test(word);
}

/** "as in juliet", "for bravo", "like sam": the token behind such an example, else the one behind the letter. */
function exampleAfter(source: Tokenized, i: number): number {
  const next = wordAt(source, i + 1);
  const letter = wordAt(source, i);
  const given =
    next === 'as' && wordAt(source, i + 2) === 'in' ? i + 3 : next === 'for' || next === 'like' ? i + 2 : -1;
  const named =
    given > 0 && source.tokens.at(given)?.kind === 'word' && wordAt(source, given).startsWith(letter);
  if (!named) return i + 1;
  const isJoined = source.text.charAt(source.tokens.at(given + 1)?.start ?? source.text.length) === '-';
  // "x as in x-ray"
  return isJoined && source.tokens.at(given + 2)?.kind === 'word' && isTight(source, given)
    ? given + 3
    : given + 1;
}

/** No space lies between token `i`, the sign behind it and the word behind that. */
function isTight({ tokens }: Tokenized, i: number): boolean {
  return tokens.at(i)?.end === tokens.at(i + 1)?.start && tokens.at(i + 1)?.end === tokens.at(i + 2)?.start;
}
