import type { Random } from './random.js';
import type { Email } from './values.js';

const DIGITS: Readonly<Record<string, readonly string[]>> = {
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  es: ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve'],
  de: ['null', 'eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun'],
  fr: ['zéro', 'un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf'],
  hi: ['शून्य', 'एक', 'दो', 'तीन', 'चार', 'पांच', 'छह', 'सात', 'आठ', 'नौ'],
  hinglish: ['zero', 'ek', 'do', 'teen', 'char', 'paanch', 'chhe', 'saat', 'aath', 'nau'],
};

export const LANGUAGES: readonly string[] = Object.keys(DIGITS);

const TEENS = 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** Digits one by one. */
export function digitWords(digits: string, language = 'en'): string[] {
  return [...digits].map((digit) => DIGITS[language]?.[Number(digit)] ?? digit);
}

function pairWords(pair: string): string {
  const value = Number(pair);
  if (pair.startsWith('0')) return `oh ${DIGITS.en?.[value] ?? 'oh'}`.replace('oh zero', 'oh oh');
  if (value < 20) return TEENS[value - 10] ?? '';
  const unit = value % 10 === 0 ? '' : ` ${DIGITS.en?.[value % 10] ?? ''}`;
  return `${TENS[Math.floor(value / 10)] ?? ''}${unit}`;
}

/** One group the way somebody might say it. */
function sayGroup(random: Random, digits: string): string {
  const zero = random.pick(['zero', 'oh', 'oh', 'o']);
  const single = (text: string): string => digitWords(text).join(' ').replaceAll('zero', zero);
  if (/^[1-9]00$/.test(digits)) return `${DIGITS.en?.[Number(digits[0])] ?? ''} hundred`;
  const twin = /^(.*?)(\d)\2(.*)$/.exec(digits);
  if (twin !== null && random.chance(0.4)) {
    const [, before = '', digit = '', after = ''] = twin;
    const middle = after.startsWith(digit) && random.chance(0.7) ? 'triple' : 'double';
    const rest = middle === 'triple' ? after.slice(1) : after;
    return [single(before), `${middle} ${single(digit)}`, single(rest)]
      .filter((part) => part !== '')
      .join(' ');
  }
  if (digits.length === 4 && random.chance(0.25))
    return `${pairWords(digits.slice(0, 2))} ${pairWords(digits.slice(2))}`;
  if (digits.length === 3 && random.chance(0.15))
    return `${single(digits.slice(0, 1))} ${pairWords(digits.slice(1))}`;
  return single(digits);
}

/** Between groups: nothing, commas, dots of a recogniser, fillers, dashes that are said. */
const PAUSES = [
  ' ',
  ' ',
  ' ',
  ', ',
  ', ',
  '. ',
  ' uh ',
  ' um ',
  ', uh, ',
  ' dash ',
  ' and then ',
  '... ',
  ' - ',
];

/** A number in groups as it is dictated in English. */
export function dictate(random: Random, digits: string, lengths: readonly number[]): string {
  let at = 0;
  const groups = lengths.map((length) => {
    at += length;
    return digits.slice(at - length, at);
  });
  const pause = random.pick(PAUSES);
  const said = groups.map((part) => sayGroup(random, part));
  if (random.chance(0.08) && said.length > 1) {
    // A group said wrong and taken back.
    const wrong = digitWords(random.digits(groups[1]?.length ?? 3)).join(' ');
    const correction = random.pick([
      'no wait',
      'sorry',
      'no sorry',
      'I mean',
      'scratch that',
      'wait no',
      'correction',
    ]);
    said[1] = `${wrong}, ${correction}, ${said[1] ?? ''}`;
  }
  if (random.chance(0.08)) {
    // The recogniser wrote one of the groups in figures.
    const i = random.int(0, groups.length - 1);
    said[i] = groups[i] ?? '';
  }
  return said.join(pause);
}

const NATO =
  `alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec
  romeo sierra tango uniform victor whiskey x-ray yankee zulu`.split(/\s+/);

function spell(random: Random, text: string): string {
  const nato = random.chance(0.25);
  const example = !nato && random.chance(0.2);
  return [...text]
    .map((letter) => {
      if (/\d/.test(letter)) return DIGITS.en?.[Number(letter)] ?? letter;
      const code = letter.charCodeAt(0) - 97;
      if (code < 0 || code > 25) return letter;
      const word = NATO[code] ?? letter;
      return nato ? word : example ? `${letter} as in ${word}` : letter;
    })
    .join(' ');
}

const SIGNS: Readonly<Record<string, readonly string[]>> = {
  '.': ['dot', 'dot', 'period', 'point'],
  _: ['underscore'],
  '-': ['dash', 'hyphen'],
  '+': ['plus'],
};

function sayPart(random: Random, part: string, spelled: boolean): string {
  return part
    .split(/([._+-]|\d+)/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const sign = SIGNS[piece];
      if (sign !== undefined) return random.pick(sign);
      if (/^\d+$/.test(piece)) {
        const pair = piece.length === 2 && random.chance(0.5);
        return pair ? pairWords(piece) : digitWords(piece).join(' ');
      }
      return spelled ? spell(random, piece) : piece;
    })
    .join(' ');
}

/** An address as it is dictated. */
export function sayEmail(random: Random, { account, domain }: Email): string {
  const spelled = random.chance(0.3);
  const at = random.pick(['at', 'at', 'at', 'at', 'at sign', '@']);
  const [name = '', ...endings] = domain.split('.');
  const split = random.chance(0.25)
    ? name.replace(/^g(?=mail$)/, 'g ').replace(/^hot(?=mail$)/, 'hot ')
    : name;
  const said =
    random.chance(0.12) && /^[a-z]+$/.test(name) ? spell(random, name).replace(/ as in \S+/g, '') : split;
  const host = [said.replaceAll('-', random.pick([' dash ', ' hyphen '])), ...endings].join(' dot ');
  return `${sayPart(random, account, spelled)} ${at} ${host}`;
}
