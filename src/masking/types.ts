/** What the masker knows how to find. The first four are on by default. */
export const DETECTOR_NAMES = [
  'email',
  'phone',
  'credit_card',
  'ssn',
  'iban',
  'ip_address',
  'postal_address',
  'date_of_birth',
  'one_time_code',
  'person_name',
] as const;

/** The name of a built-in detector; it is also the type of what the detector finds. */
export type DetectorName = (typeof DETECTOR_NAMES)[number];

/** A place in a text, in UTF-16 code units of the text that was given. `end` is exclusive. */
export interface Detection {
  /** A {@link DetectorName}, the type of a custom detector, or `cut`, `too_long`, `masking_failed`. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** What is known about a text beside the text itself. All fields are optional. */
export interface MaskContext {
  /** The attribute or JSON key that holds the text: `phone` lowers the threshold, `order_id` raises it. */
  readonly key?: string | undefined;
  /** The text may have been cut at its end: an unfinished candidate at the tail is masked too. */
  readonly cut?: boolean | undefined;
  /** The text is a number's: without a telling key only the digits of a payment card are masked. */
  readonly measurement?: boolean | undefined;
  /** The kind of number that was asked for just before: short runs of digits are masked too. */
  readonly expecting?: 'phone' | 'credit_card' | 'ssn' | 'number' | undefined;
}

/** Finds and masks personal data in text. */
export interface Masker {
  /**
   * The text with every detection replaced by a placeholder such as `[REDACTED:email]`. Never throws;
   * masking twice changes nothing; what is no string becomes a placeholder.
   */
  mask(text: string, context?: MaskContext): string;
  /** What `mask` would replace, in ascending order and without overlaps. Never throws. */
  detect(text: string, context?: MaskContext): Detection[];
  /**
   * Whether a value may run on from the end of one text into the start of the next, which are then read together. Where
   * it is absent, they always are.
   */
  mayRunOn?(before: string, after: string): boolean;
  /** Texts above this number of UTF-16 code units are masked in full. */
  readonly maxLength?: number | undefined;
}
