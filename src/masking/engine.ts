import { CONTENT_ATTRIBUTES } from '../semconv/generated.js';
import { type Cue, cueOfKey } from './cues.js';
import { runDetector } from './custom.js';
import { findCutTail } from './cut-tail.js';
import { findEmails } from './email.js';
import type { Finding } from './finding.js';
import { mayHold } from './gate.js';
import { findGluedCards } from './glued-card.js';
import { type Lexicon, lexiconOf } from './lexicon.js';
import { type NormalizedText, normalize } from './normalize.js';
import { readChains } from './number-chain.js';
import { findNumbers } from './numbers.js';
import { findAddresses } from './optional-address.js';
import { findBirthDates, findCodes, findNames } from './optional-cued.js';
import { findIbans, findIpAddresses } from './optional-numbers.js';
import type { MaskerSettings } from './options.js';
import { findSpokenEmails } from './spoken-email.js';
import { TokenList } from './tokens.js';
import type { MaskContext } from './types.js';
import { judges, windowsOf } from './windows.js';

/** Keys whose bearing on a search is remembered. */
const MAX_KEYS = 1_000;
/** Detectors whose values show in digits, number words or an at sign on either side of a seam. */
const SHOWS_AT_SEAM: ReadonlySet<string> = new Set(['email', 'phone', 'credit_card', 'ssn']);

/** What the key of a text says about what is to be found in it. */
interface KeyBearing {
  readonly cue: Cue | undefined;
  readonly mail: boolean;
  /** Keys with the same circumstances lead to the same findings. */
  readonly circumstances: string;
}

/** Runs all detectors of a masker over one text. */
export class Engine {
  readonly #settings: MaskerSettings;
  readonly #bearings = new Map<string, KeyBearing>();
  #loaded: Lexicon | undefined;

  constructor(settings: MaskerSettings) {
    this.#settings = settings;
  }

