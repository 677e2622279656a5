import { QUOTED_ACCOUNT } from './seam-closed.js';
import { BEFORE_SEAM, BEHIND_SEAM, UNCLEAR } from './seam-signs.js';
import type { QuickLook } from './steady.js';
import { MAX_SEAMS, overSeam, SEAM, SEAM_VIEW } from './together.js';
import type { Masker } from './types.js';

/** The texts of one place in an array, masked, as far as they matter to texts that follow. */
export interface TextRow {
  /** The key that says what they are. */
  readonly key: string;
  /** The end of the texts, joined. */
  readonly tail: string;
  /** Seams so near the end of the tail that a text behind it may matter to them, as offsets in it. */
  readonly open: readonly number[];
  readonly seams: number;
  /** What the texts show at seams, all together; see `QuickLook.cutSigns`. */
  readonly signs: number;
}

/**
 * A row with texts added to its end; `undefined` when a value runs on from one text into the next. Seams that lie
 * further back have been looked at.
 */
export function extendRow(
  row: TextRow | undefined,
  key: string,
  texts: readonly string[],
  masker: Masker,
  look: QuickLook,
): TextRow | undefined {
  let signs = row?.signs ?? 0;
  for (const text of texts) signs |= (signs & UNCLEAR) === 0 ? look.cutSigns(text) : UNCLEAR;
  const pending = row === undefined ? [] : [...row.open];
  let seams = row?.seams ?? 0;
  let joined = row?.tail;
  let length = joined?.length ?? 0;
  for (const text of texts) {
    if (joined !== undefined) {
      if (seams <= MAX_SEAMS) pending.push(length);
      seams += 1;
      length += SEAM.length;
    }
    joined = joined === undefined ? text : `${joined}${SEAM}${text}`;
    length += text.length;
  }
  const whole = joined ?? '';
  // A seam that is closed by what stands before it is closed for good, but for quoted accounts.
  if (whole.includes(QUOTED_ACCOUNT)) return undefined;
  const last = whole.length - SEAM_VIEW;
  const cut = Math.max(0, last - SEAM_VIEW);
  const isLooked = mayBeCrossed(signs);
  const open: number[] = [];
  for (const seam of pending) {
    if (isLooked && look.isClosedBefore(whole, seam, Math.max(0, seam - SEAM_VIEW))) continue;
    if (isLooked && overSeam(whole, seam, masker, look, { key }).length > 0) return undefined;
    if (seam > last) open.push(seam - cut);
  }
  return { key, tail: whole.slice(cut), open, seams, signs };
}

function mayBeCrossed(signs: number): boolean {
  return (signs & UNCLEAR) !== 0 || (signs & (BEFORE_SEAM | BEHIND_SEAM)) === (BEFORE_SEAM | BEHIND_SEAM);
}
