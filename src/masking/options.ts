import { type CustomInput, type PreparedDetector, prepareDetectors } from './custom.js';
import { LOCALE_NAMES, type LocaleName } from './lexicon.js';
import type { LocaleTable } from './locales/table.js';
import { isNanpRegion, knownRegions, regionPlan } from './regions.js';
import { DETECTOR_NAMES, type DetectorName } from './types.js';
import type { PhonePlans } from './written-phone.js';

/** What a placeholder shows beside its type. */
export interface PlaceholderOptions {
  /** The last four digits of telephone, card, social security and account numbers: `[REDACTED:phone:0123]`. */
  readonly lastFour?: boolean;
  /**
   * A keyed hash of the value, so that equal values can be joined: `[REDACTED:email:9f2c…]`. Give an HMAC with a
   * secret key, on Node for instance
   * `(value) => createHmac('sha256', key).update(value).digest('hex').slice(0, 32)`. A hash without a key can
   * be undone by trying all numbers. The result must be 16 to 128 characters of `A-Z a-z 0-9 _ -`. It gets the
   * value in one form whatever way it was written or said (digits alone; lower case) and goes before `lastFour`.
   */
  readonly hmac?: (value: string, type: string) => string;
}

export interface MaskerOptions {
  /**
   * The detectors to run, or switches over the default. Default: `email`, `phone`, `credit_card`, `ssn`. Also
   * available: `iban`, `ip_address`, `postal_address`, `date_of_birth`, `one_time_code`, `person_name`.
   */
  readonly detectors?: readonly DetectorName[] | Readonly<Partial<Record<DetectorName, boolean>>>;
  /** Whose national telephone forms are found, as ISO 3166-1 codes. Default `['US', 'CA']`. E.164 is always. */
  readonly regions?: readonly string[];
  /** Languages whose number words are understood, by name or as a table of one's own. Default: all that come along. */
  readonly locales?: readonly (LocaleName | LocaleTable)[];
  readonly placeholder?: PlaceholderOptions;
  /** Detectors of one's own, run beside the built-in ones. */
  readonly add?: readonly CustomInput[] | Readonly<Record<string, RegExp | ((text: string) => unknown)>>;
  /** Values never masked: texts (compared without case, numbers by their digits) or patterns of the whole value. */
  readonly allow?: readonly (string | RegExp)[];
  /** Texts above this many UTF-16 code units are masked in full. Default 1,048,576. */
  readonly maxLength?: number;
  /** Time for each custom detector and value, in milliseconds. Over it, the value is blanked and the detector switched off. Default 50. */
  readonly timeBudgetMs?: number;
}

/** Checked options. */
export interface MaskerSettings {
  readonly types: ReadonlySet<string>;
  readonly plans: PhonePlans;
  readonly locales: readonly (LocaleName | LocaleTable)[];
  readonly placeholder: PlaceholderOptions;
  readonly custom: readonly PreparedDetector[];
  readonly allow: readonly (string | RegExp)[];
  readonly maxLength: number;
}

const DEFAULT_DETECTORS: readonly DetectorName[] = ['email', 'phone', 'credit_card', 'ssn'];
const DEFAULT_REGIONS: readonly string[] = ['US', 'CA'];
const DEFAULT_MAX_LENGTH = 1_048_576;
const DEFAULT_BUDGET_MS = 50;

function wrong(message: string): TypeError {
  return new TypeError(`createMasker: ${message}`);
}

/** Checks the options of `createMasker`; throws a TypeError that says what is wrong and what is allowed. */
export function readOptions(options: MaskerOptions): MaskerSettings {
  if (options === null || typeof options !== 'object') throw wrong('options must be an object');
  return {
    types: readDetectors(options.detectors),
    plans: readRegions(options.regions ?? DEFAULT_REGIONS),
    locales: readLocales(options.locales ?? LOCALE_NAMES),
    placeholder: readPlaceholder(options.placeholder ?? {}),
    custom: prepareDetectors(
      options.add,
      positive('timeBudgetMs', options.timeBudgetMs ?? DEFAULT_BUDGET_MS),
    ),
    allow: readAllow(options.allow ?? []),
    maxLength: positive('maxLength', options.maxLength ?? DEFAULT_MAX_LENGTH),
  };
}

