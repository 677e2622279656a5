import { warn } from '../otel/diagnostics.js';
import { errorName } from './error-name.js';
import { isPlaceholderType } from './placeholder.js';

/** A place that a custom detector found, in UTF-16 code units of the text it was given. */
export interface CustomRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A detector of one's own: gets a text and returns the places to mask, or the text with its own masking done.
 * It runs beside live calls: it must be quick and must return.
 */
export type CustomFunction = (text: string) => Iterable<CustomRange> | string | null | undefined;

/** A detector of one's own with the type that its placeholder shows. */
export interface CustomDetector {
  readonly type: string;
  readonly pattern: RegExp | CustomFunction;
}

/** What `add` takes: detectors, or bare patterns and functions, whose type is `custom`. */
export type CustomInput = CustomDetector | RegExp | CustomFunction;

/** A detector ready to run. */
export interface PreparedDetector {
  readonly type: string;
  /** Throws when the detector fails or runs over its time. */
  find(text: string): CustomRange[];
  /** Over its time once: not asked again. */
  disabled: boolean;
}

/** Patterns see a text in stretches of this many UTF-16 code units, and the time is read between them. */
const WINDOW = 8_192;
/** Stretches overlap by this much: matches up to this length are seen whole, and longer ones where they reach an edge. */
const OVERLAP = 2_048;
const DEFAULT_TYPE = 'custom';

/** Thrown by a detector that took longer than it may. */
export class TimeBudgetError extends Error {
  override name = 'TimeBudgetError';
}

/** Checks custom detectors; throws a TypeError that says what is wrong. */
export function prepareDetectors(add: unknown, budgetMs: number): PreparedDetector[] {
  if (add === undefined) return [];
  const inputs: unknown[] = Array.isArray(add) ? add : entriesOf(add);
  return inputs.map((input, i) => prepare(input, `add[${i}]`, budgetMs));
}

function entriesOf(add: unknown): CustomDetector[] {
  if (add === null || typeof add !== 'object' || add instanceof RegExp) {
    throw new TypeError('createMasker: add must be an array of detectors, or an object of type: pattern');
  }
  return Object.entries(add).map(([type, pattern]) => ({ type, pattern }));
}

function prepare(input: unknown, where: string, budgetMs: number): PreparedDetector {
  const bare = input instanceof RegExp || typeof input === 'function';
  const { type, pattern } = bare
    ? { type: DEFAULT_TYPE, pattern: input }
    : ((input ?? {}) as { type?: unknown; pattern?: unknown });
  if (typeof type !== 'string' || !isPlaceholderType(type)) {
    throw new TypeError(
      `createMasker: ${where}.type must be a lower-case name such as 'order_number', got ${String(type)}`,
    );
  }
  if (pattern instanceof RegExp) {
    if (isUnbounded(pattern)) {
      warn(
        `masker:unbounded:${type}`,
        `the pattern of detector '${type}' has no upper bound (*, + or {n,}) and may be slow on hostile text; prefer {0,64}`,
      );
    }
    const find = patternFinder(pattern, budgetMs);
    return { type, find, disabled: false };
  }
  if (typeof pattern !== 'function') {
    throw new TypeError(
      `createMasker: ${where}.pattern must be a RegExp or a function, got ${typeof pattern}`,
    );
  }
  // What the function returns is checked below, whatever its type says.
  const call = pattern as (text: string) => unknown;
  return { type, find: (text) => runFunction(call, text, budgetMs), disabled: false };
}

/** Whether a pattern can repeat something without an upper bound; classes and escapes are skipped. */
export function isUnbounded(pattern: RegExp): boolean {
  const bare = pattern.source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '_');
  return /[*+]|\{\d+,\}/.test(bare);
}

function now(): number {
  return typeof performance === 'undefined' ? Date.now() : performance.now();
}

