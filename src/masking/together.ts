import { placeholder } from './placeholder.js';
import { Recent } from './recent.js';
import { isSteady, PerMasker } from './steady.js';
import type { Detection, MaskContext, Masker } from './types.js';

/** Between texts that are read as one. A line break links digits, but ends a sentence. */
const SEAM = '\n';
/** Characters on either side of a seam that are read together: more than the longest number or address takes. */
const REACH = 160;
/** Seams looked at in one row of texts; further ones are between texts of their own. */
const MAX_SEAMS = 2_000;
/** A row of so few characters is remembered as a whole. */
const MAX_SHORT_ROW = 1_024;

const shortRows = new PerMasker(() => new Recent<boolean>());

/**
 * Masks texts that stand in a row (array items, the words of a transcript, the partials of an utterance): each
 * by itself, then what lies around the seams between them, so that a value that is spread over several items is found.
 * Returns as many texts as were given.
 */
export function maskTogether(texts: readonly string[], masker: Masker, context?: MaskContext): string[] {
  const masked = texts.map((text) => masker.mask(text, context));
  if (masked.length < 2 || typeof masker.detect !== 'function') return masked;
  const joined = masked.join(SEAM);
  const found = acrossSeams(masked, joined, masker, context);
  return found.length === 0 ? masked : cut(masked, joined, found);
}

/** Whether a value is spread over several of these texts, each of which is masked by itself. */
export function runOn(masked: readonly string[], masker: Masker, context?: MaskContext): boolean {
  if (masked.length < 2 || typeof masker.detect !== 'function') return false;
  const joined = masked.join(SEAM);
  const look = (): boolean => acrossSeams(masked, joined, masker, context).length > 0;
  // Roles and types: one look-up for the whole row, where it can be cut into its texts in one way only.
  const short = joined.length <= MAX_SHORT_ROW && !masked.some((text) => text.includes(SEAM));
  if (!short || !isSteady(masker)) return look();
  return shortRows.of(masker).get(joined, context?.key ?? '', look);
}

/** What is found across a seam, in offsets of the joined text, in order and without overlaps. */
function acrossSeams(
  texts: readonly string[],
  joined: string,
  masker: Masker,
  context: MaskContext | undefined,
): Detection[] {
  const found: Detection[] = [];
  let seam = -SEAM.length;
  let done = 0;
  for (const text of texts.slice(0, MAX_SEAMS + 1)) {
    seam += SEAM.length + text.length;
    if (seam >= joined.length) break;
    const before = joined.slice(Math.max(0, seam - REACH), seam);
    const after = joined.slice(seam + SEAM.length, seam + SEAM.length + REACH);
    if (masker.mayRunOn?.(before, after) === false) continue;
    const from = wordStart(joined, Math.max(0, seam - REACH));
    const to = wordEnd(joined, Math.min(joined.length, seam + SEAM.length + REACH));
    for (const region of masker.detect(joined.slice(from, to), context)) {
      const start = Math.max(region.start + from, done);
      const end = region.end + from;
      if (region.start + from > seam || end <= seam + SEAM.length || start >= end) continue;
      found.push({ type: region.type, start, end });
      done = end;
    }
  }
  return found;
}

/** Windows begin and end between words, so that none is read in half; a word without end is cut. */
function wordStart(text: string, at: number): number {
  for (let i = at; i > 0 && i > at - REACH; i -= 1) if (/\s/.test(text[i - 1] ?? '')) return i;
  return at;
}

function wordEnd(text: string, at: number): number {
  for (let i = at; i < text.length && i < at + REACH; i += 1) if (/\s/.test(text[i] ?? '')) return i;
  return at;
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
