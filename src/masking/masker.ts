import { warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import { Engine } from './engine.js';
import { errorName } from './error-name.js';
import type { Finding } from './finding.js';
import { type MaskerOptions, type MaskerSettings, readOptions } from './options.js';
import { findPlaceholders, MASKING_FAILED, placeholder, TOO_LONG } from './placeholder.js';
import { QuietTexts } from './quiet-texts.js';
import { Recent } from './recent.js';
import { UNCLEAR } from './seam-signs.js';
import { markSteady, type QuickLook } from './steady.js';
import type { Detection, MaskContext, Masker } from './types.js';

export type { MaskerOptions, PlaceholderOptions } from './options.js';
export type { Detection, DetectorName, MaskContext, Masker } from './types.js';

/**
 * Masking changes what stands around what is left, so a masked text is looked at again until nothing more is
 * found. Ordinary text settles in the second round; text that does not settle is masked in full.
 */
const MAX_ROUNDS = 8;
/** Characters before and after a seam in which a value that crosses it must show. */
const SEAM_REACH = 60;
/** The longest stretch of text that is looked at around a seam. */
const MIN_SEAM_LENGTH = 1_024;
const MAX_PLAIN_WORD = 16;
const PLAIN_WORD = /^[a-z_]+$/i;
/** Roles and types whose signs are remembered. */
const MAX_WORDS = 500;

/** A found region of the given text with the placeholder that replaces it. */
interface Region extends Detection {
  readonly mask: string;
}

/**
 * Makes a masker of e-mail addresses, telephone, payment card and social security numbers, written or spoken,
 * and of whatever else the options name.
 *
 * @throws TypeError when an option is wrong; afterwards the masker never throws
 */
export function createMasker(options: MaskerOptions = {}): Masker {
  const settings = readOptions(options);
  const masker = new BuiltInMasker(settings);
  if (settings.custom.length === 0) markSteady(masker, masker.look);
  return masker;
}

class BuiltInMasker implements Masker {
  readonly maxLength: number;
  readonly #settings: MaskerSettings;
  readonly #engine: Engine;
  /** Not of custom detectors, which may change their mind. */
  readonly #recent: Recent<readonly Region[]> | undefined;
  readonly #seams = new Recent<boolean>();
  readonly #quiet = new QuietTexts();
  readonly #words = new Map<string, number>();
  readonly look: QuickLook = {
    isTold: (key) => guard('looking at a key', true, () => this.#engine.isTold({ key })),
    isQuiet: (text, from, to, told) => this.#isQuietOrFails(text, from, to, told),
    mayRunOn: (text, seam) => guard('looking at a seam', true, () => this.#mayRunOnAt(text, seam)),
    isClosedBefore: (text, seam, from) =>
      guard('looking at a seam', false, () => this.#isClosedBefore(text, seam, from)),
    isClosedAt: (text, seam, from, to) =>
      guard('looking at a seam', false, () => this.#isClosedAt(text, seam, from, to)),
    mayReachOver: (text, seam, from, to) =>
      guard('looking at a seam', true, () => this.#mayReachOver(text, seam, from, to)),
    cutSigns: (text) => guard('looking at a word', UNCLEAR, () => this.#cutSigns(text)),
    mayHoldPart: (text) => guard('looking at a text', true, () => this.#engine.mayHoldPart(text)),
  };

  constructor(settings: MaskerSettings) {
    this.#settings = settings;
    this.#engine = new Engine(settings);
    this.#recent = settings.custom.length === 0 ? new Recent() : undefined;
    this.maxLength = settings.maxLength;
  }

  mask(text: string, context?: MaskContext): string {
    try {
      if (typeof text !== 'string') return MASKING_FAILED;
      if (text === '' || this.#isPlainWord(text, context)) return text;
      if (context?.cut !== true && this.#isQuiet(text, 0, text.length, this.#engine.isTold(context)))
        return text;
      const regions = this.#regions(text, context);
      return regions.length === 0 ? text : replace(text, regions).text;
    } catch (error) {
      warn('masker:built-in', `masking failed and the value is blanked: ${errorName(error)}`);
      return MASKING_FAILED;
    }
  }

  mayRunOn(before: string, after: string): boolean {
    const left = before.slice(-SEAM_REACH);
    const right = after.slice(0, SEAM_REACH);
    // Where the seam is counts: the same lines can be cut at several places.
    const place = String(left.length);
    return guard('looking at a seam', true, () =>
      this.#seams.get(`${left}\n${right}`, place, () => this.#engine.mayRunOn(left, right)),
    );
  }

  #isQuiet(text: string, from: number, to: number, told: boolean): boolean {
    if (to - from > this.maxLength) return false;
    if (told) return this.#engine.isQuiet(text, from, to, told);
    if (this.#quiet.has(text, from, to)) return true;
    const quiet = this.#engine.isQuiet(text, from, to, told);
    if (quiet) this.#quiet.add(text, from, to);
    return quiet;
  }

  /** Asked of every text: without a closure, which `guard` would need. What fails here is said by `mask`. */
  #isQuietOrFails(text: string, from: number, to: number, told: boolean): boolean {
    try {
      return this.#isQuiet(text, from, to, told);
    } catch {
      return false;
    }
  }

  #mayRunOnAt(text: string, seam: number): boolean {
    return (
      this.#engine.mayRunOnAt(text, seam, SEAM_REACH) ??
      this.mayRunOn(
        text.slice(Math.max(0, seam - SEAM_REACH), seam),
        text.slice(seam + 1, seam + 1 + SEAM_REACH),
      )
    );
  }

  #isClosedBefore(text: string, seam: number, from: number): boolean {
    return this.maxLength >= MIN_SEAM_LENGTH && this.#engine.isClosedBefore(text, seam, from);
  }

  #isClosedAt(text: string, seam: number, from: number, to: number): boolean {
    return to - from <= this.maxLength && this.#engine.isClosedAt(text, seam, from, to);
  }

  #mayReachOver(text: string, seam: number, from: number, to: number): boolean {
    // What is too long goes as a whole.
    return to - from > this.maxLength || this.#engine.mayReachOver(text, seam, from, to);
  }

  #cutSigns(text: string): number {
    if (text.length > MAX_PLAIN_WORD) return UNCLEAR;
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    const signs = PLAIN_WORD.test(text) ? this.#engine.cutSigns(text) : UNCLEAR;
    if (this.#words.size < MAX_WORDS) this.#words.set(text, signs);
    return signs;
  }

  /** Roles, types and keys, of which structured content is full: a short word holds nothing by itself. */
  #isPlainWord(text: string, context: MaskContext | undefined): boolean {
    return (
      text.length <= MAX_PLAIN_WORD &&
      context?.expecting === undefined &&
      this.#recent !== undefined &&
      PLAIN_WORD.test(text)
    );
  }

  detect(text: string, context?: MaskContext): Detection[] {
    if (typeof text !== 'string' || text === '') return [];
    try {
      if (context?.cut !== true && this.#isQuiet(text, 0, text.length, this.#engine.isTold(context)))
        return [];
      return this.#regions(text, context).map(({ type, start, end }) => ({ type, start, end }));
    } catch (error) {
      warn('masker:built-in', `detection failed: ${errorName(error)}`);
      return [{ type: 'masking_failed', start: 0, end: text.length }];
    }
  }

  #regions(text: string, context: MaskContext | undefined): readonly Region[] {
    if (this.#recent === undefined) return this.#find(text, context);
    return this.#recent.get(text, this.#engine.circumstances(context), (own) => this.#find(own, context));
  }

  #find(text: string, context: MaskContext | undefined): readonly Region[] {
    if (text.length > this.maxLength && isTooLong(text, this.maxLength)) {
      return [{ type: 'too_long', start: 0, end: text.length, mask: TOO_LONG }];
    }
    let regions: Region[] = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const current = replace(text, regions);
      const found = this.#engine.find(current.text, context);
      if (found === undefined) break;
      if (found.length === 0) return regions;
      const added = this.#place(found, current);
      if (added.length === 0) return regions;
      regions = [...regions, ...added].sort((a, b) => a.start - b.start);
    }
    return [{ type: 'masking_failed', start: 0, end: text.length, mask: MASKING_FAILED }];
  }

  /** Brings findings into order, without overlaps and clear of placeholders, in offsets of the given text. */
  #place(found: readonly Finding[], current: Replaced): Region[] {
    const taken = findPlaceholders(current.text);
    const merged = merge(found);
    const regions: Region[] = [];
    let next = 0;
    for (const finding of merged) {
      let start = finding.start;
      while (next < taken.length && (taken[next]?.[1] ?? 0) <= start) next += 1;
      for (let i = next; start < finding.end; i += 1) {
        const barrier = taken[i];
        const end = Math.min(finding.end, barrier?.[0] ?? finding.end);
        if (end > start) {
          const whole = start === finding.start && end === finding.end;
          const mask = whole ? this.#placeholder(finding) : placeholder(finding.type);
          const offset = current.offsetAt(start);
          regions.push({ type: finding.type, start: start + offset, end: end + offset, mask });
        }
        if (barrier === undefined) break;
        start = Math.max(start, barrier[1]);
      }
    }
    return regions;
  }

  #placeholder(finding: Finding): string {
    const { hmac, lastFour } = this.#settings.placeholder;
    if (hmac !== undefined) {
      try {
        const token: unknown = hmac(finding.value, finding.type);
        if (typeof token === 'string') return placeholder(finding.type, token);
      } catch (error) {
        warn('masker:hmac', `placeholder.hmac failed; the placeholder has no token: ${errorName(error)}`);
      }
      return placeholder(finding.type);
    }
    if (lastFour === true && /^\d{7,}$/.test(finding.value))
      return placeholder(finding.type, finding.value.slice(-4));
    return placeholder(finding.type);
  }
}

/** Placeholders of an earlier masking do not count: masking must not make a text too long. */
function isTooLong(text: string, maxLength: number): boolean {
  let length = text.length;
  for (const [start, end] of findPlaceholders(text)) length -= end - start;
  return length > maxLength;
}

interface Replaced {
  readonly text: string;
  /** What to add to an offset of the replaced text, outside placeholders, to get one of the given text. */
  offsetAt(at: number): number;
}

function replace(text: string, regions: readonly Region[]): Replaced {
  if (regions.length === 0) return { text, offsetAt: () => 0 };
  const parts: string[] = [];
  const starts: number[] = [];
  const offsets: number[] = [];
  let from = 0;
  let length = 0;
  for (const region of regions) {
    starts.push(length);
    offsets.push(from - length);
    parts.push(text.slice(from, region.start), region.mask);
    length += region.start - from + region.mask.length;
    from = region.end;
  }
  starts.push(length);
  offsets.push(from - length);
  parts.push(text.slice(from));
  return { text: parts.join(''), offsetAt: (at) => offsets[lastAtMost(starts, at)] ?? 0 };
}

/** The last position whose value is at most `limit`, by bisection. */
function lastAtMost(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Joins findings that overlap; the type is that of the longest. */
function merge(found: readonly Finding[]): Finding[] {
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Finding[] = [];
  for (const finding of sorted) {
    const last = merged[merged.length - 1];
    if (finding.end <= finding.start) continue;
    if (last === undefined || finding.start >= last.end) {
      merged.push(finding);
      continue;
    }
    const longer = finding.end - finding.start > last.end - last.start ? finding : last;
    merged[merged.length - 1] = { ...longer, start: last.start, end: Math.max(last.end, finding.end) };
  }
  return merged;
}
