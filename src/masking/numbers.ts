import { passesLuhn } from './card.js';
import { type Cue, cueAfter, cueBefore } from './cues.js';
import { isDictated, meantDigits, phrases } from './dictated.js';
import type { Finding } from './finding.js';
import { overAsides } from './number-asides.js';
import type { NumberChain, NumberElement } from './number-chain.js';
import { heardAround } from './number-heard.js';
import { pattern } from './pattern.js';
import type { Site } from './phone-site.js';
import { digitsOf } from './shape.js';
import type { TokenList } from './tokens.js';
import type { MaskContext } from './types.js';
import { matchCard } from './written-card.js';
import { matchOther } from './written-other.js';
import { matchPhone, type PhonePlans } from './written-phone.js';
import { matchSsn } from './written-ssn.js';

/** What a number can be. */
export type NumberType = 'phone' | 'credit_card' | 'ssn';

/** What to look for, and what is known about the text. */
export interface NumberSearch {
  readonly types: ReadonlySet<string>;
  readonly plans: PhonePlans;
  readonly expecting: MaskContext['expecting'];
  /** What the key that holds the text says. */
  readonly keyCue: Cue | undefined;
  /** The text is the number of an attribute: without a telling key only payment cards are looked for. */
  readonly measurement: boolean;
}

const MAX_EXTENSION = 6;
const MAX_TAKEN_BACK = 10;
/** A correction behind a number repeats its last group at most. */
const MAX_CORRECTED = 4;

/** Telephone, card and social security numbers in the chains of a text, written or dictated. */
export function findNumbers(
  text: string,
  tokens: TokenList,
  chains: readonly NumberChain[],
  search: NumberSearch,
): Finding[] {
  const found: Finding[] = [];
  for (const chain of chains.length < 2 ? chains : overAsides(text, tokens, chains)) {
    for (const finding of findInChain(text, tokens, chain, search)) found.push(finding);
  }
  return found;
}

interface Match {
  readonly type: NumberType;
  readonly from: number;
  readonly to: number;
}

function findInChain(text: string, tokens: TokenList, chain: NumberChain, search: NumberSearch): Finding[] {
  const total = chain.reduce((sum, element) => sum + element.digits.length, 0);
  if (total < 3 || (total < 4 && search.expecting === undefined)) return [];
  let cuePlace = -1;
  let cueThere: Cue | undefined;
  let behind: { readonly cue: Cue | undefined } | undefined;
  const cueBehind = (): Cue | undefined => {
    behind ??= { cue: cueAfter(tokens, chain[chain.length - 1]?.to ?? 0) };
    return behind.cue;
  };
  const cueAt = (i: number): Cue | undefined => {
    if (i === cuePlace) return cueThere;
    const element = chain[i];
    const near = element === undefined ? undefined : cueBefore(text, tokens, element.from);
    cuePlace = i;
    cueThere = near ?? search.keyCue ?? cueBehind();
    return cueThere;
  };
  const matches: Match[] = [];
  let row = 0;
  const closeRow = (end: number): void => {
    const elements = chain.slice(row, end);
    if (elements.length > 0 && total >= 3) {
      const match = dictatedMatch(text, tokens, chain, row, end, cueAt(row), search);
      if (match !== undefined) matches.push(match);
    }
  };
  let i = 0;
  while (i < chain.length) {
    const element = chain[i];
    if (element === undefined) break;
    const written = element.spoken
      ? undefined
      : writtenMatch(text, tokens, chain, i, i === row, cueAt, search);
    // "four one five 3230087": what was said before belongs to it.
    const rest =
      i > row &&
      written?.type === 'phone' &&
      chain[i - 1]?.spoken === true &&
      digitsOf(chain.slice(i, i + written.length)).length < 10;
    if (written === undefined || rest) i += 1;
    else {
      closeRow(i);
      if (written.type !== 'other') matches.push({ type: written.type, from: i, to: i + written.length });
      i += written.length;
      row = i;
    }
  }
  closeRow(chain.length);
  return matches
    .map((match, i) => withTakenBack(chain, match, matches[i - 1]?.to ?? 0))
    .filter((match) => search.types.has(match.type))
    .map((match) => toFinding(text, tokens, chain, match));
}

