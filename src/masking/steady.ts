import type { Masker } from './types.js';

/** Looks at stretches of a text where they stand, without copying them. What it says holds for the masker itself. */
export interface QuickLook {
  /** Whether a key tells that a number of a person's may stand under it. */
  isTold(key: string | undefined): boolean;
  /**
   * True when the masker surely finds nothing in this stretch; false says nothing.
   *
   * @param told - what {@link isTold} says of the key that holds the text
   */
  isQuiet(text: string, from: number, to: number, told: boolean): boolean;
  /** {@link Masker.mayRunOn} of what lies on either side of the character at `seam`, as far as it counts. */
  mayRunOn(text: string, seam: number): boolean;
  /**
   * True when nothing that is found from `from` on lies on both sides of the seam, whatever stands behind it, but for
   * `QUOTED_ACCOUNT`; false says nothing.
   */
  isClosedBefore(text: string, seam: number, from: number): boolean;
  /** True when nothing that is found between `from` and `to` lies on both sides of the seam; false says nothing. */
  isClosedAt(text: string, seam: number, from: number, to: number): boolean;
  /** Whether something that is found between `from` and `to` may lie on both sides of the seam; false is sure. */
  mayReachOver(text: string, seam: number, from: number, to: number): boolean;
  /**
   * What a short word shows at seams, whole or cut: `BEFORE_SEAM`, `BEHIND_SEAM`, `UNCLEAR`. No value runs on anywhere in
   * a row of such words that together show neither `UNCLEAR` nor both others.
   */
  cutSigns(text: string): number;
  /** Whether a text may hold a part of a value that runs on in another; false is sure. */
  mayHoldPart(text: string): boolean;
}

const steady = new WeakMap<Masker, QuickLook>();

/** Says of a masker that equal texts in equal contexts always come out the same, so that results may be remembered. */
export function markSteady(masker: Masker, look: QuickLook): void {
  steady.set(masker, look);
}

/** How to look quickly for a masker whose results may be remembered. Maskers of others may change their mind. */
export function quickLookOf(masker: Masker): QuickLook | undefined {
  return steady.get(masker);
}

const inner = new WeakMap<Masker, Masker>();

/** Says that a masker masks what another finds, and more beside it. */
export function markInner(masker: Masker, within: Masker): void {
  inner.set(masker, within);
}

/** The masker whose findings come first where texts are read together. */
export function innerOf(masker: Masker): Masker | undefined {
  return inner.get(masker);
}

/** Something that is kept for each masker as long as it lives. */
export class PerMasker<Kept> {
  readonly #kept = new WeakMap<Masker, Kept>();
  readonly #make: () => Kept;

  constructor(make: () => Kept) {
    this.#make = make;
  }

  of(masker: Masker): Kept {
    let kept = this.#kept.get(masker);
    if (kept === undefined) {
      kept = this.#make();
      this.#kept.set(masker, kept);
    }
    return kept;
  }
}
