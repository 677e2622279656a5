/** A string, a number or an object key of a JSON text. */
export interface JsonLeaf {
  /** Offsets of the token in the source, quotes included. */
  readonly start: number;
  readonly end: number;
  readonly kind: 'string' | 'number' | 'key';
  /** The decoded string, or the number as it stands in the source. */
  readonly value: string;
  /** Names the place with every array position as `*`: leaves of one place are read together. */
  readonly path: string;
  /** The nearest object key above the leaf; empty at the root. */
  readonly key: string;
}

/** A stretch of a JSON text. */
export interface JsonSlice {
  readonly start: number;
  readonly end: number;
}

interface Frame {
  readonly array: boolean;
  readonly path: string;
  key: string;
  childPath: string;
}

/** The path of every element of an array that is the whole text. */
export const ELEMENT_PATH = '/*';

/** Paths only group leaves; deeper nesting must not make them grow without bound. */
const MAX_PATH = 256;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Whether a text could be a JSON object or array, judged by its ends alone. */
export function looksLikeJson(text: string): boolean {
  const first = text.charCodeAt(afterSpace(text, 0));
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return false;
  let end = text.length - 1;
  while (isSpace(text.charCodeAt(end))) end -= 1;
  return text.charCodeAt(end) === (first === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY);
}

function afterSpace(text: string, at: number): number {
  let next = at;
  while (isSpace(text.charCodeAt(next))) next += 1;
  return next;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The end of the string token that starts at `at`, or -1. */
function stringEnd(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i + 1;
    if (code < 0x20) return -1;
    if (code === BACKSLASH) {
      i = matchEnd(ESCAPE, text, i);
      if (i < 0) return -1;
    } else i += 1;
  }
  return -1;
}

/** The paths of one text, each made once: the objects of an array have the same. */
class Paths {
  readonly #children = new Map<string, Map<string, string>>();

  /** The path of a child; array positions are all alike. */
  child(parent: string, key: string): string {
    let children = this.#children.get(parent);
    if (children === undefined) {
      children = new Map();
      this.#children.set(parent, children);
    }
    let path = children.get(key);
    if (path === undefined) {
      path = parent.length + key.length < MAX_PATH ? `${parent}/${key}` : parent;
      children.set(key, path);
    }
    return path;
  }
}

/**
 * Reads a JSON text in one pass and returns its leaves in source order, or `undefined` when the text is not
 * valid JSON (RFC 8259). Linear in the length of the text, without recursion.
 */
export function scanJson(text: string): JsonLeaf[] | undefined {
  const leaves: JsonLeaf[] = [];
  const end = scanValue(text, '', leaves);
  return end < 0 || afterSpace(text, end) < text.length ? undefined : leaves;
}

/**
 * Reads the JSON value that a text starts with and adds its leaves to `leaves`; returns where it ends, or -1.
 *
 * @param root - the path of the value
 */
export function scanValue(text: string, root: string, leaves: JsonLeaf[]): number {
  const stack: Frame[] = [];
  const paths = new Paths();
  let frame: Frame | undefined;
  let at = 0;
  // What the grammar allows next; `end` closes a container that is still empty.
  let expect: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' = 'value';

  for (;;) {
    if (expect === 'commaOrEnd' && frame === undefined) return at;
    at = afterSpace(text, at);
    if (at >= text.length) return -1;
    const code = text.charCodeAt(at);

    if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      const mayEnd =
        expect === 'commaOrEnd' || (code === CLOSE_OBJECT ? expect === 'keyOrEnd' : expect === 'valueOrEnd');
      if (frame === undefined || !mayEnd || frame.array !== (code === CLOSE_ARRAY)) return -1;
      stack.pop();
      frame = stack[stack.length - 1];
      expect = 'commaOrEnd';
      at += 1;
    } else if (expect === 'commaOrEnd') {
      if (frame === undefined || code !== COMMA) return -1;
      expect = frame.array ? 'value' : 'key';
      at += 1;
    } else if (expect === 'colon') {
      if (code !== COLON) return -1;
      expect = 'value';
      at += 1;
    } else if (expect === 'key' || expect === 'keyOrEnd') {
      const end = code === QUOTE ? stringEnd(text, at) : -1;
      if (end < 0 || frame === undefined) return -1;
      const value = decode(text, at, end);
      leaves.push({ start: at, end, kind: 'key', value, path: frame.path, key: '' });
      frame.key = value;
      frame.childPath = paths.child(frame.path, value);
      expect = 'colon';
      at = end;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      const array: boolean = code === OPEN_ARRAY;
      const path = frame?.childPath ?? root;
      frame = { array, path, key: frame?.key ?? '', childPath: array ? paths.child(path, '*') : path };
      stack.push(frame);
      expect = array ? 'valueOrEnd' : 'keyOrEnd';
      at += 1;
    } else {
      const kind =
        code === QUOTE ? 'string' : code === MINUS || (code >= ZERO && code <= NINE) ? 'number' : undefined;
      const end =
        kind === 'string' ? stringEnd(text, at) : matchEnd(kind === 'number' ? NUMBER : LITERAL, text, at);
      if (end < 0) return -1;
      if (kind !== undefined) {
        const value = kind === 'string' ? decode(text, at, end) : text.slice(at, end);
        leaves.push({ start: at, end, kind, value, path: frame?.childPath ?? root, key: frame?.key ?? '' });
      }
      expect = 'commaOrEnd';
      at = end;
    }
  }
}

/**
 * Cuts a JSON array into the source of its elements without reading them: each is valid JSON where the array is,
 * and the array is where each of them is. `undefined` when it is no array of objects.
 */
export function objectsOf(text: string): JsonSlice[] | undefined {
  const slices: JsonSlice[] = [];
  let at = afterSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_ARRAY) return undefined;
  do {
    const start = afterSpace(text, at + 1);
    const end = text.charCodeAt(start) === OPEN_OBJECT ? objectEnd(text, start) : -1;
    if (end < 0) return undefined;
    slices.push({ start, end });
    at = afterSpace(text, end);
  } while (text.charCodeAt(at) === COMMA);
  const closed = text.charCodeAt(at) === CLOSE_ARRAY && afterSpace(text, at + 1) === text.length;
  return closed ? slices : undefined;
}

/** Where the object that opens at `start` is closed, or -1; only strings and brackets are looked at. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = closingQuote(text, at);
      if (at < 0) return -1;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** The quote that closes the string which opens at `open`: the first one that is not escaped. */
function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - slashes - 1 > open && text.charCodeAt(at - slashes - 1) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

function decode(text: string, start: number, end: number): string {
  const body = text.slice(start + 1, end - 1);
  return body.includes('\\') ? String(JSON.parse(text.slice(start, end))) : body;
}
