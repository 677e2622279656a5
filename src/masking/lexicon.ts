import { de } from './locales/de.js';
import { en } from './locales/en.js';
import { ES } from './locales/es.js';
import { FR } from './locales/fr.js';
import { HI } from './locales/hi.js';
import type { CueName, LocaleTable } from './locales/table.js';
import { MAIL_PROVIDERS } from './mail-providers.js';
import { WordFilter } from './word-filter.js';
import { LINK, STARTER, WordTable } from './word-table.js';

/** Languages that come with the package. */
export const LOCALE_NAMES = ['en', 'es', 'de', 'fr', 'hi'] as const;
export type LocaleName = (typeof LOCALE_NAMES)[number];

/** What a word says in a number. */
export type NumberRole =
  | 'unit'
  | 'pair'
  | 'tens'
  | 'hundred'
  | 'thousand'
  | 'repeat'
  | 'plural'
  | 'soundalike';

/** Everything the scanners know about a word, over all languages in use. */
export interface WordEntry {
  role?: NumberRole;
  /** The digits of a `unit`, `pair`, `tens`, `plural` or `soundalike`. */
  digits?: string;
  /** The most digits that the word can stand for in a number, for the words that can start one. */
  digitCount?: number;
  /** The most digits that the word can add within a number, for the words that start none. */
  heardCount?: number;
  /** Names a telephone, a payment card or a social security number. */
  telling?: boolean;
  /** "number", which may be a telephone's. */
  numbering?: boolean;
  /** How often the next digit counts, for a `repeat`. */
  times?: number;
  /** Counts only directly beside another number. */
  ambiguous?: boolean;
  /** May stand between tens and a unit. */
  tensJoin?: boolean;
  /** Makes eighty of a four said directly before. */
  score?: boolean;
  filler?: boolean;
  correction?: boolean;
  plus?: boolean;
  extension?: boolean;
  /** What the word is in a spoken e-mail address. */
  sign?: 'at' | 'dot' | 'joiner';
  /** The letter of a spelling alphabet. */
  letter?: string;
  stop?: boolean;
  /** A mail provider, or the end of its name as recognisers split it ("g mail"). */
  provider?: boolean;
  cues?: ReadonlySet<CueName>;
}

/** Words by their lower-case form, in Unicode NFC. */
export class Lexicon {
  readonly #words = new Map<string, WordEntry>();
  /** Longer words are not looked up. */
  readonly maxLength: number;
  /** The words of ASCII that can be parts of a number or start an address, for a first look at a text. */
  readonly table: WordTable<WordEntry> = new WordTable();
  /** Words that can start a number or an address, or that name a number. */
  readonly #starters = new WordFilter();

  constructor(tables: readonly LocaleTable[]) {
    for (const table of tables) this.#add(table);
    for (const [letter, names] of Object.entries(SPELLING)) {
      for (const name of names.split(' ')) this.#entry(name).letter ??= letter;
    }
    // "full stop" joins host names too.
    for (const name of [...MAIL_PROVIDERS, 'mail', 'stop']) this.#entry(name).provider = true;
    this.maxLength = Math.max(0, ...[...this.#words.keys()].map((word) => word.length));
    for (const [word, entry] of this.#words) {
      const numeric = entry.role !== undefined && entry.role !== 'soundalike';
      const address = entry.sign === 'at' || entry.sign === 'dot' || entry.provider === true;
      if (numeric)
        entry.digitCount = entry.role === 'unit' ? 1 : entry.role === 'pair' || entry.role === 'tens' ? 2 : 4;
      if (entry.role === 'soundalike') entry.heardCount = 1;
      // "four times five"
      if (word === 'times') entry.heardCount = 2;
      if (
        entry.cues?.has('phone') === true ||
        entry.cues?.has('credit_card') === true ||
        entry.cues?.has('ssn') === true
      ) {
        entry.telling = true;
      }
      if (entry.cues?.has('number') === true && entry.correction !== true) entry.numbering = true;
      if (numeric || address || entry.telling === true || entry.numbering === true) {
        this.#starters.add(word);
        this.table.add(word, STARTER, entry);
      }
      if (isLink(entry) || entry.score === true) this.table.add(word, LINK, entry);
    }
  }

  /** Whether the word from `start` to `end` may start a number or an address, or name a number. */
  mayStart(text: string, start: number, end: number): boolean {
    return this.#starters.mayHave(text, start, end);
  }

  get(word: string): WordEntry | undefined {
    return this.#words.get(word);
  }

  #entry(word: string): WordEntry {
    const key = word.toLowerCase().normalize('NFC');
    let entry = this.#words.get(key);
    if (entry === undefined) {
      entry = {};
      this.#words.set(key, entry);
    }
    return entry;
  }

  #number(word: string, role: NumberRole, digits?: string): void {
    const entry = this.#entry(word);
    if (entry.role !== undefined) return;
    entry.role = role;
    if (digits !== undefined) entry.digits = digits;
  }

