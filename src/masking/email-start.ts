import { asideStart, correctionStart, letterNameStart } from './email-asides.js';
import { isOneLine, pauseEnd, pauseStart, type Tokenized, wordAt } from './email-signs.js';
import { pattern } from './pattern.js';

const ONE_LETTER = pattern('^\\p{L}$', 'u');
/** "capital d", "upper case j" */
const CASES: ReadonlySet<string> = new Set([
  'capital',
  'uppercase',
  'lowercase',
  'upper',
  'lower',
  'case',
  'small',
]);
const TAKES_BACK = /\b(?:no|nope|wait|sorry|oops|actually|scratch|meant?|rather|correction|excuse)\b/i;
const CORRECTION = /^(?:no|nope|wait|sorry|oops|actually|scratch|meant?|rather|correction)$/;
const ANNOUNCING = /^(?:is|it's|its|that's|as|under|to)$/;
const MAX_STEPS = 6;
const MAX_DESCRIBING = 3;
const MIN_ALIKE = 4;

/** Whether a word takes back what was said before it, and is no part of an account. */
export function takesBack(word: string): boolean {
  return CORRECTION.test(word);
}

/**
 * The first token of what was said of an account directly before it and tells what it is: how its first letter is written
 * ("capital j rossi", "o, just the letter o, brien"), a first name that was taken back ("kevin, no wait, kelvin dot
 * marsh"), and words that are then said as one ("skater boy with an i, skaterboi").
 *
 * @param from - where the account starts
 * @param past - where the address before it ends
 */
export function describedFrom(source: Tokenized, from: number, past: number): number {
  let start = from;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const before = caseStart(source, start) ?? correctedStart(source, start) ?? alikeStart(source, start);
    if (before === undefined || before < past || !isOneLine(source, before, start)) break;
    start = before;
  }
  return start;
}

/** "capital d", "the letter o" and the letter itself before that. */
function caseStart(source: Tokenized, at: number): number | undefined {
  if (CASES.has(wordAt(source, at - 1)) && (isLetter(source, at) || CASES.has(wordAt(source, at))))
    return at - 1;
  const pause = pauseStart(source, at);
  const named = letterNameStart(source, pause);
  if (named === pause) return undefined;
  const letter = pauseStart(source, named) - 1;
  return isLetter(source, letter) ? letter : named;
}

function correctedStart(source: Tokenized, at: number): number | undefined {
  const { text, tokens } = source;
  const correction = correctionStart(source, at);
  const before = tokens.at(correction - 1);
  if (correction === at || before?.kind !== 'word' || !isName(source, correction - 1)) return undefined;
  if (!TAKES_BACK.test(text.slice(before.end, tokens.at(at)?.start))) return undefined;
  const lead = tokens.at(correction - 2);
  const isAnnounced =
    lead === undefined || lead.kind === 'symbol' || ANNOUNCING.test(wordAt(source, correction - 2));
  const isAlike = wordAt(source, correction - 1).charAt(0) === wordAt(source, at).charAt(0);
  return isAnnounced || isAlike ? correction - 1 : undefined;
}

/** Words that make up nearly the word behind them, with or without an aside between: "kelly marsh, kellymarsh". */
function alikeStart(source: Tokenized, at: number): number | undefined {
  // "green field with an e, greenfielde"
  const place = isLetter(source, at) ? pauseEnd(source, at + 1) : at;
  const word = wordAt(source, place);
  if (word.length < MIN_ALIKE) return undefined;
  const aside = pauseStart(source, asideStart(source, pauseStart(source, place)));
  let joined = '';
  for (let i = aside - 1; i >= aside - MAX_DESCRIBING && source.tokens.at(i)?.kind === 'word'; i -= 1) {
    joined = wordAt(source, i) + joined;
    if (joined.length >= word.length - 1 && isAlike(joined, word)) return i;
  }
  return undefined;
}

/** All letters but one or two at the end are the same. */
function isAlike(said: string, word: string): boolean {
  if (Math.abs(said.length - word.length) > 2) return false;
  let same = 0;
  while (same < said.length && said.charAt(same) === word.charAt(same)) same += 1;
  return same >= MIN_ALIKE && same >= word.length - 2;
}

function isLetter(source: Tokenized, i: number): boolean {
  return ONE_LETTER().test(wordAt(source, i));
}

/** A word that can be a name: no everyday word and none that announces an address. */
function isName(source: Tokenized, i: number): boolean {
  const entry = source.tokens.at(i)?.entry;
  return (
    entry?.stop !== true && entry?.correction !== true && entry?.filler !== true && entry?.cues === undefined
  );
}
