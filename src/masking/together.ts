import { placeholder } from './placeholder.js';
import type { MaskContext, Masker } from './types.js';

/** Between texts that are read as one. A line break links digits, but ends a sentence. */
const SEAM = '\n';
/** Texts above this total are masked one by one only. */
const MAX_TOGETHER = 262_144;

/**
 * Masks texts that stand in a row (array items, the words of a transcript, the partials of an utterance): each
 * by itself, then once more as one text, so that a value that is spread over several items is found. Returns as
 * many texts as were given.
 */
export function maskTogether(texts: readonly string[], masker: Masker, context?: MaskContext): string[] {
  const masked = texts.map((text) => masker.mask(text, context));
  const total = masked.reduce((sum, text) => sum + text.length + SEAM.length, 0);
  if (masked.length < 2 || total > MAX_TOGETHER || typeof masker.detect !== 'function') return masked;

  const joined = masked.join(SEAM);
  const found = masker.detect(joined, context);
  if (found.length === 0) return masked;
  let next = 0;
  let from = 0;
  return masked.map((text) => {
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
