import { warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import { errorName } from './error-name.js';
import { MASKING_FAILED } from './placeholder.js';
import { innerOf, markInner, markSteady, quickLookOf } from './steady.js';
import type { Detection, MaskContext, Masker } from './types.js';

const guardedMaskers = new WeakMap<Masker, Masker>();

/**
 * A masker that fails closed: where `mask` throws or returns no string, the value is blanked. `detect` of such
 * a masker is only used to look across neighbouring texts; where it fails, nothing is found.
 */
export function guardMasker(masker: Masker): Masker {
  const known = guardedMaskers.get(masker);
  if (known !== undefined) return known;
  const guarded: Masker = {
    maxLength: masker.maxLength,
    mask: (text, context) => maskOrBlank(masker, text, context),
    detect: (text, context) => detectOrNothing(masker, text, context),
    mayRunOn: (before, after) =>
      guard('looking at a seam', true, () => masker.mayRunOn?.(before, after) !== false),
  };
  const look = quickLookOf(masker);
  if (look !== undefined) markSteady(guarded, look);
  const within = innerOf(masker);
  if (within !== undefined) markInner(guarded, within);
  guardedMaskers.set(masker, guarded);
  guardedMaskers.set(guarded, guarded);
  return guarded;
}

function maskOrBlank(masker: Masker, text: string, context: MaskContext | undefined): string {
  try {
    const masked: unknown = masker.mask(text, context);
    if (typeof masked === 'string') return masked;
    warn('masker:result', `the masker returned ${typeof masked} instead of a string; the value is blanked`);
  } catch (error) {
    warn('masker:throw', `the masker failed and the value is blanked: ${errorName(error)}`);
  }
  return MASKING_FAILED;
}

function detectOrNothing(masker: Masker, text: string, context: MaskContext | undefined): Detection[] {
  if (typeof masker.detect !== 'function') return [];
  try {
    return masker
      .detect(text, context)
      .filter((found) => found.start >= 0 && found.end > found.start && found.end <= text.length)
      .sort((a, b) => a.start - b.start);
  } catch (error) {
    warn('masker:detect', `detect of the masker failed: ${errorName(error)}`);
    return [];
  }
}