/** A telephone number with the start of it that was taken back: "919, 555, no, 919, 555, 0189". */
function withTakenBack(chain: NumberChain, match: Match, past: number): Match {
  const isCorrected = chain.slice(match.from, match.from + 3).some(({ gap }) => gap.correction);
  if (match.type !== 'phone' || !isCorrected) return match;
  let from = match.from;
  let digits = 0;
  while (from > past) {
    digits += chain[from - 1]?.digits.length ?? 0;
    if (digits > MAX_TAKEN_BACK) break;
    from -= 1;
  }
  return { ...match, from };
}

interface Written {
  readonly type: NumberType | 'other';
  readonly length: number;
}

function writtenMatch(
  text: string,
  tokens: TokenList,
  chain: NumberChain,
  i: number,
  fresh: boolean,
  cueAt: (i: number) => Cue | undefined,
  search: NumberSearch,
): Written | undefined {
  const length = (type: Written['type'], count: number): Written | undefined =>
    count > 0 ? { type, length: count } : undefined;
  const other = length('other', matchOther(text, chain, i));
  if (other !== undefined || (chain[i]?.single === true && !startsPhone(text, tokens, chain, i)))
    return other;
  const site: Site = { text, tokens, chain, i, fresh, cue: cueAt(i) };
  const kind = site.cue?.kind;
  const known = kind === 'phone' || kind === 'call' || kind === 'ssn';
  return (
    length('credit_card', matchCard(text, chain, i, site.cue)) ??
    length('ssn', search.measurement && kind !== 'ssn' ? 0 : matchSsn(text, chain, i, site.cue)) ??
    length('phone', search.measurement && !known ? 0 : matchPhone(site, search.plans))
  );
}

/** A lone digit is dictated, unless it is a country code: "1 415 …", "+4 4 …". */
function startsPhone(text: string, tokens: TokenList, chain: NumberChain, i: number): boolean {
  if (chain[i]?.digits === '1' && (chain[i + 1]?.digits.length ?? 0) >= 3) return true;
  const before = tokens.at((chain[i]?.from ?? 0) - 1);
  const next = chain[i + 1];
  // "4-15-555-0123": the groups are in disorder.
  if (next?.gap.separator === 'dash' && next.gap.length === 1 && !next.single && !next.spoken) return true;
  if (before?.kind !== 'symbol') return before?.entry?.plus === true;
  const sign = text.charAt(before.start);
  return sign === '(' || (sign === '+' && !/\d/.test(text.charAt(before.start - 1)));
}

function dictatedMatch(
  text: string,
  tokens: TokenList,
  chain: NumberChain,
  from: number,
  to: number,
  cue: Cue | undefined,
  search: NumberSearch,
): Match | undefined {
  const row = chain.slice(from, to);
  const expected = search.expecting !== undefined;
  if (search.measurement || !isDictated(row, { tokens, cue, expected })) return undefined;
  return { type: dictatedType(text, tokens, row, cue, search), from, to };
}

function dictatedType(
  text: string,
  tokens: TokenList,
  row: readonly NumberElement[],
  cue: Cue | undefined,
  search: NumberSearch,
): NumberType {
  const extension = row.findIndex((element, i) => i > 0 && element.gap.extension);
  const digits = meantDigits(extension < 0 ? row : row.slice(0, extension));
  const first = row[0];
  if (first !== undefined && plusDirectlyBefore(text, tokens, first.from)) return 'phone';
  if (cue?.kind === 'ssn' && digits.length <= 9) return 'ssn';
  if (cue?.kind === 'credit_card' && (digits.length !== 10 || !row.some((element) => element.spoken)))
    return 'credit_card';
  if (cue?.kind === 'phone' && digits.length <= 13) return 'phone';
  const again = row.reduce((last, element, i) => (element.gap.correction ? i : last), 0);
  const corrected = digitsOf(row.slice(again, extension < 0 ? row.length : extension)).length;
  if (again > 0 && (corrected === 10 || corrected === 11) && cue?.kind !== 'credit_card') return 'phone';
  if (/^(?:00|011)[1-9]\d{8,14}$/.test(digits) && cue?.kind !== 'credit_card') return 'phone';
  if (digits.length >= 14 || (digits.length >= 12 && passesLuhn(digits))) return 'credit_card';
  if (digits.length < 7 && (search.expecting === 'credit_card' || search.expecting === 'ssn'))
    return search.expecting;
  if (digits.length === 9 && cue === undefined && (search.expecting === 'ssn' || phrases(row) === '3-2-4'))
    return 'ssn';
  return 'phone';
}

function plusDirectlyBefore(text: string, tokens: TokenList, from: number): boolean {
  const before = tokens.at(from - 1);
  return (
    before?.entry?.plus === true || (before !== undefined && text.slice(before.start, before.end) === '+')
  );
}

