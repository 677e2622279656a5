import { joinerAt, readDotSign, type Tokenized, wordAt } from './email-signs.js';
import { spelledAt } from './email-spelling.js';
import { MAIL_PROVIDERS } from './mail-providers.js';
import { pattern } from './pattern.js';

const TOP_LEVEL = pattern('^[\\p{L}\\p{M}]{2,24}$', 'u');

/** Endings of host names that are common in speech, beside those of two letters. */
const ENDINGS: ReadonlySet<string> = new Set(
  `com net org edu gov mil int info biz app dev xyz online shop store site tech cloud digital agency studio design
  email solutions systems software company media group team world today health center academy school university
  foundation international network global services support consulting house club page blog name pro mobi museum
  family inc ltd llc space website art band bank bar beer best bike bio business cafe capital cards careers casa city
  coach codes coffee community dance dating dental direct doctor earth education energy engineer events expert farm
  fashion finance fit fitness fm fun fund gallery games garden gift gold golf guide guru help host ink institute
  jobs kitchen land law lawyer legal link loans lol love ltda market marketing money movie music ninja one page
  partners parts party photo photography photos pics pizza plus press productions properties radio rent repair
  report restaurant review rocks run sale school science security show ski social style surf systems tax taxi team
  tips tools top tours town toys trade training travel university video villas vip vision voyage watch wedding wine
  wiki work works yoga zone कॉम comm calm`.split(/\s+/),
);

const GLUED_ENDINGS: Readonly<Record<string, string>> = { dotcom: 'com', dotnet: 'net', dotorg: 'org' };

const MAX_LABELS = 6;
const MAX_LABEL_TOKENS = 40;
/** "the coffee house dot com": so many plain words may make one name. */
const MAX_LABEL_WORDS = 4;

/** A host name that was dictated. */
export interface Domain {
  /** The token behind the name. */
  readonly to: number;
  readonly value: string;
  readonly provider: boolean;
  /** A dot was said or put in brackets. */
  readonly spokenDot: boolean;
  /** The ending is one that is known. */
  readonly known: boolean;
}

/** Reads the host name that starts at token `from`; bounded. */
export function readDomain(source: Tokenized, from: number): Domain | undefined {
  let best: Domain | undefined;
  const labels: string[] = [];
  let spokenDot = false;
  let at = from;
  while (labels.length < MAX_LABELS) {
    const label = readLabel(source, at, labels.length > 0);
    if (label === undefined) break;
    labels.push(label.value);
    const value = labels.join('.');
    const provider = labels.length === 1 ? MAIL_PROVIDERS.has(label.value) : (best?.provider ?? false);
    if (labels.length === 1) {
      if (provider) best = { to: label.to, value: `${value}.com`, provider, spokenDot: false, known: true };
      const glued = GLUED_ENDINGS[wordAt(source, label.to)];
      if (glued !== undefined) {
        return { to: label.to + 1, value: `${value}.${glued}`, provider, spokenDot: true, known: true };
      }
      if (provider && wordAt(source, label.to) === 'com') {
        return { to: label.to + 1, value: `${value}.com`, provider, spokenDot: false, known: true };
      }
    } else if (TOP_LEVEL().test(label.value)) {
      const known = ENDINGS.has(label.value) || /^[a-z]{2}$/.test(label.value);
      if (known || spokenDot) best = { to: label.to, value, provider, spokenDot, known };
    }
    const dot = readDotSign(source, label.to);
    if (dot === undefined) break;
    spokenDot ||= dot.strong;
    at = dot.to;
  }
  return best;
}

interface Label {
  readonly value: string;
  readonly to: number;
}

/** One label: a word, spelled letters, or words up to the next dot. Behind the first dot labels are short. */
function readLabel(source: Tokenized, from: number, ending: boolean): Label | undefined {
  let value = '';
  let words = 0;
  let spelled = false;
  let at = from;
  while (at < from + MAX_LABEL_TOKENS) {
    const letters = spelledAt(source, at);
    const token = source.tokens.at(at);
    if (token === undefined) break;
    if (letters !== undefined && letters.from === at && (words === 0 || joinerAt(source, at - 1) !== '')) {
      value += letters.value;
      spelled = true;
      at = letters.to;
    } else if (token.kind === 'word' || token.kind === 'mixed' || token.kind === 'digits') {
      if (token.entry?.sign === 'dot' || token.entry?.sign === 'at') break;
      const joiner = value === '' ? '' : joinerAt(source, at - 1);
      if (joinerAt(source, at) !== '' && value !== '') {
        value += joinerAt(source, at);
        at += 1;
        continue;
      }
      if (words > 0 && joiner === '' && ending) break;
      // "g mail": a letter and a word make a name together; spelled letters and a word do not.
      if (spelled && joiner === '' && (value.length > 1 || ending)) break;
      if (words >= MAX_LABEL_WORDS) return undefined;
      value += wordAt(source, at);
      words += 1;
      at += 1;
    } else if (joinerAt(source, at) !== '' && value !== '') {
      value += joinerAt(source, at);
      at += 1;
    } else break;
    if (!ending && MAIL_PROVIDERS.has(value) && !MAIL_PROVIDERS.has(value + wordAt(source, at))) break;
    if (readDotSign(source, at) !== undefined) break;
  }
  return value === '' ? undefined : { value, to: at };
}
