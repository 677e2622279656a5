import type { Cue } from './cues.js';
import { unitAfter } from './cues.js';
import type { NumberElement } from './number-chain.js';
import { isAreaInService } from './regions.js';
import { digitsOf } from './shape.js';
import type { TokenList } from './tokens.js';

/** From this many digits on a dictated row is taken for a number of a person's. */
const MIN_DIGITS = 7;
/** With a telephone, a card or a social security number spoken of just before. */
const MIN_DIGITS_TOLD = 4;
/** After such a number was asked for in the turn before. */
const MIN_DIGITS_EXPECTED = 3;
/** People dictate digit by digit; quantities and years come in larger pieces. */
const MIN_SINGLES = 4;
/** As many digits are a dictation even when all were said in pairs. */
const MIN_DIGITS_PAIRED = 10;
const MIN_DIGITS_CARD = 12;
/** With some single digits among the pairs, and no pause. */
const MIN_DIGITS_BREATH = 9;

/** Of words that are also ordinary words no row is made. */
const MIN_CERTAIN = 3;

/** What is known about the row beside its elements. */
export interface Surroundings {
  readonly tokens: TokenList;
  readonly cue: Cue | undefined;
  readonly expected: boolean;
}

/** The digits of a row in the form they were meant: what a self-correction took back is left out. */
export function meantDigits(row: readonly NumberElement[]): string {
  let digits = '';
  let group = 0;
  for (const element of row) {
    if (element.gap.correction && group > 0) digits = digits.slice(0, digits.length - group);
    if (element.gap.correction || element.gap.signs !== '' || element.gap.words) group = 0;
    digits += element.digits;
    group += element.digits.length;
  }
  return digits;
}

/** Whether a row of spoken (or singly written) numbers is a dictated number of a person's. */
export function isDictated(all: readonly NumberElement[], around: Surroundings): boolean {
  const extension = all.findIndex((element, i) => i > 0 && element.gap.extension);
  const row = extension < 0 ? all : all.slice(0, extension);
  const digits = row.reduce((sum, element) => sum + element.digits.length, 0);
  const singles = row.reduce((sum, element) => sum + (element.single ? element.digits.length : 0), 0);
  const doubtful = row.reduce((sum, element) => sum + (element.ambiguous ? element.digits.length : 0), 0);
  if (digits - doubtful < MIN_CERTAIN) return false;
  const spoken = row.some((element) => element.spoken);
  const kind = around.cue?.kind;
  if (around.expected) return digits >= MIN_DIGITS_EXPECTED;
  if (kind === 'test' && digits < MIN_DIGITS_PAIRED) return false;
  if (isSpokenAddress(row) || isSum(row)) return false;
  const told = kind === 'phone' || kind === 'credit_card' || kind === 'ssn';
  if (told && digits >= MIN_DIGITS) return singles >= 2 || digits >= MIN_DIGITS_PAIRED || spoken;
  if (told && spoken && digits >= MIN_DIGITS_TOLD && singles >= 3 && around.cue?.tail !== true) {
    return !isQuantity(row, around);
  }
  if (digits < MIN_DIGITS || isCounting(row) || isSpokenDate(row) || isQuantity(row, around)) return false;
  // As long as a telephone number, an "order" that only stands near does not explain it.
  if (kind === 'id' && (digits < MIN_DIGITS_PAIRED || around.cue?.named === true || isExplained(row, around)))
    return false;
  if (isDecimal(row)) return false;
  if (row.some(isInCode) || isFraction(row, around) || areScores(row) || areRatios(row, around)) return false;
  if (areCodes(row) || areYears(row) || areRising(row) || (areBits(row) && digits < MIN_DIGITS_CARD))
    return false;
  if (!spoken) return (singles === digits && areSingleDigits(row, digits)) || isUneven(row, singles);
  if (singles >= MIN_SINGLES || digits >= MIN_DIGITS_CARD) return true;
  const shape = phrases(row);
  if (shape === '3-2-4') return true;
  // Pairs: "zwölf vierunddreißig …" in one breath; with pauses they may be temperatures, prices or times.
  if (!shape.includes('-')) return digits >= (singles >= 2 ? MIN_DIGITS_BREATH : MIN_DIGITS_PAIRED);
  return digits >= MIN_DIGITS_PAIRED && singles >= 2 && !areTimes(row);
}

/** The digits between pauses: `3-3-4`. */
export function phrases(row: readonly NumberElement[]): string {
  const groups: number[] = [];
  for (const element of row) {
    const last = groups.length - 1;
    if (last < 0 || element.gap.signs !== '' || element.gap.words) groups.push(element.digits.length);
    else groups[last] = (groups[last] ?? 0) + element.digits.length;
  }
  return groups.join('-');
}

