import { type Account, readAccount } from './email-account.js';
import { DEPARTMENTS, isDepartment } from './email-departments.js';
import { type Domain, readDomain } from './email-domain.js';
import { readAtSign, type Sign, type Tokenized, wordAt } from './email-signs.js';
import type { Finding } from './finding.js';
import { pattern } from './pattern.js';

/** How many tokens before an address a word may stand that announces it. */
const EMAIL_CUE_REACH = 24;
const LEAD_REACH = 6;
const MAX_ANSWER_LEAD = 6;
const CUE_BEHIND_REACH = 6;
/** What an answer starts with. */
const ANSWERING = /^(?:u+h+m*|u+m+|e+r+m?|h+m+|mhm|yes|yeah|yep|sure|ok|okay|so|well|right|and|or)$/;
/** Words for what happens or is at a place, and hardly names: "hosted at", "shopping at". */
const PARTICIPLE = /^[a-z]{4,}(?:ed|ing)$/;
const NAMES_LIKE_PARTICIPLES: ReadonlySet<string> = new Set(
  `ahmed mohammed muhammed mohamed alfred wilfred manfred winifred sterling manning browning fleming harding golding
  hastings channing`.split(/\s+/),
);
/** Files are looked at, people are written to. */
const FILE = pattern(
  '\\.(?:md|ts|tsx|js|jsx|mjs|cjs|py|rs|go|sh|toml|lock|log|json|ya?ml|txt|pdf|docx?|xlsx?|zip|html?|css|png|jpe?g)$',
  'i',
);

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
  if (account.value === 'git' || (!sign.strong && FILE().test(account.value))) return false;
  if (domain.paused && !cue && !account.strong && !sign.strong && !domain.provider) return false;
  const isOffice = DEPARTMENTS.has(account.value) && domain.known && domain.spokenDot;
  if (account.everyday && !account.strong && !isOffice) {
    const announced = /^(?:is|it's|that's|:)$/.test(wordAt(source, account.from - 1));
    return (cue && announced) || (sign.strong && wordAt(source, sign.from) !== '@');
  }
  if (/^\d+$/.test(account.value) && !sign.strong && (!cue || !domain.spokenDot)) return false;
  if (sign.strong || account.strong) return true;
  if (isCueItself(source, account)) return false;
  if (cue) return true;
  if (!domain.known || account.determined || isParticiple(account)) return hasCueBehind(source, domain.to);
  if (domain.provider && !domain.spokenDot)
    return isAnswer(source, account.from) || hasCue(source, account.from, 'lead');
  if (domain.provider || isDepartment(account.value) || hasCue(source, account.from, 'lead')) return true;
  return (domain.spokenDot && isAnswer(source, account.from)) || hasCueBehind(source, domain.to);
}

/** "my mailbox at outlook" */
function isCueItself({ tokens }: Tokenized, account: Account): boolean {
  return (
    account.words === 1 && account.determined && tokens.at(account.from)?.entry?.cues?.has('email') === true
  );
}

function isParticiple(account: Account): boolean {
  return (
    PARTICIPLE.test(account.value) &&
    !NAMES_LIKE_PARTICIPLES.has(account.value) &&
    !DEPARTMENTS.has(account.value)
  );
}

/** The address answers a question: it starts the text, or stands behind a pause and a word such as "yes". */
function isAnswer(source: Tokenized, from: number): boolean {
  let fillers = 0;
  for (let i = from - 1; i >= from - MAX_ANSWER_LEAD; i -= 1) {
    const token = source.tokens.at(i);
    if (token === undefined) return true;
    if (ANSWERING.test(wordAt(source, i))) fillers += 1;
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
