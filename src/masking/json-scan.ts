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

interface Frame {
  readonly array: boolean;
  readonly path: string;
  key: string;
  childPath: string;
}

/** Paths only group leaves; deeper nesting must not make them grow without bound. */
const MAX_PATH = 256;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Whether a text could be a JSON object or array, judged by its ends alone. */
export function looksLikeJson(text: string): boolean {
  let start = 0;
  while (isSpace(text.charCodeAt(start))) start += 1;
  const first = text.charAt(start);
  if (first !== '{' && first !== '[') return false;
  let end = text.length - 1;
  while (isSpace(text.charCodeAt(end))) end -= 1;
  return text.charAt(end) === (first === '{' ? '}' : ']');
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
    if (code === 0x22) return i + 1;
    if (code < 0x20) return -1;
    if (code === 0x5c) {
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
  const stack: Frame[] = [];
  const paths = new Paths();
  let frame: Frame | undefined;
  let at = 0;
  // What the grammar allows next; `end` closes a container that is still empty.
  let expect: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' = 'value';

  for (;;) {
    while (isSpace(text.charCodeAt(at))) at += 1;
    if (at >= text.length) return frame === undefined && expect === 'commaOrEnd' ? leaves : undefined;
    const char = text.charAt(at);

    if (char === '}' || char === ']') {
      const mayEnd =
        expect === 'commaOrEnd' || (char === '}' ? expect === 'keyOrEnd' : expect === 'valueOrEnd');
      if (frame === undefined || !mayEnd || frame.array !== (char === ']')) return undefined;
      stack.pop();
      frame = stack[stack.length - 1];
      expect = 'commaOrEnd';
      at += 1;
    } else if (expect === 'commaOrEnd') {
      if (frame === undefined || char !== ',') return undefined;
      expect = frame.array ? 'value' : 'key';
      at += 1;
    } else if (expect === 'colon') {
      if (char !== ':') return undefined;
      expect = 'value';
      at += 1;
    } else if (expect === 'key' || expect === 'keyOrEnd') {
      const end = char === '"' ? stringEnd(text, at) : -1;
      if (end < 0 || frame === undefined) return undefined;
      const value = decode(text, at, end);
      leaves.push({ start: at, end, kind: 'key', value, path: frame.path, key: '' });
      frame.key = value;
      frame.childPath = paths.child(frame.path, value);
      expect = 'colon';
      at = end;
    } else if (char === '{' || char === '[') {
      const array: boolean = char === '[';
      const path = frame?.childPath ?? '';
      frame = { array, path, key: frame?.key ?? '', childPath: array ? paths.child(path, '*') : path };
      stack.push(frame);
      expect = array ? 'valueOrEnd' : 'keyOrEnd';
      at += 1;
    } else {
      const kind =
        char === '"' ? 'string' : char === '-' || (char >= '0' && char <= '9') ? 'number' : undefined;
      const end =
        kind === 'string' ? stringEnd(text, at) : matchEnd(kind === 'number' ? NUMBER : LITERAL, text, at);
      if (end < 0) return undefined;
      if (kind !== undefined) {
        const value = kind === 'string' ? decode(text, at, end) : text.slice(at, end);
        leaves.push({ start: at, end, kind, value, path: frame?.childPath ?? '', key: frame?.key ?? '' });
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
