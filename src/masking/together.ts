import { placeholder } from './placeholder.js';
import { innerOf, type QuickLook, quickLookOf } from './steady.js';
import type { Detection, MaskContext, Masker } from './types.js';

/** Between texts that are read as one. A line break links digits, but ends a sentence. */
export const SEAM = '\n';
/** Characters on either side of a seam that are read together: more than the longest number or address takes. */
const REACH = 160;
/** How far from a seam, on either side, the texts matter to what is found over it: a window and the word it ends in. */
export const SEAM_VIEW: number = 2 * REACH + SEAM.length;
/** Seams looked at in one row of texts, and one more; further ones are between texts of their own. */
export const MAX_SEAMS = 2_000;
const NOTHING: Detection[] = [];
const OTHER_SPACE = /\s/;

/**
 * Masks texts that stand in a row (array items, the words of a transcript, the partials of an utterance): each
 * by itself, then what lies around the seams between them, so that a value that is spread over several items is found.
 * Returns as many texts as were given.
 */
export function maskTogether(texts: readonly string[], masker: Masker, context?: MaskContext): string[] {
  const masked = maskEach(texts, masker, context);
  if (masked.length < 2 || typeof masker.detect !== 'function') return masked;
  const joined = masked.join(SEAM);
  const found = acrossSeams(masked, joined, masker, context);
  return found.length === 0 ? masked : cut(masked, joined, found);
}

/** Each text by itself; where the inner masker finds a value over a seam, what is left of that text. */
function maskEach(texts: readonly string[], masker: Masker, context: MaskContext | undefined): string[] {
  const within = innerOf(masker);
  if (within === undefined || texts.length < 2) return texts.map((text) => masker.mask(text, context));
  const together = maskTogether(texts, within, context);
  return texts.map((text, i) => {
    const joint = together[i] ?? text;
    return masker.mask(joint === within.mask(text, context) ? text : joint, context);
  });
}

/** What is found across a seam, in offsets of the joined text, in order and without overlaps. */
function acrossSeams(
  texts: readonly string[],
  joined: string,
  masker: Masker,
  context: MaskContext | undefined,
): Detection[] {
  const found: Detection[] = [];
  const look = quickLookOf(masker);
  let seam = -SEAM.length;
  let done = 0;
  for (const text of texts.slice(0, MAX_SEAMS + 1)) {
    seam += SEAM.length + text.length;
    if (seam >= joined.length) break;
    for (const region of overSeam(joined, seam, masker, look, context)) {
      const start = Math.max(region.start, done);
      if (start >= region.end) continue;
      found.push({ type: region.type, start, end: region.end });
      done = region.end;
    }
  }
  return found;
}

/**
 * What lies on both sides of a seam of joined texts, in offsets of the joined text. What stands further away than
 * {@link SEAM_VIEW} does not count.
 */
export function overSeam(
  joined: string,
  seam: number,
  masker: Masker,
  look: QuickLook | undefined,
  context: MaskContext | undefined,
): Detection[] {
  const low = Math.max(0, seam - 2 * REACH);
  const high = Math.min(joined.length, seam + SEAM_VIEW);
  if (look?.isClosedAt(joined, seam, low, high) === true) return NOTHING;
  if (!mayRunOn(joined, seam, masker, look)) return NOTHING;
  const from = wordStart(joined, Math.max(0, seam - REACH));
  const to = wordEnd(joined, Math.min(joined.length, seam + SEAM.length + REACH));
  if (look?.mayReachOver(joined, seam, from, to) === false) return NOTHING;
  if (look !== undefined && isPlain(context) && look.isQuiet(joined, from, to, look.isTold(context?.key)))
    return NOTHING;
  return masker
    .detect(joined.slice(from, to), context)
    .filter(({ start, end }) => start + from <= seam && end + from > seam + SEAM.length)
    .map(({ type, start, end }) => ({ type, start: start + from, end: end + from }));
}

/** Whether a context tells no more than a key. */
function isPlain(context: MaskContext | undefined): boolean {
  return context?.cut !== true && context?.expecting === undefined;
}

function mayRunOn(joined: string, seam: number, masker: Masker, look: QuickLook | undefined): boolean {
  if (look !== undefined) return look.mayRunOn(joined, seam);
  const before = joined.slice(Math.max(0, seam - REACH), seam);
  const after = joined.slice(seam + SEAM.length, seam + SEAM.length + REACH);
  return masker.mayRunOn?.(before, after) !== false;
}

/** Windows begin and end between words, so that none is read in half; a word without end is cut. */
function wordStart(text: string, at: number): number {
  for (let i = at; i > 0 && i > at - REACH; i -= 1) if (isSpace(text.charCodeAt(i - 1))) return i;
  return at;
}

function wordEnd(text: string, at: number): number {
  for (let i = at; i < text.length && i < at + REACH; i += 1) if (isSpace(text.charCodeAt(i))) return i;
  return at;
}

function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return OTHER_SPACE.test(String.fromCharCode(code));
}

/** The texts with the regions of the joined text replaced in each of them. */
function cut(texts: readonly string[], joined: string, found: readonly Detection[]): string[] {
  let next = 0;
  let from = 0;
  return texts.map((text) => {
    const to = from + text.length;
    const parts: string[] = [];
    let copied = from;
    for (let i = next; i < found.length; i += 1) {
      const region = found[i];
      if (region === undefined || region.start >= to) break;
      if (region.end > to) next = i;
      else next = i + 1;
      const start = Math.max(region.start, from);
      const end = Math.min(region.end, to);
      if (start >= end) continue;
      parts.push(joined.slice(copied, start), placeholder(region.type));
      copied = end;
    }
    parts.push(joined.slice(copied, to));
    from = to + SEAM.length;
    return parts.join('');
  });
}
