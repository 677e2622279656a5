import { pattern } from './pattern.js';

/** A text in the form the detectors read, with the way back to the text that was given. */
export interface NormalizedText {
  readonly text: string;
  /** Offset in the given text of each code unit, or `undefined` when both texts are the same. */
  readonly starts: readonly number[] | undefined;
  /** Length of the given text. */
  readonly length: number;
}

/** What the loop below has to look at: anything outside ASCII, and the escapes of URLs, HTML and JSON. */
const NEEDS_WORK =
  /[\u0080-\uffff]|%[2-7][0-9a-f]|&#|&(?:amp|commat|period|nbsp|shy|lowbar|plus|hyphen|dash);|\\[nrtux"/\\]/i;

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['commat', '@'],
  ['period', '.'],
  ['nbsp', ' '],
  ['shy', ''],
  ['lowbar', '_'],
  ['plus', '+'],
  ['hyphen', '-'],
  ['dash', '-'],
]);

const PERCENT = /%(?:25)*([2-7][0-9a-f])/iy;
const PERCENT_BYTE = /%[89a-f][0-9a-f]/iy;
const ENTITY = /&(?:amp;)?(?:#x([0-9a-f]{1,6});?|#(\d{1,7});?|([a-z]{3,6});)/iy;
const ESCAPE = /\\{1,16}(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([nrt])|(["/]))/iy;

const IGNORABLE = pattern('\\p{Default_Ignorable_Code_Point}|\\u20e3', 'u');
const DECIMAL = pattern('\\p{Nd}', 'u');
const DASH = pattern('[\\p{Pd}\\u2212\\u2043\\u02d7\\u30fc]', 'u');
const SPACE = pattern('[\\p{Z}\\u0085]', 'u');
const DOT = /[\u00b7\u2022\u2027\u3002\u30fb\uff61]/u;
const QUOTE = /[\u2018\u2019\u02bc\uff07]/u;

/** Code points seen so far and what they read as; bounded, because texts are not ours to choose. */
const MAX_READINGS = 4_096;
const readings = new Map<number, string>();

/**
 * The text as the detectors read it: digits of all scripts, full-width and other compatibility forms, dashes and
 * spaces become their ASCII forms; characters that are not seen (zero-width, soft hyphen, variation selectors)
 * go; `%40`, `&#64;`, `\u0040` and the like become the character they stand for. Linear.
 */
export function normalize(text: string): NormalizedText {
  if (!NEEDS_WORK.test(text)) return { text, starts: undefined, length: text.length };
  const out: string[] = [];
  const starts: number[] = [];
  const emit = (reading: string, start: number): void => {
    for (const unit of reading.length === 1 ? reading : reading.split('')) {
      out.push(unit);
      starts.push(start);
    }
  };
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    let end = at + 1;
    let reading: string | undefined;
    if (code < 0x80) {
      if (code === 0x25 || code === 0x26 || code === 0x5c) {
        const escaped = readEscape(text, at, code);
        reading = escaped?.reading;
        end = escaped?.end ?? end;
      }
      reading ??= text.charAt(at);
    } else {
      const point = text.codePointAt(at) ?? code;
      if (point > 0xffff) end = at + 2;
      reading = readCodePoint(point);
    }
    emit(reading, at);
    at = end;
  }
  return { text: out.join(''), starts, length: text.length };
}

interface Escape {
  readonly reading: string;
  readonly end: number;
}

function readEscape(text: string, at: number, code: number): Escape | undefined {
  if (code === 0x25) {
    const match = matchAt(PERCENT, text, at);
    if (match !== null) return { reading: hexChar(match[1]), end: at + match[0].length };
    // A byte of a letter outside ASCII: any letter will do.
    return matchAt(PERCENT_BYTE, text, at) === null ? undefined : { reading: 'x', end: at + 3 };
  }
  if (code === 0x26) {
    const match = matchAt(ENTITY, text, at);
    if (match === null) return undefined;
    const end = at + match[0].length;
    if (match[3] !== undefined) {
      const reading = NAMED_ENTITIES.get(match[3].toLowerCase());
      return reading === undefined ? undefined : { reading, end };
    }
    const point = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
    return point > 0x10ffff ? undefined : { reading: readPoint(point), end };
  }
  const match = matchAt(ESCAPE, text, at);
  if (match === null) return undefined;
  const end = at + match[0].length;
  const hex = match[1] ?? match[2];
  if (hex !== undefined) return { reading: readPoint(Number.parseInt(hex, 16)), end };
  return { reading: match[4] ?? ' ', end };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function hexChar(hex: string | undefined): string {
  return String.fromCharCode(Number.parseInt(hex ?? '20', 16));
}

function readPoint(point: number): string {
  return point < 0x80 ? String.fromCharCode(point) : readCodePoint(point);
}

function readCodePoint(point: number): string {
  const known = readings.get(point);
  if (known !== undefined) return known;
  const reading = makeReading(String.fromCodePoint(point), point);
  if (readings.size < MAX_READINGS) readings.set(point, reading);
  return reading;
}

function makeReading(char: string, point: number): string {
  if (IGNORABLE().test(char)) return '';
  if (DASH().test(char)) return '-';
  if (SPACE().test(char)) return ' ';
  if (DOT.test(char)) return '.';
  if (QUOTE.test(char)) return "'";
  const compatible = char.normalize('NFKC');
  if (/^[\u0021-\u007e]{1,4}$/.test(compatible)) return compatible;
  return DECIMAL().test(char) ? decimalValue(point) : char;
}

/** Unicode encodes the digits of each script as ten neighbours in ascending order; blocks may touch. */
function decimalValue(point: number): string {
  let zero = point;
  while (DECIMAL().test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((point - zero) % 10);
}
