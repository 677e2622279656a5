import { cueOfKey } from './cues.js';
import { runDetector } from './custom.js';
import { findCutTail } from './cut-tail.js';
import { findEmails } from './email.js';
import type { Finding } from './finding.js';
import { findGluedCards } from './glued-card.js';
import { type Lexicon, lexiconOf } from './lexicon.js';
import { normalize, type NormalizedText } from './normalize.js';
import { readChains } from './number-chain.js';
import { findNumbers } from './numbers.js';
import { findAddresses } from './optional-address.js';
import { findBirthDates, findCodes, findNames } from './optional-cued.js';
import { findIbans, findIpAddresses } from './optional-numbers.js';
import type { MaskerSettings } from './options.js';
import { findSpokenEmails } from './spoken-email.js';
import { TokenList } from './tokens.js';
import type { MaskContext } from './types.js';

/** Runs all detectors of a masker over one text. */
export class Engine {
  readonly #settings: MaskerSettings;
  #lexicon: Lexicon | undefined;

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
    const normalized = normalize(text);
    for (const finding of this.#builtIn(normalized.text, context)) found.push(inGiven(finding, normalized));
    return this.#settings.allow.length === 0 ? found : found.filter((finding) => !this.#isAllowed(finding, text));
  }

  #builtIn(text: string, context: MaskContext | undefined): Finding[] {
    const { types, plans } = this.#settings;
    this.#lexicon ??= lexiconOf(this.#settings.locales);
    const tokens = new TokenList(text, this.#lexicon);
    const found: Finding[] = types.has('email') ? findEmails(text) : [];
    const parts: Finding[][] = [found];
    if (types.has('email')) parts.push(findSpokenEmails({ text, tokens }, found, isMailKey(context?.key)));
    if (types.has('credit_card')) parts.push(findGluedCards(text, tokens));
    const chains = readChains(text, tokens);
    const keyCue = context?.key === undefined ? undefined : cueOfKey(context.key, this.#lexicon);
    const search = {
      types,
      plans,
      keyCue,
      expecting: context?.expecting,
      measurement: context?.measurement === true,
    };
    parts.push(findNumbers(text, tokens, chains, search));
    const source = { text, tokens };
    if (types.has('iban')) parts.push(findIbans(text));
    if (types.has('ip_address')) parts.push(findIpAddresses(text));
    if (types.has('postal_address')) parts.push(findAddresses(source, chains));
    if (types.has('date_of_birth')) parts.push(findBirthDates(source));
    if (types.has('one_time_code')) parts.push(findCodes(source, chains));
    if (types.has('person_name')) parts.push(findNames(source));
    if (context?.cut === true) parts.push(findCutTail(source, chains));
    return parts.flat();
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

function isMailKey(key: string | undefined): boolean {
  return key !== undefined && /e?mail/i.test(key);
}

/** A finding of the normalised text in offsets of the given one. */
function inGiven(finding: Finding, normalized: NormalizedText): Finding {
  const { starts, ends } = normalized;
  if (starts === undefined || ends === undefined) return finding;
  const start = starts[finding.start] ?? 0;
  const end = ends[finding.end - 1] ?? start;
  return { ...finding, start, end };
}
