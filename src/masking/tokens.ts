import type { Lexicon, WordEntry } from './lexicon.js';
import { pattern } from './pattern.js';
import { findPlaceholders } from './placeholder.js';
import { hashWith, STARTER } from './word-table.js';

/** What a token is made of. */
export type TokenKind = 'word' | 'digits' | 'mixed' | 'symbol' | 'barrier';

/** A piece of a normalised text; spaces lie between tokens. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** For words that the lexicon knows. */
  readonly entry: WordEntry | undefined;
}

const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const SYMBOL = 4;

/** Classes of the first 128 characters. The underscore counts as a letter: it glues ids together. */
const ASCII_CLASS = new Uint8Array(128).map((_, code) => {
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f) return LETTER;
  return code <= 0x20 ? SPACE : SYMBOL;
});

/** From here on letters do not glue to digits: scripts that write without spaces, or with other digits. */
const GLUE_END = 0x0250;

const WORD_CHAR = pattern('[\\p{L}\\p{M}]', 'u');
const classes = new Map<number, number>();
const MAX_CLASSES = 8_192;

function classOf(code: number): number {
  if (code < 128) return ASCII_CLASS[code] ?? SYMBOL;
  const known = classes.get(code);
  if (known !== undefined) return known;
  const kind = WORD_CHAR().test(String.fromCharCode(code)) ? LETTER : SYMBOL;
  if (classes.size < MAX_CLASSES) classes.set(code, kind);
  return kind;
}

const KINDS: readonly TokenKind[] = ['word', 'digits', 'mixed', 'symbol', 'barrier'];
const WORD = 0;
const DIGITS = 1;
const MIXED = 2;
const SIGN = 3;
const BARRIER = 4;
/** A token is kept as two numbers: its start times this, plus its kind; and its end. */
const PACK = 8;

/** Shorter pieces of letters and digits hold no payment card. */
const MIN_CARD_CHUNK = 14;

/**
 * The tokens of a normalised text. Most text holds nothing to find, so tokens are kept packed and only made into
 * objects, with their lexicon entry, where a detector looks: near the candidates.
 */
export class TokenList {
  /** Tokens that can start a number: digits and number words. */
  readonly numbers: number[] = [];
  /** Tokens that can be the sign of an e-mail address. */
  readonly atSigns: number[] = [];
  /** Pieces of letters and digits that are long enough to hold a payment card. */
  readonly mixed: number[] = [];
  /** Something that can join or end a host name is there: a dot, written or said, or a mail provider. */
  hasHost = false;
  readonly lexicon: Lexicon;
  readonly #text: string;
  readonly #packed: number[] = [];
  #made: (Token | undefined)[] | undefined;

  constructor(text: string, lexicon: Lexicon) {
    this.#text = text;
    this.lexicon = lexicon;
    this.#read();
  }

  get length(): number {
    return this.#packed.length / 2;
  }

  /** The token at position `i`, or `undefined` beyond the ends. */
  at(i: number): Token | undefined {
    const packed = this.#packed;
    this.#made ??= new Array<Token | undefined>(this.length);
    const known = this.#made[i];
    if (known !== undefined) return known;
    const first = packed[i * 2];
    const end = packed[i * 2 + 1];
    if (first === undefined || end === undefined) return undefined;
    const kind = first % PACK;
    const start = (first - kind) / PACK;
    const entry = kind === WORD ? this.#lookUp(start, end) : undefined;
    const token: Token = { kind: KINDS[kind] ?? 'symbol', start, end, entry };
    this.#made[i] = token;
    return token;
  }

