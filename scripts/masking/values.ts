import type { Random } from './random.js';

/** Area codes that callers of a North American service have; any that are in service would do. */
const AREAS =
  '212 415 312 713 602 215 305 404 206 617 303 702 503 919 816 615 512 402 716 504 808 907 604 416 514 787'.split(
    ' ',
  );

/** Ten digits of the North American plan. */
export function nanp(random: Random): string {
  const exchange = `${random.int(2, 9)}${random.pick(['0', '2', '3', '4', '5', '6', '7', '8', '9'])}${random.int(0, 9)}`;
  return random.pick(AREAS) + exchange + random.digits(4);
}

/** `4-4-4-4` from `1234567890123456`. */
export function group(digits: string, lengths: readonly number[], separator: string): string {
  let at = 0;
  return lengths
    .map((length) => {
      at += length;
      return digits.slice(at - length, at);
    })
    .join(separator);
}

function luhnDigit(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) {
    const digit = Number(body[body.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

export interface Card {
  readonly digits: string;
  readonly groups: readonly number[];
}

/** A payment card number of some scheme with a valid check digit. */
export function card(random: Random): Card {
  const [prefix, length, groups] = random.pick<[string, number, number[]]>([
    ['4', 16, [4, 4, 4, 4]],
    ['4', 16, [4, 4, 4, 4]],
    [`5${random.int(1, 5)}`, 16, [4, 4, 4, 4]],
    [String(random.int(2221, 2720)), 16, [4, 4, 4, 4]],
    [random.pick(['34', '37']), 15, [4, 6, 5]],
    ['6011', 16, [4, 4, 4, 4]],
    ['36', 14, [4, 6, 4]],
    ['3530', 16, [4, 4, 4, 4]],
    ['62', 16, [4, 4, 4, 4]],
    ['6304', 19, [4, 4, 4, 4, 3]],
  ]);
  const body = prefix + random.digits(length - prefix.length - 1);
  return { digits: body + luhnDigit(body), groups };
}

/** A misheard digit: the checksum no longer holds. */
export function damage(random: Random, digits: string): string {
  const at = random.int(5, digits.length - 1);
  const other = (Number(digits[at]) + random.int(1, 9)) % 10;
  return digits.slice(0, at) + String(other) + digits.slice(at + 1);
}

export function ssn(random: Random): string {
  const area = random.pick(['212', '457', '536', '078', '601', '123', '345', '729', '219', '408']);
  return area + String(random.int(1, 99)).padStart(2, '0') + String(random.int(1, 9999)).padStart(4, '0');
}

/** International numbers as people of the country write them; the first entry is the bare E.164 form. */
export function international(random: Random): string {
  const d = (count: number): string => random.digits(count);
  return random.pick([
    () => `+44 20 7${d(3)} ${d(4)}`,
    () => `+44 (0)161 4${d(2)} ${d(4)}`,
    () => `+447${d(9)}`,
    () => `+44 7${d(3)} ${d(6)}`,
    () => `+49 30 ${d(8)}`,
    () => `+49 151 ${d(8)}`,
    () => `+49-89-${d(7)}`,
    () => `+33 6 ${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    () => `+33 (0)1 ${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    () => `+34 6${d(2)} ${d(3)} ${d(3)}`,
    () => `+91 9${d(4)} ${d(5)}`,
    () => `+91-8${d(9)}`,
    () => `+55 11 9${d(4)}-${d(4)}`,
    () => `+61 4${d(2)} ${d(3)} ${d(3)}`,
    () => `+81 90-${d(4)}-${d(4)}`,
    () => `+86 138 ${d(4)} ${d(4)}`,
    () => `+52 55 ${d(4)} ${d(4)}`,
    () => `+31 6 ${d(8)}`,
    () => `+971 50 ${d(3)} ${d(4)}`,
    () => `+353 87 ${d(3)} ${d(4)}`,
    () => `0044 20 7${d(3)} ${d(4)}`,
    () => `0049 151 ${d(8)}`,
  ])();
}

/** National forms that only make sense in their country; the sentence around them says that it is a telephone. */
export function national(random: Random): string {
  const d = (count: number): string => random.digits(count);
  return random.pick([
    () => `020 7${d(3)} ${d(4)}`,
    () => `0161 4${d(2)} ${d(4)}`,
    () => `07${d(3)} ${d(6)}`,
    () => `030/9${d(5)}`,
    () => `0${random.int(151, 179)} ${d(8)}`,
    () => `089 ${d(7)}`,
    () => `06 ${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    () => `01.${d(2)}.${d(2)}.${d(2)}.${d(2)}`,
    () => `9${d(4)} ${d(5)}`,
    () => `8${d(9)}`,
    () => `6${d(2)} ${d(3)} ${d(3)}`,
    () => `04${d(2)} ${d(3)} ${d(3)}`,
    () => `(02) ${d(4)} ${d(4)}`,
    () => `5${d(2)}-${d(4)}`,
    () => `5${d(2)}.${d(4)}`,
  ])();
}

const FIRST =
  `james maria wei priya ahmed olga chen fatima liam sofia noah aisha lucas emma raj nina diego hannah kofi
  ingrid tomas yuki amara felix zoe marcus leila oscar petra sam`.split(/\s+/);
const LAST =
  `smith garcia kowalski nguyen patel okafor mueller rossi dubois silva tanaka johansson obrien cohen novak
  martin lopez kim andersson fischer brown costa haddad ito jensen walker moreau bauer singh reed`.split(
    /\s+/,
  );
const PROVIDERS = [
  'gmail.com',
  'yahoo.com',
  'hotmail.com',
  'outlook.com',
  'icloud.com',
  'aol.com',
  'proton.me',
  'gmx.de',
];
const OWN =
  `brightleaf.io northwind.co.uk acme-corp.com kestrel.dev bluebird.org harborlight.net quill.ai elmtree.co.in
  stonebridge.edu lumen.health paperboat.shop sunnyside.com.au zephyr.tech orchard.ca`.split(/\s+/);

export interface Email {
  readonly account: string;
  readonly domain: string;
}

export function email(random: Random): Email {
  const first = random.pick(FIRST);
  const last = random.pick(LAST);
  const account = random.pick([
    () => `${first}.${last}`,
    () => `${first}.${last}`,
    () => `${first}${last}`,
    () => `${first}_${last}`,
    () => `${first.charAt(0)}${last}`,
    () => `${first}${random.int(10, 99)}`,
    () => `${first}-${last}`,
    () => `${first}.${last}${random.int(1, 99)}`,
    () => `${first}+${random.pick(['news', 'work', 'test', 'shop'])}`,
  ])();
  return { account, domain: random.chance(0.6) ? random.pick(PROVIDERS) : random.pick(OWN) };
}
