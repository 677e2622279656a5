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
import { pattern } from './pattern.js';
import { isClosed, isClosedBefore, mayChainOver } from './seam-closed.js';
import { BEFORE_SEAM, BEHIND_SEAM, HAS_AT, HAS_HOST, HAS_NUMBER, seamSigns, UNCLEAR } from './seam-signs.js';
import { findSpokenEmails } from './spoken-email.js';
import { TokenList } from './tokens.js';
import type { MaskContext } from './types.js';
import { isOneWindow, judges, windowsOf } from './windows.js';

const LETTER = pattern('\\p{L}', 'u');
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
  /** Some detector looks at more than {@link mayHold} tells. */
  readonly #cued: boolean;
  /** What {@link mayHold} tells is all there is. */
  readonly #gated: boolean;
  /** A value that runs on over a seam shows in numbers or at signs there. */
  readonly #showsAtSeams: boolean;
  #loaded: Lexicon | undefined;

  constructor(settings: MaskerSettings) {
    this.#settings = settings;
    const { custom, types } = settings;
    this.#cued = CUED.some((type) => types.has(type));
    this.#gated = custom.length === 0 && !this.#cued && !types.has('iban') && !types.has('ip_address');
    this.#showsAtSeams = custom.length === 0 && [...types].every((type) => SHOWS_AT_SEAM.has(type));
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
    return `${said}${cut === true ? '!' : ''}${measurement === true ? '#' : ''}${expecting === undefined ? '' : `?${expecting}`}`;
  }

  /** True when there is surely nothing in the stretch of a text; takes no memory. */
  isQuiet(text: string, from: number, to: number, told: boolean): boolean {
    return this.#gated && isOneWindow(to - from) && !mayHold(text, from, to, this.#lexicon, told, true);
  }

  /** Whether a number is named by the key of a text, or was asked for. */
  isTold(context: MaskContext | undefined): boolean {
    if (context?.expecting !== undefined) return true;
    return context?.key !== undefined && this.#bearing(context.key).cue !== undefined;
  }

  /**
   * Whether a value may run on over the seam, by the signs on its two sides; `undefined` where only
   * {@link mayRunOn} can tell.
   *
   * @param reach - how many characters on either side count
   */
  mayRunOnAt(text: string, seam: number, reach: number): boolean | undefined {
    if (!this.#showsAtSeams) return true;
    const left = seamSigns(text, Math.max(0, seam - reach), seam, this.#lexicon);
    if (left === UNCLEAR) return undefined;
    const right = seamSigns(text, seam + 1, Math.min(text.length, seam + 1 + reach), this.#lexicon);
    if (right === UNCLEAR) return undefined;
    return ((left | right) & HAS_AT) !== 0 || (left & right & HAS_NUMBER) !== 0;
  }

  /** Whether nothing found from `from` on can reach over the seam, by the words before it; see `isClosedBefore`. */
  isClosedBefore(text: string, seam: number, from: number): boolean {
    return this.#showsAtSeams && isClosedBefore(text, seam, from, this.#lexicon);
  }

  /** Whether nothing found between `from` and `to` can reach over the seam, by the words next to it; quick. */
  isClosedAt(text: string, seam: number, from: number, to: number): boolean {
    return this.#showsAtSeams && isClosed(text, seam, from, to, this.#lexicon);
  }

  /** Whether something found between `from` and `to` may reach over the seam; false is sure. */
  mayReachOver(text: string, seam: number, from: number, to: number): boolean {
    if (!this.#showsAtSeams || mayChainOver(text, seam, from, to, this.#lexicon)) return true;
    const signs = seamSigns(text, from, to, this.#lexicon);
    return signs === UNCLEAR || ((signs & HAS_AT) !== 0 && (signs & HAS_HOST) !== 0);
  }

  /** Whether a text shows anything of a number or an address, a single digit included. */
  mayHoldPart(text: string): boolean {
    return !this.#showsAtSeams || seamSigns(text, 0, text.length, this.#lexicon) !== 0;
  }

  /** The signs of a word, whole or cut, on either side of a seam. */
  cutSigns(word: string): number {
    if (!this.#showsAtSeams) return UNCLEAR;
    let before = 0;
    let behind = 0;
    for (let at = 0; at <= word.length; at += 1) {
      before |= seamSigns(word, at, word.length, this.#lexicon);
      behind |= seamSigns(word, 0, at, this.#lexicon);
    }
    if (((before | behind) & (HAS_AT | UNCLEAR)) !== 0) return UNCLEAR;
    return ((before & HAS_NUMBER) !== 0 ? BEFORE_SEAM : 0) | ((behind & HAS_NUMBER) !== 0 ? BEHIND_SEAM : 0);
  }

  /**
   * Whether a value may run on from one text into the next, by what stands at the seam: digits or number words on both
   * sides, or an at sign on one.
   */
  mayRunOn(before: string, after: string): boolean {
    if (!this.#showsAtSeams) return true;
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
    const mayBeQuiet = !this.#cued && context?.cut !== true;
    const quiet = mayBeQuiet && !mayHold(text, 0, text.length, this.#lexicon, this.isTold(context), false);
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
      return digits.length >= 7 && digits === finding.value && !LETTER().test(item);
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