  #add(table: LocaleTable): void {
    const numbers: [NumberRole, Readonly<Record<string, string>> | undefined][] = [
      ['unit', table.units],
      ['pair', table.pairs],
      ['tens', table.tens],
      ['plural', table.plurals],
      ['soundalike', table.soundalikes],
    ];
    const ambiguous = new Set(table.ambiguous);
    for (const [role, words] of numbers) {
      for (const [word, digits] of Object.entries(words ?? {})) {
        const isNew = this.#entry(word).role === undefined;
        this.#number(word, role, digits);
        if (isNew && ambiguous.has(word)) this.#entry(word).ambiguous = true;
      }
    }
    for (const word of table.hundreds ?? []) {
      this.#number(word, 'hundred');
      if (ambiguous.has(word)) this.#entry(word).ambiguous = true;
    }
    for (const word of table.thousands ?? []) this.#number(word, 'thousand');
    for (const [word, times] of Object.entries(table.repeats ?? {})) {
      this.#number(word, 'repeat');
      this.#entry(word).times ??= times;
    }
    for (const word of table.tensJoin ?? []) this.#entry(word).tensJoin = true;
    for (const word of table.scores ?? []) this.#entry(word).score = true;
    for (const word of table.fillers ?? []) this.#entry(word).filler = true;
    for (const word of table.corrections ?? []) this.#entry(word).correction = true;
    for (const word of table.plus ?? []) this.#entry(word).plus = true;
    for (const word of table.extension ?? []) this.#entry(word).extension = true;
    for (const word of table.at ?? []) this.#entry(word).sign ??= 'at';
    for (const word of table.dot ?? []) this.#entry(word).sign ??= 'dot';
    for (const word of [...(table.underscore ?? []), ...(table.dash ?? [])])
      this.#entry(word).sign ??= 'joiner';
    for (const word of table.stops ?? []) this.#entry(word).stop = true;
    for (const [cue, words] of Object.entries(table.cues ?? {})) {
      for (const word of words) {
        const entry = this.#entry(word);
        entry.cues = new Set([...(entry.cues ?? []), cue as CueName]);
      }
    }
  }
}

/** Whether a word can stand between the parts of a number, or in place of a digit. */
export function isLink(entry: WordEntry): boolean {
  const said =
    entry.filler === true || entry.correction === true || entry.plus === true || entry.extension === true;
  return said || entry.role === 'soundalike' || entry.ambiguous === true || entry.tensJoin === true;
}

/** The NATO alphabet with its common spellings. */
const SPELLING: Readonly<Record<string, string>> = {
  a: 'alpha alfa',
  b: 'bravo',
  c: 'charlie',
  d: 'delta',
  e: 'echo',
  f: 'foxtrot',
  g: 'golf',
  h: 'hotel',
  i: 'india',
  j: 'juliet juliett',
  k: 'kilo',
  l: 'lima',
  m: 'mike',
  n: 'november',
  o: 'oscar',
  p: 'papa',
  q: 'quebec',
  r: 'romeo',
  s: 'sierra',
  t: 'tango',
  u: 'uniform',
  v: 'victor',
  w: 'whiskey whisky',
  x: 'xray x-ray',
  y: 'yankee',
  z: 'zulu',
};

const shared = new Map<string, Lexicon>();

function builtIn(name: LocaleName): LocaleTable {
  switch (name) {
    case 'en':
      return en();
    case 'es':
      return ES;
    case 'de':
      return de();
    case 'fr':
      return FR;
    case 'hi':
      return HI;
  }
}

/** The lexicon of some languages, given by name or as tables of one's own; made once for each set of names. */
export function lexiconOf(locales: readonly (LocaleName | LocaleTable)[]): Lexicon {
  const own = locales.some((locale) => typeof locale !== 'string');
  const key = locales.map((locale) => (typeof locale === 'string' ? locale : locale.name)).join(' ');
  const known = own ? undefined : shared.get(key);
  if (known !== undefined) return known;
  const lexicon = new Lexicon(
    locales.map((locale) => (typeof locale === 'string' ? builtIn(locale) : locale)),
  );
  if (!own) shared.set(key, lexicon);
  return lexicon;
}
