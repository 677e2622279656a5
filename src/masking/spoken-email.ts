import { type Domain, readDomain } from './email-domain.js';
import { joinerAt, readAtSign, readDotBefore, type Sign, type Tokenized, wordAt } from './email-signs.js';
import { type Spelled, spelledBefore } from './email-spelling.js';
import type { Finding } from './finding.js';
import { pattern } from './pattern.js';

const ONE_LETTER = pattern('^\\p{L}$', 'u');

/** Accounts of a department rather than a person. */
const DEPARTMENTS: ReadonlySet<string> = new Set(
  `info support sales contact hello admin help office team press jobs hr careers service orders feedback webmaster
  postmaster noreply enquiries inquiries billing accounts reception booking bookings marketing legal privacy
  security newsletter recruiting finance kontakt contacto ventas soporte`.split(/\s+/),
);

const MAX_ACCOUNT_TOKENS = 96;
/** "john smith at gmail dot com": so many plain words make an account when an address is spoken of. */
const MAX_PLAIN_WORDS = 4;
/** How many tokens before an address a word may stand that announces it. */
const EMAIL_CUE_REACH = 24;
const LEAD_REACH = 6;
const MAX_ANSWER_LEAD = 6;
const CUE_BEHIND_REACH = 6;
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

interface Account {
  /** First token. */
  readonly from: number;
  readonly value: string;
  /** Signs, spelling or digits make it look like an account. */
  readonly strong: boolean;
  readonly words: number;
  /** The word next to the at sign is an everyday word. */
  readonly everyday: boolean;
}

/**
 * E-mail addresses that were said or disguised: "john dot smith at g mail dot com", `john [at] example [dot] com`,
 * "j as in juliet …". `written` are the addresses already found; only their start is looked at again.
 *
 * @param told - the key that holds the text speaks of an address
 */
export function findSpokenEmails(source: Tokenized, written: readonly Finding[], told: boolean): Finding[] {
  const found: Finding[] = [];
  const { atSigns, hasHost } = source.tokens;
  if (atSigns.length === 0 || (!hasHost && !source.text.includes('@'))) return found;
  let past = 0;
  let next = 0;
  for (const i of atSigns) {
    const sign = i < past ? undefined : readAtSign(source, i);
    if (sign === undefined) continue;
    const at = source.tokens.at(sign.from)?.start ?? 0;
    while ((written[next]?.end ?? Number.POSITIVE_INFINITY) <= at) next += 1;
    const known = sign.tight && (written[next]?.start ?? at) < at ? written[next] : undefined;
    const address = readAddress(source, sign, known, told, past);
    if (address === undefined) continue;
    found.push(address.finding);
    past = address.to;
  }
  return found;
}

/** The first token of an account that may end directly before token `at`, where a text was cut. */
export function accountBefore(source: Tokenized, at: number): number | undefined {
  const end: Sign = { from: at, to: at, strong: false, tight: false };
  return readAccount(source, end, false, 0)?.from;
}

function readAddress(
  source: Tokenized,
  sign: Sign,
  known: Finding | undefined,
  told: boolean,
  past: number,
): { finding: Finding; to: number } | undefined {
  const { tokens } = source;
  const domain = known === undefined ? readDomain(source, sign.to) : undefined;
  if (known === undefined && (domain === undefined || (sign.tight && !domain.spokenDot && !domain.provider)))
    return undefined;
  const cue = told || hasCue(source, sign.from, 'email');
  const many = cue || domain?.provider === true || hasCue(source, sign.from, 'lead');
  const account = readAccount(source, sign, many, past);
  if (account === undefined) return undefined;
  const start = tokens.at(account.from)?.start ?? 0;
  if (known !== undefined) {
    if (start >= known.start) return undefined;
    let to = sign.to;
    while ((tokens.at(to)?.start ?? known.end) < known.end) to += 1;
    return { finding: { ...known, start }, to };
  }
  if (domain === undefined || !isPlausible(source, sign, account, domain, cue)) return undefined;
  const end = tokens.at(domain.to - 1)?.end ?? start;
  return { finding: { type: 'email', start, end, value: `${account.value}@${domain.value}` }, to: domain.to };
}

