/** What a detector found, in offsets of the normalised text. */
export interface Finding {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** The value in one form whatever way it was written or said: digits alone, a lower-case address. */
  readonly value: string;
}
