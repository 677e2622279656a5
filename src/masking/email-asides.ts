import { isOneLine, isPauseAt, pauseStart, type Tokenized, wordAt } from './email-signs.js';
import { pattern } from './pattern.js';

const MAX_ASIDE_WORDS = 7;
const MAX_CORRECTION = 8;

/** What people add to a part of an address to say how it is written. */
const ASIDE = pattern(
  " (?:(?:that's |it's |its |and )?(?:(?:all |as |in |just |both )+(?:one word|one|together|lower case|lowercase|" +
    'small letters?|small|caps|capitals|upper case|uppercase|letters)|altogether|one word|single word|lower case|lowercase)' +
    '|(?:and |with )?no (?:spaces?|dots?|caps|capitals|periods?|dash|dashes|hyphens?|punctuation|underscores?)' +
    '(?: (?:in between|in there|or [a-z]+|in it))?' +
    '|without (?:the|an?|any) [\\p{L}]+' +
    "|with (?:an?|no|one|two|the|double) [\\p{L}]{1,2}(?:'?s)?(?: at the end| in the middle| in it)?" +
    '|spel(?:led|t)(?: with an? [\\p{L}]| just like that)?)$',
  'u',
);
/** Words before a digit: "the number seven". */
const BEFORE_DIGIT = / (?:and )?(?:the )?(?:numbers?|digits?|numerals?)$/;

/** The words that end before token `i`, the nearest last; pauses between them are left out. */
function wordsBefore(source: Tokenized, i: number): { text: string; starts: number[] } {
  const words: string[] = [];
  const starts: number[] = [];
  let at = i;
  while (words.length < MAX_ASIDE_WORDS && at > 0) {
    const start = pauseStart(source, at);
    if (start < at) {
      at = start;
      continue;
    }
    if (source.tokens.at(at - 1)?.kind !== 'word' || !isOneLine(source, at - 1, i)) break;
    words.push(wordAt(source, at - 1));
    starts.push(at - 1);
    at -= 1;
  }
  return { text: words.reverse().join(' '), starts };
}

function phraseStart(source: Tokenized, i: number, phrase: RegExp): number {
  const { text, starts } = wordsBefore(source, i);
  const match = phrase.exec(` ${text}`);
  if (match === null) return i;
  return starts[match[0].trim().split(' ').length - 1] ?? i;
}

/** The first token of an aside that ends before token `i`, such as "all one word"; `i` where there is none. */
export function asideStart(source: Tokenized, i: number): number {
  if (!ENDS_ASIDE.test(wordAt(source, pauseStart(source, i) - 1))) return i;
  return phraseStart(source, i, ASIDE());
}

/** A quick look at the last word of an aside. */
const ENDS_ASIDE =
  /^(?:one|word|together|altogether|case|lowercase|uppercase|letters?|small|caps|capitals|spaces?|dots?|periods?|dash|dashes|hyphens?|punctuation|underscores?|between|there|it|end|middle|that|spelled|spelt|\p{L}{1,2}(?:'?s)?)$/u;

/** The first token of "the number" before a digit at token `i`; `i` where there is none. */
export function digitNameStart(source: Tokenized, i: number): number {
  return /^(?:number|digit|numeral)s?$/.test(wordAt(source, i - 1))
    ? phraseStart(source, i, BEFORE_DIGIT)
    : i;
}

/** "the letter o", "just the letter o": the words before the letter. */
const BEFORE_LETTER =
  / (?:(?:just|only|like|it's|that's|as in|with|and|then) )*(?:the|a|just|capital|small|single) letter$/;

/** The first token of "just the letter" before token `i`; `i` where there is none. */
export function letterNameStart(source: Tokenized, i: number): number {
  return wordAt(source, i - 1) === 'letter' ? phraseStart(source, i, BEFORE_LETTER) : i;
}

/** The first token of a self-correction that ends before token `i`: "johnson, sorry, I mean jones"; `i` where there is none. */
export function correctionStart(source: Tokenized, i: number): number {
  let at = i;
  let isCorrection = false;
  while (at > i - MAX_CORRECTION) {
    const entry = source.tokens.at(at - 1)?.entry;
    if (entry?.correction === true) isCorrection = true;
    else if (
      wordAt(source, at - 1) !== 'oh' &&
      !isPauseAt(source, at - 1) &&
      (entry?.filler !== true || entry.sign !== undefined)
    )
      break;
    at -= 1;
  }
  return isCorrection && isOneLine(source, at - 1, i) ? at : i;
}
