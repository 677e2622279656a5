import {
  isOneLine,
  isPauseAt,
  joinerAt,
  pauseEnd,
  readDotSign,
  type Sign,
  type Tokenized,
  wordAt,
} from './email-signs.js';
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
  wiki work works yoga zone कॉम comm calm academy accountants actor africa apartments app army asia associates auction
  audio auto bargains berlin best bingo boston boutique brussels build builders cab camera camp career catering cash
  cheap chat church claims cleaning click clinic clothing club college community computer condos construction
  consulting contact contractors cooking cool country courses credit cricket cruises deals delivery democrat dentist
  diamonds diet discount domains eco estate eus exchange exposed express fail faith farm fish fishing flights florist
  flowers football forsale forum foundation futbol fyi gal gifts gives glass global gmbh graphics gratis green group
  hamburg haus healthcare hockey holdings holiday homes horse hospital hosting hotel how immo industries insure
  investments irish jetzt jewelry jp koeln kim lat lease life lighting limited limo live loan london lotto luxury
  maison management map mba melbourne memorial miami moda mom mortgage nagoya network news ngo nyc okinawa ong ooo
  organic osaka paris pet photos pink place plumbing poker properties property pub quebec quest recipes red rehab
  reise rentals repair republican reviews rio rip roma saarland salon sarl scot services shoes singles soccer social
  solar srl storage stream studio study style supplies supply support surgery swiss sydney systems tattoo tel tennis
  theater tienda tires today tokyo trust uno vacations vegas ventures vet viajes video villas vin vodka vote voto
  wales watch webcam wien win world wtf xxx yoga zip zuerich museum coop aero int cat post jobs travel`.split(
    /\s+/,
  ),
);

/** Country codes (ISO 3166-1 and those in use beside it), but for those that are also the endings of source files. */
const COUNTRIES: ReadonlySet<string> = new Set(
  `ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf
  cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf
  gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km
  kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na
  nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pm pn pr pt pw qa re ro ru rw sa sb sc sd se sg si sj sk sl sm
  sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu
  wf ws ye yt za zm zw`.split(/\s+/),
);

/** How the names of letters are written down, for endings such as "dot jay pee". */
const LETTER_NAMES: Readonly<Record<string, string>> = {
  ay: 'a',
  bee: 'b',
  cee: 'c',
  see: 'c',
  sea: 'c',
  dee: 'd',
  ee: 'e',
  ef: 'f',
  eff: 'f',
  gee: 'g',
  aitch: 'h',
  eye: 'i',
  jay: 'j',
  kay: 'k',
  el: 'l',
  ell: 'l',
  em: 'm',
  en: 'n',
  oh: 'o',
  owe: 'o',
  pee: 'p',
  cue: 'q',
  queue: 'q',
  ar: 'r',
  are: 'r',
  ess: 's',
  tee: 't',
  tea: 't',
  you: 'u',
  vee: 'v',
  ex: 'x',
  why: 'y',
  zee: 'z',
  zed: 'z',
};

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
  /** There were pauses in it. */
  readonly paused: boolean;
}

/** Reads the host name that starts at token `from`, with what corrects it; bounded. */
export function readDomain(source: Tokenized, from: number): Domain | undefined {
  const name = readName(source, from);
  return name === undefined ? undefined : corrected(source, name);
}

function readName(source: Tokenized, from: number): Domain | undefined {
  let best: Domain | undefined;
  const labels: string[] = [];
  let spokenDot = false;
  let at = pauseEnd(source, from);
  let paused = at > from;
  while (labels.length < MAX_LABELS) {
    const label = readLabel(source, at, labels.length > 0);
    if (label === undefined) break;
    labels.push(label.value);
    const value = labels.join('.');
    const provider = labels.length === 1 ? MAIL_PROVIDERS.has(label.value) : (best?.provider ?? false);
    if (labels.length === 1) {
      if (provider)
        best = { to: label.to, value: `${value}.com`, provider, spokenDot: false, known: true, paused };
      const glued = GLUED_ENDINGS[wordAt(source, label.to)];
      if (glued !== undefined) {
        return {
          to: label.to + 1,
          value: `${value}.${glued}`,
          provider,
          spokenDot: true,
          known: true,
          paused,
        };
      }
      if (provider && wordAt(source, label.to) === 'com') {
        return { to: label.to + 1, value: `${value}.com`, provider, spokenDot: true, known: true, paused };
      }
    } else if (TOP_LEVEL().test(label.value)) {
      const known = ENDINGS.has(label.value) || COUNTRIES.has(label.value);
      if (known || spokenDot) best = { to: label.to, value, provider, spokenDot, known, paused };
    }
    const dot = readDotSign(source, label.to) ?? dotBehindPause(source, label.to);
    if (dot === undefined) break;
    spokenDot ||= dot.strong;
    at = dot.strong ? pauseEnd(source, dot.to) : dot.to;
    paused ||= dot.from > label.to || at > dot.to;
    const ending = countryAt(source, at);
    if (ending !== '') {
      best = { to: at + 2, value: `${value}.${ending}`, provider, spokenDot, known: true, paused };
      break;
    }
  }
  return best;
}

/** A dot that was said behind a pause: "gmail, dot com". */
function dotBehindPause(source: Tokenized, from: number): Sign | undefined {
  const at = pauseEnd(source, from);
  const dot = at > from ? readDotSign(source, at) : undefined;
  return dot?.strong === true ? dot : undefined;
}

/** A country code whose letters were written down by name: "jay pee", "n zed"; '' where there is none. */
function countryAt(source: Tokenized, at: number): string {
  const letter = (i: number): string => {
    const word = wordAt(source, i);
    return Object.hasOwn(LETTER_NAMES, word) ? (LETTER_NAMES[word] ?? '') : word.length === 1 ? word : '';
  };
  const code = letter(at) + letter(at + 1);
  const isNamed = wordAt(source, at).length > 1 || wordAt(source, at + 1).length > 1;
  return isNamed && code.length === 2 && COUNTRIES.has(code) ? code : '';
}

const MAX_CORRECTION = 8;

/** The name with another one, or another ending, that corrects it: "gmail, no wait, hotmail dot com". */
function corrected(source: Tokenized, name: Domain): Domain {
  const { tokens } = source;
  let at = name.to;
  let isCorrection = false;
  for (; at < name.to + MAX_CORRECTION; at += 1) {
    const entry = tokens.at(at)?.entry;
    if (entry?.sign !== undefined && entry.filler === true) break;
    if (entry?.correction === true) isCorrection = true;
    else if (!isPauseAt(source, at) && entry?.filler !== true) break;
  }
  if (!isCorrection) return name;
  if (tokens.at(at)?.entry?.sign === 'at') at += 1;
  if (!isOneLine(source, name.to - 1, at)) return name;
  const dot = readDotSign(source, at);
  const label = readLabel(source, dot?.strong === true ? dot.to : at, true);
  if (dot?.strong === true) {
    const isEnding = label !== undefined && (ENDINGS.has(label.value) || COUNTRIES.has(label.value));
    return isEnding ? { ...name, to: label.to } : name;
  }
  const other = readName(source, at);
  // "… no wait, john at hotmail dot com" is an address of its own.
  return other?.known === true && tokens.at(other.to)?.entry?.sign !== 'at'
    ? { ...other, paused: name.paused }
    : name;
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
  const apart = lettersApart(source, from, ending);
  if (apart !== undefined) return apart;
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
      if (spelled && joiner === '' && ending) break;
      if (spelled && joiner === '' && value.length > 1 && readDotSign(source, at + 1) === undefined) break;
      if (words >= MAX_LABEL_WORDS) return undefined;
      value += wordAt(source, at);
      words += 1;
      at += 1;
    } else if (joinerAt(source, at) !== '' && value !== '') {
      value += joinerAt(source, at);
      at += 1;
    } else if (spelled && words === 0 && isInitialDot(source, at, value)) at += 1;
    else break;
    if (!ending && MAIL_PROVIDERS.has(value) && !MAIL_PROVIDERS.has(value + wordAt(source, at))) break;
    if (readDotSign(source, at) !== undefined) break;
  }
  return value === '' ? undefined : { value, to: at };
}

const MAX_LETTERS = 24;

/** A label whose letters were said with pauses: "w, e, b". An ending goes as far as it is one that is known. */
function lettersApart(source: Tokenized, from: number, ending: boolean): Label | undefined {
  let value = '';
  let label: Label | undefined;
  let at = from;
  for (let count = 0; count < MAX_LETTERS; count += 1) {
    const letter = spelledAt(source, at);
    if (letter === undefined || letter.named) break;
    value += letter.value;
    const isLabel = ending ? ENDINGS.has(value) || COUNTRIES.has(value) : count > 0;
    if (isLabel) label = { value, to: letter.to };
    at = pauseEnd(source, letter.to);
    if (at === letter.to) break;
  }
  return label;
}

/** The dot behind a letter as recognisers write letters: "A. O. L. dot com", "g. mail". */
function isInitialDot(source: Tokenized, at: number, value: string): boolean {
  const { text, tokens } = source;
  const dot = tokens.at(at);
  if (dot === undefined || text.charAt(dot.start) !== '.' || tokens.at(at - 1)?.end !== dot.start)
    return false;
  if (wordAt(source, at - 1).length !== 1 || text.charAt(dot.end) !== ' ') return false;
  const next = wordAt(source, at + 1);
  return next.length === 1 || tokens.at(at + 1)?.entry?.sign === 'dot' || MAIL_PROVIDERS.has(value + next);
}
