import type { Masker } from './types.js';

const steady = new WeakSet<Masker>();

/** Says of a masker that equal texts in equal contexts always come out the same, so that results may be remembered. */
export function markSteady(masker: Masker): void {
  steady.add(masker);
}

/** Whether results of this masker may be remembered. Maskers of others may change their mind. */
export function isSteady(masker: Masker): boolean {
  return steady.has(masker);
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