function patternFinder(pattern: RegExp, budgetMs: number): (text: string) => CustomRange[] {
  // A copy of its own: no `lastIndex` is shared with the caller, and every match is found.
  const flags = `${pattern.flags.replace(/[gy]/g, '')}g`;
  const copy = new RegExp(pattern.source, flags);
  return (text) => {
    const deadline = now() + budgetMs;
    const found: CustomRange[] = [];
    let done = 0;
    for (let from = 0; from < text.length || from === 0; from += WINDOW) {
      if (now() > deadline) throw new TimeBudgetError(`over ${budgetMs} ms`);
      const low = Math.max(0, from - OVERLAP);
      const high = Math.min(text.length, from + WINDOW + OVERLAP);
      const stretch = text.slice(low, high);
      copy.lastIndex = Math.max(from, done) - low;
      for (let match = copy.exec(stretch); match !== null; match = copy.exec(stretch)) {
        if (now() > deadline) throw new TimeBudgetError(`over ${budgetMs} ms`);
        if (match[0] === '') {
          copy.lastIndex += 1;
          continue;
        }
        const start = low + match.index;
        if (start >= from + WINDOW) break;
        const end = wholeEnd(copy, text, start, start + match[0].length, high);
        found.push({ start, end });
        done = end;
        if (end > high) break;
        copy.lastIndex = end - low;
      }
    }
    return found;
  };
}

/** A match that ends where the stretch ends may go on: it is tried again with more text. */
function wholeEnd(pattern: RegExp, text: string, start: number, end: number, high: number): number {
  let best = end;
  for (let size = WINDOW; best === high && high < text.length; size *= 2) {
    high = Math.min(text.length, start + 2 * size);
    pattern.lastIndex = 0;
    const match = pattern.exec(text.slice(start, high));
    if (match === null || match.index !== 0) break;
    best = start + match[0].length;
  }
  return best;
}

function runFunction(call: (text: string) => unknown, text: string, budgetMs: number): CustomRange[] {
  const started = now();
  const result = call(text);
  const ranges = typeof result === 'string' ? changedRange(text, result) : readRanges(result, text);
  if (now() - started > budgetMs) throw new TimeBudgetError(`over ${budgetMs} ms`);
  return ranges;
}

/** A function that rewrote the text: from the first to the last character it changed. */
function changedRange(text: string, masked: string): CustomRange[] {
  if (masked === text) return [];
  const shorter = Math.min(text.length, masked.length);
  let start = 0;
  while (start < shorter && text.charCodeAt(start) === masked.charCodeAt(start)) start += 1;
  let tail = 0;
  while (
    tail < shorter - start &&
    text.charCodeAt(text.length - 1 - tail) === masked.charCodeAt(masked.length - 1 - tail)
  ) {
    tail += 1;
  }
  const end = text.length - tail;
  return end > start ? [{ start, end }] : [{ start: 0, end: text.length }];
}

function readRanges(result: unknown, text: string): CustomRange[] {
  if (result === undefined || result === null) return [];
  const ranges: CustomRange[] = [];
  for (const item of result as Iterable<unknown>) {
    const { start, end } = item as { start?: unknown; end?: unknown };
    if (!Number.isInteger(start) || !Number.isInteger(end))
      throw new TypeError('a place needs start and end');
    const range = { start: Math.max(0, Number(start)), end: Math.min(text.length, Number(end)) };
    if (range.end > range.start) ranges.push(range);
  }
  return ranges;
}

/** Runs a detector; `undefined` when it failed, so that the caller blanks the value. Never throws. */
export function runDetector(detector: PreparedDetector, text: string): CustomRange[] | undefined {
  if (detector.disabled) return [];
  try {
    return detector.find(text);
  } catch (error) {
    if (error instanceof TimeBudgetError) {
      detector.disabled = true;
      warn(
        `masker:slow:${detector.type}`,
        `detector '${detector.type}' took ${error.message} and is switched off; the value is blanked`,
      );
    } else {
      warn(
        `masker:custom:${detector.type}`,
        `detector '${detector.type}' failed and the value is blanked: ${errorName(error)}`,
      );
    }
    return undefined;
  }
}