  /**
   * What is found in a text, in offsets of that text, in no order and maybe overlapping; `undefined` when a
   * custom detector failed and the whole text has to go.
   */
  find(text: string, context: MaskContext | undefined): Finding[] | undefined {
    const found: Finding[] = [];
    for (const detector of this.#settings.custom) {
      const ranges = runDetector(detector, text);
      if (ranges === undefined) return undefined;
      for (const { start, end } of ranges) {
        found.push({ type: detector.type, start, end, value: text.slice(start, end) });
      }
    }
    for (const window of windowsOf(text)) {
      const normalized = normalize(text.slice(window.start, window.end));
      // Only the last stretch ends where the text was cut.
      const here = window.end === text.length ? context : { ...context, cut: false };
      for (const finding of this.#builtIn(normalized.text, here)) {
        const placed = inGiven(finding, normalized, window.start);
        if (judges(window, placed.start, placed.end, text.length)) found.push(placed);
      }
    }
    return this.#settings.allow.length === 0
      ? found
      : found.filter((finding) => !this.#isAllowed(finding, text));
  }

  /** Everything in a context that changes what is found: equal for contexts under which a text reads the same. */
  circumstances(context: MaskContext | undefined): string {
    if (context === undefined) return '';
    const { key, cut, measurement, expecting } = context;
    const said = key === undefined ? '' : this.#bearing(key).circumstances;
    return `${said}${cut === true ? 'c' : ''}${measurement === true ? 'm' : ''}${expecting ?? ''}`;
  }

  /**
   * Whether a value may run on from one text into the next, by what stands at the seam: digits or number words on both
   * sides, or an at sign on one.
   */
  mayRunOn(before: string, after: string): boolean {
    const { custom, types } = this.#settings;
    if (custom.length > 0 || [...types].some((type) => !SHOWS_AT_SEAM.has(type))) return true;
    const left = new TokenList(normalize(before).text, this.#lexicon);
    const right = new TokenList(normalize(after).text, this.#lexicon);
    if (left.atSigns.length > 0 || right.atSigns.length > 0) return true;
    return left.numbers.length > 0 && right.numbers.length > 0;
  }

  get #lexicon(): Lexicon {
    this.#loaded ??= lexiconOf(this.#settings.locales);
    return this.#loaded;
  }

  #bearing(key: string): KeyBearing {
    const known = this.#bearings.get(key);
    if (known !== undefined) return known;
    // Keys of the vocabulary say what a text is, not which number it holds: `voice.tts.text` is no text message.
    const telling = !CONTENT_ATTRIBUTES.has(key);
    const cue = telling ? cueOfKey(key, this.#lexicon) : undefined;
    const mail = telling && isMailKey(key);
    const bearing = { cue, mail, circumstances: `${cue?.kind ?? ''}${mail ? '@' : ''}` };
    if (this.#bearings.size < MAX_KEYS) this.#bearings.set(key, bearing);
    return bearing;
  }

  #builtIn(text: string, context: MaskContext | undefined): Finding[] {
    const { types } = this.#settings;
    const bearing = context?.key === undefined ? undefined : this.#bearing(context.key);
    const cued = CUED.some((type) => types.has(type));
    const told = context?.expecting !== undefined || bearing?.cue !== undefined;
    const quiet = !cued && context?.cut !== true && !mayHold(text, this.#lexicon, told);
    const parts: Finding[][] = quiet ? [] : this.#closer(text, context, bearing);
    if (types.has('iban')) parts.push(findIbans(text));
    if (types.has('ip_address')) parts.push(findIpAddresses(text));
    return joined(parts);
  }

  /** What needs the tokens of the text. */
  #closer(text: string, context: MaskContext | undefined, bearing: KeyBearing | undefined): Finding[][] {
    const { types, plans } = this.#settings;
    const tokens = new TokenList(text, this.#lexicon);
    const emails = types.has('email') ? findEmails(text) : [];
    const parts: Finding[][] = [emails];
    if (types.has('email')) parts.push(findSpokenEmails({ text, tokens }, emails, bearing?.mail === true));
    if (types.has('credit_card') && tokens.mixed.length > 0) parts.push(findGluedCards(text, tokens));
    const chains = readChains(text, tokens);
    const search = {
      types,
      plans,
      keyCue: bearing?.cue,
      expecting: context?.expecting,
      measurement: context?.measurement === true,
    };
    parts.push(findNumbers(text, tokens, chains, search));
    const source = { text, tokens };
    if (types.has('postal_address')) parts.push(findAddresses(source, chains));
    if (types.has('date_of_birth')) parts.push(findBirthDates(source));
    if (types.has('one_time_code')) parts.push(findCodes(source, chains));
    if (types.has('person_name')) parts.push(findNames(source));
    if (context?.cut === true) parts.push(findCutTail(source, chains));
    return parts;
  }

  #isAllowed(finding: Finding, text: string): boolean {
    const raw = text.slice(finding.start, finding.end);
    return this.#settings.allow.some((item) => {
      if (item instanceof RegExp) {
        const match = item.exec(raw);
        return match !== null && match[0].length === raw.length;
      }
      if (item.toLowerCase() === raw.toLowerCase() || item.toLowerCase() === finding.value) return true;
      const digits = item.replace(/\D/g, '');
      return digits.length >= 7 && digits === finding.value && !/\p{L}/u.test(item);
    });
  }
}

const CUED = ['postal_address', 'date_of_birth', 'one_time_code', 'person_name'];
/** All lists in one; most are empty. */
function joined(parts: readonly Finding[][]): Finding[] {
  const filled = parts.filter((part) => part.length > 0);
  return filled.length < 2 ? (filled[0] ?? []) : filled.flat();
}

function isMailKey(key: string): boolean {
  return /e?mail/i.test(key);
}

/** A finding of the normalised text in offsets of the given one, of which the text started at `from`. */
function inGiven(finding: Finding, normalized: NormalizedText, from: number): Finding {
  const { starts } = normalized;
  if (starts === undefined) {
    return from === 0 ? finding : { ...finding, start: finding.start + from, end: finding.end + from };
  }
  const start = starts[finding.start] ?? 0;
  // Signs that are not seen, such as those that make a digit an emoji, go with what they follow.
  const end = starts[finding.end] ?? normalized.length;
  return { ...finding, start: start + from, end: end + from };
}
