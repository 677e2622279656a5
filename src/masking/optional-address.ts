import { type Tokenized, wordAt } from './email-signs.js';
import type { Finding } from './finding.js';
import type { NumberChain } from './number-chain.js';
import { pattern } from './pattern.js';

/** Words that end the name of a street and hardly mean anything else. */
const STREET_WORDS = new Set(
  `street avenue ave boulevard blvd road rd lane ln drive parkway pkwy highway hwy terrace crescent crossing trail
  turnpike alley mews gardens grove`.split(/\s+/),
);
/** Words that end the name of a street and are everyday words too: capitals must tell. */
const MAYBE_STREET_WORDS = new Set(
  'st dr way place pl court ct square sq circle cir close walk row hill view'.split(' '),
);
const UNIT_WORDS = new Set(['apartment', 'apt', 'suite', 'unit', 'flat', 'floor', 'number', '#']);
const MAX_NAME_WORDS = 4;
const CAPITAL = pattern('^[\\p{Lu}\\p{N}]', 'u');
const UNIT = pattern('^[\\p{L}\\d-]{1,6}$', 'u');

const CITY = "[\\p{Lu}][\\p{L}.'-]{1,24}(?: [\\p{Lu}][\\p{L}.'-]{1,24}){0,2}";
const NAME = "[\\p{L}][\\p{L}.'-]{1,24}";
const NO_LETTER_BEFORE = '(?<![\\p{L}\\p{N}])';
const NO_LETTER_BEHIND = '(?![\\p{L}\\p{N}])';

/** What may follow a street: "Springfield, IL 62704", "75002 Paris", "London SW1A 1AA". */
const tails = [
  pattern(`^,? ${CITY},? (?:[A-Z]{2})(?:,? \\d{5}(?:-\\d{4})?)?`, 'u'),
  pattern(`^,? (?:${CITY},? )?(?:[A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}|\\d{5}(?:-\\d{4})?)(?: ${CITY})?`, 'u'),
];

const streets = [
  // "Hauptstraße 12", "Lange Gasse 3a"
  pattern(
    `(?:${NAME}[ -]){0,2}\\p{L}{2,24}(?:straße|strasse|str\\.|weg|platz|gasse|allee|ufer|damm) ?\\d{1,4} ?[a-z]?${NO_LETTER_BEHIND}`,
    'giu',
  ),
  // "12 rue de la Paix", "3 bis, avenue Foch"
  pattern(
    `${NO_LETTER_BEFORE}\\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée|quai)(?: ${NAME}){1,4}`,
    'giu',
  ),
  // "calle Mayor 12", "avenida de América, 3"
  pattern(
    `${NO_LETTER_BEFORE}(?:calle|avenida|plaza|paseo|carrera)(?: ${NAME}){1,4},? (?:número )?\\d{1,4}${NO_LETTER_BEHIND}`,
    'giu',
  ),
  pattern(`${NO_LETTER_BEFORE}p\\.? ?o\\.? box \\d{1,6}${NO_LETTER_BEHIND}`, 'giu'),
];

/** Lines of postal addresses: a number and a street, written or said, with what follows of town and postcode. */
export function findAddresses(source: Tokenized, chains: readonly NumberChain[]): Finding[] {
  const { text, tokens } = source;
  const found: Finding[] = [];
  for (const chain of chains) {
    const [first, last] = [chain[0], chain[chain.length - 1]];
    if (first === undefined || last === undefined || /[$\u20ac\u00a3]/.test(text.charAt(first.start - 1)))
      continue;
    const end = streetEnd(source, last.to);
    if (end < 0) continue;
    const stop = addressEnd(source, tokens.at(end - 1)?.end ?? last.end, end);
    found.push({
      type: 'postal_address',
      start: first.start,
      end: stop,
      value: text.slice(first.start, stop).toLowerCase(),
    });
  }
  for (const street of streets) {
    for (const match of text.matchAll(street())) {
      const from = match.index + match[0].length;
      const tail = tailLength(text, from);
      found.push({
        type: 'postal_address',
        start: match.index,
        end: from + tail,
        value: match[0].toLowerCase(),
      });
    }
  }
  return found;
}

/** The token behind the street word, when a street's name follows the number; else -1. */
function streetEnd(source: Tokenized, from: number): number {
  const { text, tokens } = source;
  let capitals = true;
  for (let words = 0; words <= MAX_NAME_WORDS; words += 1) {
    const token = tokens.at(from + words);
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'mixed')) return -1;
    const word = wordAt(source, from + words);
    if (words > 0 && STREET_WORDS.has(word)) return from + words + 1;
    if (words > 0 && capitals && MAYBE_STREET_WORDS.has(word)) return from + words + 1;
    if (token.entry?.stop === true || token.entry?.cues?.has('unit') === true) return -1;
    capitals &&= CAPITAL().test(text.slice(token.start, token.end));
  }
  return -1;
}

/** With the apartment, the town and the postcode that follow. */
function addressEnd(source: Tokenized, end: number, token: number): number {
  const { text, tokens } = source;
  let at = token;
  if (text.charAt(end) === '.' || text.charAt(end) === ',') at += 1;
  if (UNIT_WORDS.has(wordAt(source, at)) && UNIT().test(wordAt(source, at + 1))) {
    const unitEnd = tokens.at(at + 1)?.end ?? end;
    return unitEnd + tailLength(text, unitEnd);
  }
  return end + tailLength(text, end);
}

function tailLength(text: string, from: number): number {
  const rest = text.slice(from, from + 120);
  for (const tail of tails) {
    const match = tail().exec(rest);
    if (match !== null) return match[0].length;
  }
  return 0;
}
