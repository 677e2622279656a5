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
  /** What takes its place. */
  masked: string | undefined;
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
/** What stands in a string as it is. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Whether a text could be a JSON object or array, judged by its ends alone. */
export function looksLikeJson(text: string): boolean {
  const first = text.charCodeAt(afterSpace(text, 0));
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return false;
  let end = text.length - 1;
  while (isSpace(text.charCodeAt(end))) end -= 1;
  return text.charCodeAt(end) === (first === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY);
}

/** The place of the first character from `at` on that is no space. */
export function afterSpace(text: string, at: number): number {
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

/** The first place from `start` on where a string ends, or something stands that is not what it says. */
export function plainEnd(text: string, start: number): number {
  return matchEnd(PLAIN, text, start);
}

/** The end of the string token that starts at `at`, or -1. */
function stringEnd(text: string, at: number): number {
  let i = at + 1;
  for (;;) {
    i = plainEnd(text, i);
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i + 1;
    if (code !== BACKSLASH) return -1;
    i = matchEnd(ESCAPE, text, i);
    if (i < 0) return -1;
  }
}

/** Paths that are remembered for the next text: most have the same few. */
const MAX_PATHS = 2_000;
const children = new Map<string, Map<string, string>>();
let paths = 0;

/** The path of a child; array positions are all alike. */
function childOf(parent: string, key: string): string {
  let siblings = children.get(parent);
  const known = siblings?.get(key);
  if (known !== undefined) return known;
  if (parent.length + key.length >= MAX_PATH) return parent;
  const path = `${parent}/${key}`;
  if (paths >= MAX_PATHS) {
    children.clear();
    paths = 0;
    siblings = undefined;
  }
  if (siblings === undefined) {
    siblings = new Map();
    children.set(parent, siblings);
  }
  // The key is a part of the text it was read from and would hold on to it; this one is a part of the path.
  siblings.set(path.slice(parent.length + 1), path);
  paths += 1;
  return path;
}

/**
 * Reads a JSON text in one pass and returns its leaves in source order, or `undefined` when the text is not
 * valid JSON (RFC 8259). Linear in the length of the text, without recursion.
 */
export function scanJson(text: string): JsonLeaf[] | undefined {
  const leaves: JsonLeaf[] = [];
  const end = scanValue(text, 0, '', leaves);
  return end < 0 || afterSpace(text, end) < text.length ? undefined : leaves;
}

/**
 * Reads the JSON value at `start` of a text and adds its leaves to `leaves`; returns where it ends, or -1.
 *
 * @param root - the path of the value
 */
export function scanValue(text: string, start: number, root: string, leaves: JsonLeaf[]): number {
  const stack: Frame[] = [];
  let frame: Frame | undefined;
  let at = start;
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
      leaves.push({ start: at, end, kind: 'key', value, path: frame.path, key: '', masked: undefined });
      frame.key = value;
      frame.childPath = childOf(frame.path, value);
      expect = 'colon';
      at = end;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      const array: boolean = code === OPEN_ARRAY;
      const path = frame?.childPath ?? root;
      frame = { array, path, key: frame?.key ?? '', childPath: array ? childOf(path, '*') : path };
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
        const path = frame?.childPath ?? root;
        leaves.push({ start: at, end, kind, value, path, key: frame?.key ?? '', masked: undefined });
      }
      expect = 'commaOrEnd';
      at = end;
    }
  }
}

function decode(text: string, start: number, end: number): string {
  const body = text.slice(start + 1, end - 1);
  return body.includes('\\') ? String(JSON.parse(text.slice(start, end))) : body;
}