/** "three forty five, nine fifteen, ten thirty": hours and minutes in turn. */
function areTimes(row: readonly NumberElement[]): boolean {
  return row.every((element, i) =>
    i % 2 === 0 ? Number(element.digits) <= 12 : element.digits.length === 2 && Number(element.digits) < 60,
  );
}

/** "three point one four one five nine two six": digits behind a decimal point. */
function isFraction(row: readonly NumberElement[], around: Surroundings): boolean {
  const from = row[0]?.from ?? 0;
  if (around.tokens.at(from - 1)?.entry?.sign !== 'dot') return false;
  const before = around.tokens.at(from - 2);
  return before?.kind === 'digits' || before?.entry?.digits !== undefined;
}

/** "four nil, three one, two nil and five two" */
function areScores(row: readonly NumberElement[]): boolean {
  const shape = phrases(row);
  if (row.every((element) => element.single) && shape === '2-2-2-2') return true;
  // "twenty one dash nineteen, fifteen dash eleven"
  const pauses = row.slice(1).filter(({ gap }) => gap.words || gap.signs !== '');
  return (
    /^[12](?:-[12])+$/.test(shape) &&
    pauses.some(({ gap }) => gap.said > 0) &&
    pauses.some(({ gap }) => gap.said === 0 && (gap.words || gap.signs !== '-'))
  );
}

/** "two to one, then three to one", "two for one": more than one "to" or "for" in a short row is none of its digits. */
function areRatios(row: readonly NumberElement[], { tokens }: Surroundings): boolean {
  const digits = row.reduce((sum, element) => sum + element.digits.length, 0);
  const heard = row.filter(({ from, digits: said }) => {
    const token = tokens.at(from);
    if (token?.entry?.role !== 'soundalike') return false;
    const length = token.end - token.start;
    return (said === '2' && length === 2) || (said === '4' && length === 3);
  });
  return heard.length >= 2 && digits < MIN_DIGITS_PAIRED;
}

/** The words between "order" or "serial" and the row say that it is just that: nothing, or "is". */
function isExplained(row: readonly NumberElement[], { tokens, cue }: Surroundings): boolean {
  if (cue === undefined || cue.distance > 1) return false;
  const before = tokens.at((row[0]?.from ?? 0) - 1);
  return before?.kind === 'word' && (cue.distance === 0 || before.end - before.start === 2);
}

/** The digits between pauses, of each phrase. */
function phraseValues(row: readonly NumberElement[]): string[] {
  const values: string[] = [];
  for (const element of row) {
    const last = values.length - 1;
    if (last < 0 || element.gap.signs !== '' || element.gap.words) values.push(element.digits);
    else values[last] = (values[last] ?? '') + element.digits;
  }
  return values;
}

/** "one plus one is two, two plus two is four"; between groups "minus" is a dash. */
function isSum(row: readonly NumberElement[]): boolean {
  return row.slice(1).reduce((sum, { gap }) => sum + gap.plus, 0) >= 2 && !GROUPED.has(phrases(row));
}

/** "four oh four, five hundred, five oh two": codes that a program answers with. */
function areCodes(row: readonly NumberElement[]): boolean {
  const values = phraseValues(row);
  return values.length >= 3 && values.every((value) => /^[1-5]0\d$/.test(value));
}

/** "nineteen eighty four, nineteen eighty five" */
function areYears(row: readonly NumberElement[]): boolean {
  const values = phraseValues(row);
  return values.length >= 2 && values.every((value) => /^(?:19|20)\d\d$/.test(value));
}

/** "one twenty eight, two fifty six, five twelve, ten twenty four": every phrase is a quantity larger than the last. */
function areRising(row: readonly NumberElement[]): boolean {
  const values = phraseValues(row);
  const isPhone = /^(?:1-)?3-3-4$/.test(values.map((value) => value.length).join('-'));
  if (values.length < 3 || isPhone || row.every((element) => element.single)) return false;
  return values.every((value, i) => !value.startsWith('0') && Number(value) > Number(values[i - 1] ?? 0));
}

/** "one zero one one zero one zero one" */
function areBits(row: readonly NumberElement[]): boolean {
  return row.every((element) => /^[01]+$/.test(element.digits));
}

