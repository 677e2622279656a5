import { unitAfter } from './cues.js';
import { type Tokenized, wordAt } from './email-signs.js';
import { spelledAt } from './email-spelling.js';
import type { Finding } from './finding.js';
import type { CueName } from './locales/table.js';
import type { NumberChain } from './number-chain.js';
import { pattern } from './pattern.js';

const CAPITAL = pattern('^\\p{Lu}', 'u');

/** A code or a date stands at most so many tokens behind the word that announces it. */
const REACH = 12;
/** Codes of other kinds than those sent to prove who one is. */
const OTHER_CODES = new Set(
  `error zip post postal country status area promo promotional discount coupon source exit response dress http qr
  bar sort bank swift product color colour morse tax building`.split(/\s+/),
);

/** One-time codes and PINs of three to eight digits, behind a word that announces one. */
export function findCodes(source: Tokenized, chains: readonly NumberChain[]): Finding[] {
  const found: Finding[] = [];
  for (const chain of chains) {
    const [first, last] = [chain[0], chain[chain.length - 1]];
    if (first === undefined || last === undefined) continue;
    const digits = chain.map((element) => element.digits).join('');
    if (digits.length < 3 || digits.length > 8 || unitAfter(source.tokens, last.to)) continue;
    const cue = cueBack(source, first.from, 'code');
    if (cue < 0 || OTHER_CODES.has(wordAt(source, cue - 1))) continue;
    found.push({ type: 'one_time_code', start: first.start, end: last.end, value: digits });
  }
  return found;
}

function cueBack(source: Tokenized, from: number, cue: CueName): number {
  for (let i = from - 1; i >= 0 && i >= from - REACH; i -= 1) {
    if (source.tokens.at(i)?.entry?.cues?.has(cue) === true) return i;
  }
  return -1;
}

const MONTHS = new Set(
  `january february march april may june july august september october november december jan feb mar apr jun jul aug
  sep sept oct nov dec enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
  januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre
  novembre décembre`.split(/\s+/),
);
const ORDINAL_WORDS = new Set(
  `first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
  sixteenth seventeenth eighteenth nineteenth twentieth thirtieth`.split(/\s+/),
);
const DATE_LINKS = new Set(['of', 'the', 'de', 'del', 'den', 'le', 'slash', 'dash', 'and', 'in']);
const MAX_DATE_TOKENS = 16;

/** Dates behind "born", "date of birth", "birthday", written or said. */
export function findBirthDates(source: Tokenized): Finding[] {
  const { text, tokens } = source;
  const found: Finding[] = [];
  const cue =
    /\b(?:born|birth|birthday|birthdate|dob|bday|geboren|geburtsdatum|nacimiento|nací|nacido|nacida|naissance|née?)\b/giu;
  let token = 0;
  for (const match of text.matchAll(cue)) {
    const end = match.index + match[0].length;
    while (token < tokens.length && (tokens.at(token)?.start ?? end) < end) token += 1;
    for (let from = token; from < token + REACH && tokens.at(from)?.kind !== 'barrier'; from += 1) {
      if (datePart(source, from) === undefined) continue;
      const date = readDate(source, from);
      if (date !== undefined)
        found.push({ type: 'date_of_birth', ...date, value: text.slice(date.start, date.end) });
      break;
    }
  }
  return found;
}

/** What a token is in a date: how many parts it stands for. `undefined` for what is no part of a date. */
function datePart(source: Tokenized, i: number): number | undefined {
  const token = source.tokens.at(i);
  if (token === undefined) return undefined;
  const word = wordAt(source, i);
  if (token.kind === 'digits') return word.length <= 4 || word.length === 8 ? 1 : undefined;
  if (token.kind === 'mixed') return /^\d{1,2}(?:st|nd|rd|th)$/.test(word) ? 1 : undefined;
  if (MONTHS.has(word) || ORDINAL_WORDS.has(word)) return 1;
  const role = token.entry?.role;
  return role === 'unit' || role === 'pair' || role === 'tens' || role === 'thousand' || role === 'hundred'
    ? 1
    : undefined;
}

function readDate(source: Tokenized, from: number): { start: number; end: number } | undefined {
  let last = from;
  let parts = 0;
  for (let i = from; i < from + MAX_DATE_TOKENS; i += 1) {
    const part = datePart(source, i);
    if (part !== undefined) {
      parts += part;
      last = i;
      continue;
    }
    const token = source.tokens.at(i);
    const link = token?.kind === 'symbol' && '/-.,'.includes(source.text.charAt(token.start));
    if (!link && !DATE_LINKS.has(wordAt(source, i))) break;
  }
  const start = source.tokens.at(from)?.start ?? 0;
  const end = source.tokens.at(last)?.end ?? start;
  const compact = parts === 1 && end - start === 8;
  return parts >= 2 || compact ? { start, end } : undefined;
}

const NAME_CUE =
  /\b(?:my (?:full |first |last )?name is|my name's|the name is|the name's|name is|speaking with|this is|mi nombre es|me llamo|mein name ist|ich heiße|je m'appelle|mon nom est|mera naam)\s+|(?:मेरा नाम)\s+/giu;
const MAX_NAME_WORDS = 4;
const TITLES = new Set([
  'mr',
  'mrs',
  'ms',
  'miss',
  'dr',
  'doctor',
  'professor',
  'sir',
  'madam',
  'herr',
  'frau',
  'señor',
  'señora',
  'monsieur',
  'madame',
  'de',
  'van',
  'von',
  'la',
  'del',
  'bin',
  'al',
]);

/** Names behind "my name is" and the like; "this is" needs a capital letter behind it. */
export function findNames(source: Tokenized): Finding[] {
  const { text, tokens } = source;
  const found: Finding[] = [];
  let token = 0;
  for (const match of text.matchAll(NAME_CUE)) {
    const begin = match.index + match[0].length;
    while (token < tokens.length && (tokens.at(token)?.start ?? begin) < begin) token += 1;
    const strict = /^(?:this is|speaking with)/i.test(match[0]);
    const name = readName(source, token, strict);
    if (name !== undefined)
      found.push({ type: 'person_name', ...name, value: text.slice(name.start, name.end).toLowerCase() });
  }
  return found;
}

function readName(
  source: Tokenized,
  from: number,
  strict: boolean,
): { start: number; end: number } | undefined {
  const { text, tokens } = source;
  let words = 0;
  let last = from - 1;
  let capital = false;
  for (let i = from; words < MAX_NAME_WORDS; i += 1) {
    const token = tokens.at(i);
    if (token === undefined) break;
    const sign = token.kind === 'symbol' ? text.charAt(token.start) : '';
    if (sign === '-' || sign === '.') {
      if (
        tokens.at(i + 1)?.start !== token.end &&
        !(
          sign === '.' &&
          (TITLES.has(wordAt(source, i - 1)) || token.start - (tokens.at(i - 1)?.start ?? 0) === 1)
        )
      )
        break;
      continue;
    }
    if (token.kind !== 'word') break;
    const upper = CAPITAL().test(text.slice(token.start, token.end));
    const title = TITLES.has(wordAt(source, i));
    const letter = spelledAt(source, i) !== undefined && token.end - token.start === 1;
    if (!title && !letter && ((token.entry?.stop === true && !upper) || token.entry?.filler === true)) break;
    if (strict && !upper && !title) break;
    if (capital && !upper && !title) break;
    capital ||= upper;
    if (!title && !letter) words += 1;
    last = i;
  }
  const start = tokens.at(from)?.start ?? 0;
  const end = tokens.at(last)?.end ?? start;
  return last >= from && end > start ? { start, end } : undefined;
}