const EXTENSION = pattern(
  '[ ,;(]{0,3}(?:#|x|ext(?:ension|n)?\\.?) ?[.:=#]? ?(?:(?:no|num|number)\\.? ?)?\\d{1,6}\\)?(?![\\p{L}\\p{N}])' +
    '|(?:,{1,4}|[pw]{1,2})\\d{1,6}#',
  'iuy',
);

/** Behind an extension that is written with a sign: "#42", ";ext=12". */
function extensionEnd(text: string, end: number): number {
  EXTENSION().lastIndex = end;
  return EXTENSION().test(text) ? EXTENSION().lastIndex : end;
}

const MAX_ANNOUNCING = 5;

/** Where a number starts with "area code" or "country code" that stands before it on the same line. */
function announcedStart(text: string, tokens: TokenList, at: number, begin: number): number {
  for (let back = 1; back <= MAX_ANNOUNCING; back += 1) {
    const token = tokens.at(at - back);
    const next = tokens.at(at - back + 1);
    if (token === undefined || next === undefined || text.slice(token.end, next.start).includes('\n')) break;
    if (token.kind === 'symbol') continue;
    const word = text.slice(token.start, token.end).toLowerCase();
    if (word === 'code') {
      const kind = tokens.at(at - back - 1);
      const isPlaces =
        kind !== undefined && /^(?:area|country|dialling|dialing)$/i.test(text.slice(kind.start, kind.end));
      if (!isPlaces || text.slice(kind.end, token.start) !== ' ') break;
      return Math.min(begin, kind.start);
    }
    if (token.entry?.filler !== true && token.entry?.plus !== true) break;
  }
  return begin;
}

/** The match with its plus sign, its opening bracket and its extension. */
function toFinding(text: string, tokens: TokenList, chain: NumberChain, match: Match): Finding {
  let to = match.to;
  const next = chain[to];
  if (match.type === 'phone' && next?.gap.extension === true && next.digits.length <= MAX_EXTENSION) {
    to += 1;
    while (chain[to]?.gap.signs === '' && chain[to]?.single === true && chain[to - 1]?.single === true)
      to += 1;
  }
  const fixed = chain[to];
  if (fixed?.gap.correction === true && fixed.digits.length <= MAX_CORRECTED) {
    // "0106, I mean six"
    to += 1;
    while (chain[to]?.gap.signs === '' && chain[to]?.gap.words === false && chain[to]?.single === true)
      to += 1;
  }
  const first0 = chain[match.from];
  const trunk = chain[match.from - 1];
  const withTrunk =
    match.type === 'phone' &&
    trunk?.spoken === true &&
    trunk.digits === '1' &&
    (first0?.gap.length ?? 3) <= 2;
  const elements = chain.slice(withTrunk ? match.from - 1 : match.from, to);
  const first = elements[0];
  const last = elements[elements.length - 1];
  let start = first?.start ?? 0;
  let token = (first?.from ?? 0) - 1;
  for (let steps = 0; steps < 2 && token >= 0; steps += 1, token -= 1) {
    const before = tokens.at(token);
    if (before === undefined || start - before.end > 1) break;
    const sign = before.kind === 'symbol' ? text.charAt(before.start) : '';
    // "plus-one-four-one-five"
    if (sign === '-' && tokens.at(token - 1)?.entry?.plus === true) continue;
    if (sign !== '+' && sign !== '(' && sign !== '[' && before.entry?.plus !== true) break;
    start = before.start;
  }
  let end = last?.end ?? start;
  if (match.type !== 'ssn') {
    const heard = heardAround(text, tokens, elements, match.type);
    if (heard.from < (first?.from ?? 0) && start === first?.start)
      start = tokens.at(heard.from)?.start ?? start;
    if (to === match.to) end = tokens.at(heard.to - 1)?.end ?? end;
    start = announcedStart(text, tokens, Math.min(first?.from ?? 0, heard.from), start);
  }
  const opened = text.slice(start, first?.start).includes('(');
  const close = opened && !text.slice(first?.start, end).includes(')') && text.charAt(end) === ')' ? 1 : 0;
  const spoken = elements.some((element) => element.spoken);
  return {
    type: match.type,
    start,
    end: match.type === 'phone' ? extensionEnd(text, end + close) : end + close,
    value: spoken ? meantDigits(elements) : digitsOf(elements),
  };
}