/** Signs between them that belong to a program or a table: `{ one: 1, four: 4 }`, `[[1, 2], 3]`. */
function isInCode(element: NumberElement, i: number): boolean {
  return i > 0 && /[:="[\]]/.test(element.gap.signs);
}

/** A number's digits written one by one and in groups, in any disorder: "312 5 5 5 0 1 2 2". */
function isUneven(row: readonly NumberElement[], singles: number): boolean {
  if (singles < MIN_CERTAIN || row.some((element) => element.digits.length > 4)) return false;
  const again = row.reduce((last, element, i) => (element.gap.correction ? i : last), 0);
  return [row, row.slice(again)].some((part) => isNanp(digitsOf(part))) || isNanp(meantDigits(row));
}

/** The digits of a number of the North American Numbering Plan, with or without its country code. */
export function isNanp(all: string): boolean {
  const digits = all.length === 11 && all.startsWith('1') ? all.slice(1) : all;
  return digits.length === 10 && isAreaInService(digits.slice(0, 3)) && /^[2-9](?!11)/.test(digits.slice(3));
}

/** Lengths that telephone and card numbers have; lists of small numbers have any. */
const LISTED_LENGTHS: readonly number[] = [10, 11, 15, 16];

/** "4 1 5 5 5 5 0 1 2 3", "4, 1, 5, …": digits written one by one, and no list of small numbers. */
function areSingleDigits(row: readonly NumberElement[], digits: number): boolean {
  const rising = row.every((element, i) => i === 0 || element.digits >= (row[i - 1]?.digits ?? ''));
  if (rising || row.some((element) => element.gap.words)) return false;
  const listed = row.some((element) => element.gap.signs.includes(','));
  return !listed || LISTED_LENGTHS.includes(digits);
}

function isQuantity(row: readonly NumberElement[], around: Surroundings): boolean {
  const last = row[row.length - 1];
  return last !== undefined && last.digits.length < 10 && unitAfter(around.tokens, last.to);
}

/** "one two three four five six seven", "ten nine eight", "five ten fifteen twenty": every step goes one way. */
function isCounting(row: readonly NumberElement[]): boolean {
  if (row.length < 4) return false;
  // The number that people make up most often; a countdown starts at ten.
  if (row.map((element) => element.digits).join('') === '9876543210') return false;
  // Nobody says signs between groups while counting: "one two three dash four five dash …".
  if (row.some(({ gap }, i) => i > 0 && gap.said > 0) && GROUPED.has(phrases(row))) return false;
  // Nobody counts in "triple three".
  if (row.some((element) => element.single && element.digits.length > 1)) return false;
  // Nobody counts from zero in steps.
  if (row[0]?.digits === '0' && row.some((element) => element.digits.length > 1)) return false;
  const values = row.map((element) => Number(element.digits));
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? 0));
  const up = steps.filter((step) => step > 0).length;
  const down = steps.filter((step) => step < 0).length;
  return up === steps.length || down === steps.length || steps.every((step) => Math.abs(step) === 1);
}

/** Groups that signs are said between. */
const GROUPED: ReadonlySet<string> = new Set('3-2-4 3-3-4 1-3-3-4 3-4 3-7 6-4 4-4-4-4'.split(' '));

/** "oh five twelve nineteen eighty four": a day, a month and a year in words. */
function isSpokenDate(row: readonly NumberElement[]): boolean {
  if (row.length < 3 || row.length > 6) return false;
  const last = row[row.length - 1];
  const century = row[row.length - 2];
  if (last === undefined || century === undefined) return false;
  if ((century.digits !== '19' && century.digits !== '20') || last.digits.length !== 2) return false;
  const before = row.slice(0, -2).reduce((sum, element) => sum + element.digits.length, 0);
  return before <= 4;
}

/** "one nine two dot one six eight dot one dot one": parts of an address or a version, joined by "dot". */
function isSpokenAddress(row: readonly NumberElement[]): boolean {
  const dots = row.reduce((sum, element, i) => sum + (i === 0 ? 0 : element.gap.dots), 0);
  const digits = row.reduce((sum, element) => sum + element.digits.length, 0);
  return dots >= 3 && digits <= 12 && !DOTTED.has(dottedShape(row));
}

/** Groups of telephone, card and social security numbers between dots that were said. */
const DOTTED: ReadonlySet<string> = new Set(
  '3-3-4 1-3-3-4 3-7 6-4 3-3-2-2 3-4 2-2-2-2-2 3-2-4 4-4-4-4 4-6-5 3-4-4 4-3-3 5-3-3'.split(' '),
);

/** The digits between dots that were said: `3-3-4`. */
function dottedShape(row: readonly NumberElement[]): string {
  const groups: number[] = [];
  for (const { gap, digits } of row) {
    const last = groups.length - 1;
    if (last < 0 || gap.dots > 0) groups.push(digits.length);
    else groups[last] = (groups[last] ?? 0) + digits.length;
  }
  return groups.join('-');
}

/** "three point one four one five", "ninety nine point two, ninety eight point six": dots that part no groups. */
function isDecimal(row: readonly NumberElement[]): boolean {
  return row.some(({ gap }, i) => i > 0 && gap.dots > 0) && !DOTTED.has(dottedShape(row));
}