function positive(name: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0))
    throw wrong(`${name} must be a positive number, got ${String(value)}`);
  return value;
}

function checkDetector(name: unknown): asserts name is DetectorName {
  if (!DETECTOR_NAMES.some((known) => known === name)) {
    throw wrong(`unknown detector ${String(name)}; known are ${DETECTOR_NAMES.join(', ')}`);
  }
}

function readDetectors(detectors: unknown): ReadonlySet<string> {
  if (detectors === undefined) return new Set(DEFAULT_DETECTORS);
  if (Array.isArray(detectors)) {
    detectors.forEach(checkDetector);
    return new Set<string>(detectors);
  }
  if (detectors === null || typeof detectors !== 'object') {
    throw wrong('detectors must be an array of names or an object of name: boolean');
  }
  const types = new Set<string>(DEFAULT_DETECTORS);
  for (const [name, on] of Object.entries(detectors)) {
    checkDetector(name);
    if (typeof on !== 'boolean') throw wrong(`detectors.${name} must be true or false`);
    if (on) types.add(name);
    else types.delete(name);
  }
  return types;
}

function readRegions(regions: unknown): PhonePlans {
  if (!Array.isArray(regions)) throw wrong('regions must be an array of ISO 3166-1 codes');
  const names = regions.map((name) => (typeof name === 'string' ? name.toUpperCase() : String(name)));
  // The code in everyday use; ISO reserves it for the United Kingdom.
  const codes = names.map((name) => (name === 'UK' ? 'GB' : name));
  const plans = codes
    .filter((code) => !isNanpRegion(code))
    .map((code) => {
      const plan = regionPlan(code);
      if (plan === undefined) throw wrong(`unknown region ${code}; known are ${knownRegions().join(' ')}`);
      return plan;
    });
  return { nanp: codes.some(isNanpRegion), regions: plans };
}

function readLocales(locales: unknown): readonly (LocaleName | LocaleTable)[] {
  if (!Array.isArray(locales)) throw wrong('locales must be an array of names or tables');
  return locales.map((locale: unknown) => {
    if (typeof locale === 'string') {
      const known = LOCALE_NAMES.find((name) => name === locale);
      if (known === undefined) throw wrong(`unknown locale ${locale}; known are ${LOCALE_NAMES.join(', ')}`);
      return known;
    }
    const table = locale as Partial<LocaleTable> | null | undefined;
    if (typeof table?.name !== 'string' || table.units === null || typeof table.units !== 'object') {
      throw wrong('a locale table needs a name and units');
    }
    return { ...table, name: table.name, units: table.units };
  });
}

function readPlaceholder(options: unknown): PlaceholderOptions {
  if (options === null || typeof options !== 'object') throw wrong('placeholder must be an object');
  const { lastFour, hmac } = options as { lastFour?: unknown; hmac?: unknown };
  if (lastFour !== undefined && typeof lastFour !== 'boolean')
    throw wrong('placeholder.lastFour must be a boolean');
  if (hmac !== undefined && typeof hmac !== 'function') throw wrong('placeholder.hmac must be a function');
  return options;
}

function readAllow(allow: unknown): readonly (string | RegExp)[] {
  if (!Array.isArray(allow)) throw wrong('allow must be an array of texts and patterns');
  return allow.map((item: unknown) => {
    if (item instanceof RegExp) return new RegExp(item.source, item.flags.replace(/[gy]/g, ''));
    if (typeof item !== 'string' || item === '') throw wrong('allow takes texts and patterns');
    return item;
  });
}
