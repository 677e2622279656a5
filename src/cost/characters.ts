import type { CharacterCounting } from './rows.js';

const MARKUP = /<[^<>]*>/g;
const MARK_TAG = /<\/?mark\b[^<>]*>/gi;
/** A string, as V8 reads the classes of a literal at import, which takes a millisecond. */
const DOUBLE = '[\\p{Script=Han}\\p{Script=Hangul}\\p{Script=Hiragana}\\p{Script=Katakana}]';
let double: RegExp | undefined;

function isDouble(character: string): boolean {
  double ??= new RegExp(DOUBLE, 'u');
  return double.test(character);
}

/** Counts the characters of a text or SSML document as a provider bills them. A character is a code point. */
export function countCharacters(text: string, counting: CharacterCounting): number {
  switch (counting) {
    case 'all':
      return codePoints(text);
    case 'no_markup':
      return codePoints(text.replace(MARKUP, ''));
    case 'no_mark_tag':
      return codePoints(text.replace(MARK_TAG, ''));
    case 'cjk_double': {
      let count = 0;
      for (const character of text) count += character > '\u10ff' && isDouble(character) ? 2 : 1;
      return count;
    }
  }
}

function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index += 1) {
    // A high surrogate with its low half is one character.
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      count -= 1;
      index += 1;
    }
  }
  return count;
}

/** Length in UTF-8; a lone surrogate counts as the three bytes of its replacement character. */
export function countUtf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