function isPlausible(source: Tokenized, sign: Sign, account: Account, domain: Domain, cue: boolean): boolean {
  if (account.value === 'git') return false;
  const isDepartment = DEPARTMENTS.has(account.value) && domain.known && domain.spokenDot;
  if (account.everyday && !account.strong && !isDepartment) {
    const announced = /^(?:is|it's|that's|:)$/.test(wordAt(source, account.from - 1));
    return (cue && announced) || (sign.strong && wordAt(source, sign.from) !== '@');
  }
  if (/^\d+$/.test(account.value) && !cue && !sign.strong) return false;
  if (sign.strong || cue || account.strong) return true;
  if (!domain.known) return false;
  if (domain.provider || DEPARTMENTS.has(account.value) || hasCue(source, account.from, 'lead')) return true;
  return (domain.spokenDot && isAnswer(source, account.from)) || hasCueBehind(source, domain.to);
}

/** The address answers a question: it starts the text, or stands behind a pause and a word such as "yes". */
function isAnswer(source: Tokenized, from: number): boolean {
  let fillers = 0;
  for (let i = from - 1; i >= from - MAX_ANSWER_LEAD; i -= 1) {
    const token = source.tokens.at(i);
    if (token === undefined) return true;
    if (token.entry?.filler === true) fillers += 1;
    else return token.kind === 'symbol' && fillers > 0 && ',.:?!-'.includes(source.text.charAt(token.start));
  }
  return false;
}

/** A word behind the address tells what it is: "… as my email". */
function hasCueBehind(source: Tokenized, from: number): boolean {
  for (let i = from; i < from + CUE_BEHIND_REACH; i += 1) {
    if (source.tokens.at(i)?.entry?.cues?.has('email') === true) return true;
  }
  return false;
}

/** A word within reach before token `i` tells that an address is meant. */
function hasCue(source: Tokenized, i: number, cue: 'email' | 'lead'): boolean {
  const reach = cue === 'email' ? EMAIL_CUE_REACH : LEAD_REACH;
  for (let back = 1; back <= reach; back += 1) {
    const token = source.tokens.at(i - back);
    if (token === undefined || token.kind === 'barrier') return false;
    if (token.entry?.cues?.has(cue) === true) return true;
  }
  return false;
}

/**
 * Reads the account backwards from the at sign.
 *
 * @param many - several plain words may belong to it
 * @param past - where the address before it ends
 */
function readAccount(source: Tokenized, sign: Sign, many: boolean, past: number): Account | undefined {
  const { tokens } = source;
  const parts: string[] = [];
  let at = sign.from;
  let from = at;
  let strong = false;
  let words = 0;
  let spelled = 0;
  let everyday = false;
  // What was read last: only signs and spelling let an everyday word in.
  let last: 'start' | 'sign' | 'spelled' | 'word' = 'start';
  while (at > past && at > sign.from - MAX_ACCOUNT_TOKENS) {
    const dot = readDotBefore(source, at);
    const joiner = joinerAt(source, at - 1);
    if (last !== 'start' && last !== 'sign' && (dot !== undefined || joiner !== '')) {
      if (dot !== undefined && !dot.strong && !dot.tight && !sign.strong) break;
      parts.push(dot === undefined ? joiner : '.');
      at = dot?.from ?? at - 1;
      last = 'sign';
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
      if (sign.tight || !isPause(source, at - 1) || !continuesSpelling(source, at - 1)) break;
      at -= 1;
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
    const stop = token.entry?.stop === true;
    if (last === 'word') {
      if (stop || !many || words >= MAX_PLAIN_WORDS || sign.tight || isCueWord(token.entry?.cues)) break;
      if (endsLine(source, at - 1)) break;
    } else if (last === 'spelled') {
      // "kevin eighty four", "mike j"
      if (stop || words > 0 || isCueWord(token.entry?.cues)) break;
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
  const signs = parts.some((part) => part === '.' || part === '_' || part === '-' || part === '+');
  strong ||= signs || spelled >= 2 || (spelled > 0 && words > 0);
  return { from, value: parts.reverse().join(''), strong, words, everyday };
}

/** A new line, or another person's turn, starts behind token `i`. */
function endsLine({ text, tokens }: Tokenized, i: number): boolean {
  const end = tokens.at(i)?.end ?? 0;
  return text.slice(end, tokens.at(i + 1)?.start ?? end).includes('\n');
}

function isCueWord(cues: ReadonlySet<string> | undefined): boolean {
  return cues?.has('email') === true || cues?.has('lead') === true || cues?.has('own') === true;
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