  #push(kind: number, start: number, end: number): void {
    this.#packed.push(start * PACK + kind, end);
  }

  #read(): void {
    const text = this.#text;
    const barriers = findPlaceholders(text);
    let nextBarrier = 0;
    let barrierStart = barriers[0]?.[0] ?? text.length;
    let at = 0;
    while (at < text.length) {
      if (at === barrierStart) {
        const end = barriers[nextBarrier]?.[1] ?? text.length;
        this.#push(BARRIER, at, end);
        at = end;
        nextBarrier += 1;
        barrierStart = barriers[nextBarrier]?.[0] ?? text.length;
        continue;
      }
      const code = text.charCodeAt(at);
      const kind = classOf(code);
      if (kind === SPACE) at += 1;
      else if (kind === SYMBOL) {
        if (code === AT_SIGN) this.atSigns.push(this.length);
        else if (code === DOT && classOf(text.charCodeAt(at + 1)) === LETTER) this.hasHost = true;
        this.#push(SIGN, at, at + 1);
        at += 1;
      } else at = this.#readChunk(at);
    }
  }

  /** Reads letters and digits that are glued together; apostrophes join letters ("o'clock", "email's"). */
  #readChunk(start: number): number {
    const text = this.#text;
    let at = start;
    let letters = false;
    let digits = false;
    let hash = 0;
    let ascii = true;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const kind = classOf(code);
      if (kind === LETTER) {
        if (digits && !letters && code >= GLUE_END) break;
        letters = true;
      } else if (kind === DIGIT) {
        if (letters && text.charCodeAt(at - 1) >= GLUE_END) break;
        digits = true;
      } else if (code !== APOSTROPHE || !letters || digits || classOf(text.charCodeAt(at + 1)) !== LETTER)
        break;
      hash = hashWith(hash, code);
      if (code >= 128) ascii = false;
    }
    if (!digits) this.#pushWord(start, at, ascii ? hash : undefined);
    else if (!letters) this.#pushDigits(start, at);
    else this.#pushMixed(start, at);
    return at;
  }

  #pushDigits(start: number, end: number): void {
    this.numbers.push(this.length);
    this.#push(DIGITS, start, end);
  }

  /** @param hash - of a word of ASCII */
  #pushWord(start: number, end: number, hash: number | undefined): void {
    if (hash !== undefined) {
      const entry = this.lexicon.table.find(this.#text, start, end, hash, STARTER);
      if (entry !== undefined) this.#note(entry);
    } else if (this.lexicon.mayStart(this.#text, start, end)) {
      const entry = this.#lookUp(start, end);
      if (entry !== undefined) this.#note(entry);
    }
    this.#push(WORD, start, end);
  }

  #note(entry: WordEntry): void {
    if (entry.sign === 'at') this.atSigns.push(this.length);
    if (entry.sign === 'dot' || entry.provider === true) this.hasHost = true;
    if (entry.digitCount !== undefined) this.numbers.push(this.length);
  }

  #pushMixed(start: number, end: number): void {
    const named = end - start > MAX_NAMED_CHUNK ? null : NAMED.exec(this.#text.slice(start, end));
    if (named !== null) {
      // "phone4155550123"
      const digits = end - (named[2]?.length ?? 0);
      this.#pushWord(start, digits, undefined);
      this.#pushDigits(digits, end);
      return;
    }
    const split = EXTENSION.exec(this.#text.slice(start, Math.min(end, start + MAX_EXTENSION_CHUNK)));
    if (split === null || start + split[0].length !== end || end - start < MIN_EXTENSION_CHUNK) {
      if (end - start >= MIN_CARD_CHUNK) this.mixed.push(this.length);
      this.#push(MIXED, start, end);
      return;
    }
    // "0123x45": the digits, "ext", and the extension.
    const wordStart = start + (split[1]?.length ?? 0);
    const wordEnd = wordStart + (split[2]?.length ?? 0);
    if (wordStart > start) this.#pushDigits(start, wordStart);
    this.#push(WORD, wordStart, wordEnd);
    this.#pushDigits(wordEnd, end);
  }

  #lookUp(start: number, end: number): WordEntry | undefined {
    if (end - start > this.lexicon.maxLength) return undefined;
    const word = this.#text.slice(start, end).toLowerCase();
    const entry = this.lexicon.get(word);
    if (entry !== undefined || !NON_ASCII.test(word)) return entry;
    return this.lexicon.get(word.normalize('NFC'));
  }
}

const AT_SIGN = 0x40;
const DOT = 0x2e;
const APOSTROPHE = 0x27;
const NON_ASCII = /[\u0080-\uffff]/;
/** "0123x45", "5550123ext9", "x45": an extension glued to a telephone number. */
const EXTENSION = /^(\d{3,15}|)(x|ext)(\d{1,6})$/i;
/** A number glued to what it is. */
export const NAMED: RegExp = /^(tel|telephone|ph|phone|cell|mobile|mob|fax|whatsapp)(\d{3,15})$/i;
const MAX_NAMED_CHUNK = 24;
const MIN_EXTENSION_CHUNK = 3;
const MAX_EXTENSION_CHUNK = 25;
