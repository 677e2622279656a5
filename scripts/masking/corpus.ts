import {
  CARD_TOLD,
  CARD_UNTOLD,
  EMAIL_TOLD,
  EMAIL_UNTOLD,
  LEADS,
  PHONE_FOREIGN,
  PHONE_TOLD,
  PHONE_UNTOLD,
  SSN_TOLD,
  SSN_UNTOLD,
  TAILS,
} from './carriers.js';
import { SENTENCES, technical } from './negatives.js';
import { Random } from './random.js';
import { dictate, digitWords, LANGUAGES, sayEmail } from './speech.js';
import { card, damage, email, group, international, nanp, national, ssn } from './values.js';

/** One labelled text. */
export interface Utterance {
  readonly text: string;
  /** `held` is scored by the bench only, never looked at while building. */
  readonly part: 'dev' | 'held';
  readonly form: 'written' | 'spoken' | 'none';
  readonly spans: readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

const SEED = 20_261_124;

interface Value {
  readonly type: string;
  readonly form: 'written' | 'spoken';
  readonly text: string;
  readonly told: readonly string[];
  readonly untold: readonly string[];
  /** How often the sentence says what the value is. */
  readonly toldShare: number;
}

/** All utterances, the same on every run for one seed. Two of three are for development. */
export function makeCorpus(seed: number = SEED): Utterance[] {
  const random = new Random(seed);
  const utterances: Utterance[] = [];
  const add = (utterance: Omit<Utterance, 'part'>): void => {
    utterances.push({ part: utterances.length % 3 === 2 ? 'held' : 'dev', ...utterance });
  };
  const makers: [number, () => Value][] = [
    [260, () => writtenPhone(random)],
    [80, () => ({ ...writtenPhone(random), text: international(random), toldShare: 0.5 })],
    [80, () => ({ ...writtenPhone(random), text: national(random), toldShare: 1 })],
    [260, () => spokenPhone(random)],
    [150, () => writtenCard(random)],
    [150, () => spokenCard(random)],
    [90, () => writtenSsn(random)],
    [90, () => spokenSsn(random)],
    [160, () => writtenEmail(random)],
    [220, () => spokenEmail(random)],
  ];
  for (const [count, make] of makers) for (let i = 0; i < count; i += 1) add(place(random, make()));
  for (let i = 0; i < 130; i += 1) add(foreignPhone(random));
  for (const text of SENTENCES) add({ text, form: 'none', spans: [] });
  for (let i = 0; i < 220; i += 1) add({ text: technical(random), form: 'none', spans: [] });
  return utterances;
}

function place(random: Random, value: Value): Omit<Utterance, 'part'> {
  const told = random.chance(value.toldShare);
  const carrier = random.pick(told ? value.told : value.untold);
  const json = carrier.startsWith('{{');
  const sentence = carrier.replace('{{', '{').replace('}}', '}');
  const lead = json ? '' : random.pick(LEADS);
  const tail = json || /[.?!]$/.test(sentence) ? '' : random.pick(TAILS);
  const at = lead.length + (json ? sentence.indexOf('{}', 1) : sentence.indexOf('{}'));
  const inner = json
    ? sentence.replace(/(?<=.)\{\}/, () => value.text)
    : sentence.replace('{}', () => value.text);
  return {
    text: lead + inner + tail,
    form: value.form,
    spans: [{ type: value.type, start: at, end: at + value.text.length }],
  };
}

const WIDE = '０１２３４５６７８９';
const ARABIC = '٠١٢٣٤٥٦٧٨٩';

function writtenPhone(random: Random): Value {
  const digits = nanp(random);
  const [a, b, c] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
  const text = random.pick([
    () => `(${a}) ${b}-${c}`,
    () => `(${a})${b}-${c}`,
    () => `${a}-${b}-${c}`,
    () => `${a}-${b}-${c}`,
    () => `${a}.${b}.${c}`,
    () => `${a} ${b} ${c}`,
    () => `${a} ${b}-${c}`,
    () => `${a}/${b}-${c}`,
    () => `+1${digits}`,
    () => `+1 ${a} ${b} ${c}`,
    () => `+1-${a}-${b}-${c}`,
    () => `+1 (${a}) ${b}-${c}`,
    () => `1-${a}-${b}-${c}`,
    () => `1 ${a} ${b} ${c}`,
    () => `001-${a}-${b}-${c}`,
    () => `${a}-${b}-${c} ext. ${random.int(10, 9999)}`,
    () => `(${a}) ${b}-${c} x${random.int(10, 999)}`,
    () => `${a}-${b}-${c}x${random.int(10, 999)}`,
    () => digits,
    () => `${a}\u2011${b}\u2011${c}`,
    () => `${a}\u2013${b}\u2013${c}`,
    () => `${a}\u00a0${b}\u00a0${c}`,
    () => [...`${a}-${b}-${c}`].map((char) => WIDE[Number(char)] ?? char).join(''),
    () => [...`${a}-${b}-${c}`].map((char) => ARABIC[Number(char)] ?? char).join(''),
    () => `${a}-\u200b${b}-\u200b${c}`,
    () => [...digits].join(' '),
    () => [...digits].join(', '),
    () => `${[...a].join(' ')}, ${[...b].join(' ')}, ${[...c].join(' ')}`,
    () => [...digits].join('-'),
  ])();
  return { type: 'phone', form: 'written', text, told: PHONE_TOLD, untold: PHONE_UNTOLD, toldShare: 0.6 };
}

function spokenPhone(random: Random): Value {
  const digits = nanp(random);
  const plus = random.chance(0.12) ? 'plus one ' : random.chance(0.08) ? 'one ' : '';
  const lengths = random.pick([[3, 3, 4], [3, 3, 4], [3, 3, 4], [10], [3, 3, 2, 2], [5, 5], [3, 7]]);
  let text = plus + dictate(random, digits, lengths);
  if (random.chance(0.08)) text += ` extension ${digitWords(random.digits(random.int(2, 4))).join(' ')}`;
  if (random.chance(0.1))
    text = text
      .replaceAll(' ', '-')
      .replace(/-*,-*/g, ', ')
      .replace(/-*\.+-*/g, '. ');
  if (random.chance(0.15)) text = text.charAt(0).toUpperCase() + text.slice(1);
  return {
    type: 'phone',
    form: 'spoken',
    text,
    told: PHONE_TOLD.slice(0, -1),
    untold: PHONE_UNTOLD,
    toldShare: 0.6,
  };
}

function foreignPhone(random: Random): Omit<Utterance, 'part'> {
  const language = random.pick(LANGUAGES.filter((name) => name !== 'en'));
  const words = digitWords(random.digits(random.int(9, 11)), language);
  const pause = random.pick([' ', ' ', ', ']);
  const parts: string[] = [];
  for (let i = 0; i < words.length; i += 3) parts.push(words.slice(i, i + 3).join(' '));
  const text = parts.join(pause);
  const told = PHONE_FOREIGN[language] ?? PHONE_UNTOLD;
  return place(random, { type: 'phone', form: 'spoken', text, told, untold: told, toldShare: 1 });
}

function writtenCard(random: Random): Value {
  const made = card(random);
  const grouped = random.chance(0.7);
  const separator = random.pick([' ', ' ', ' ', '-', '-', '.', '  ', '\u00a0', '\u2013', '\u00ad', '\n']);
  // A soft hyphen is not seen: what it separates counts as bare digits.
  const misheard = grouped && separator !== '\u00ad' && random.chance(0.2);
  const digits = misheard ? damage(random, made.digits) : made.digits;
  const text = grouped ? group(digits, made.groups, separator) : digits;
  return { type: 'credit_card', form: 'written', text, told: CARD_TOLD, untold: CARD_UNTOLD, toldShare: 0.5 };
}

function spokenCard(random: Random): Value {
  const made = card(random);
  const digits = random.chance(0.3) ? damage(random, made.digits) : made.digits;
  const text = dictate(random, digits, made.groups);
  return { type: 'credit_card', form: 'spoken', text, told: CARD_TOLD, untold: CARD_UNTOLD, toldShare: 0.6 };
}

function writtenSsn(random: Random): Value {
  const digits = ssn(random);
  const told = random.chance(0.6);
  const separator = told
    ? random.pick(['-', '-', ' ', '', '.', '\u2011'])
    : random.pick(['-', '-', ' ', '\u2013']);
  const text = group(digits, [3, 2, 4], separator);
  return { type: 'ssn', form: 'written', text, told: SSN_TOLD, untold: SSN_UNTOLD, toldShare: told ? 1 : 0 };
}

function spokenSsn(random: Random): Value {
  const text = dictate(random, ssn(random), [3, 2, 4]);
  return { type: 'ssn', form: 'spoken', text, told: SSN_TOLD, untold: SSN_UNTOLD, toldShare: 0.7 };
}

function writtenEmail(random: Random): Value {
  const { account, domain } = email(random);
  const text = random.pick([
    () => `${account}@${domain}`,
    () => `${account}@${domain}`,
    () => `${account}@${domain}`,
    () => `${account}@${domain}`.toUpperCase(),
    () => `${account} [at] ${domain.replaceAll('.', ' [dot] ')}`,
    () => `${account}(at)${domain}`,
    () => `${account} (at) ${domain.replaceAll('.', ' (dot) ')}`,
    () => `${account}%40${domain}`,
    () => `${account}&#64;${domain}`,
    () => `${account}\\u0040${domain}`,
    () => `${account}\uff20${domain}`,
    () => `${account}@\u200b${domain}`,
    () => `${account.replaceAll('.', '\u2024')}@${domain}`,
    () => `o'${account}@${domain}`,
    () => `j\u00f6rg.${account}@${domain}`,
    () => `${account} @ ${domain}`,
  ])();
  return { type: 'email', form: 'written', text, told: EMAIL_TOLD, untold: EMAIL_UNTOLD, toldShare: 0.6 };
}

function spokenEmail(random: Random): Value {
  const address = email(random);
  const text = sayEmail(random, address);
  return { type: 'email', form: 'spoken', text, told: EMAIL_TOLD, untold: EMAIL_UNTOLD, toldShare: 0.7 };
}
