/**
 * The number and e-mail words of one language, lower case. Everything but `name` and `units` may be left out.
 * A word of several tables keeps the meaning it got first.
 */
export interface LocaleTable {
  /** A short name of the language, for instance `nl`. */
  readonly name: string;
  /** Words for one digit. */
  readonly units: Readonly<Record<string, string>>;
  /** Words for a whole two-digit number, `10` to `99`. */
  readonly pairs?: Readonly<Record<string, string>>;
  /** Words for full tens, as two digits; a unit or a word of ten to nineteen may follow. */
  readonly tens?: Readonly<Record<string, string>>;
  /** Words between tens and unit, as in Spanish "treinta y cinco". */
  readonly tensJoin?: readonly string[];
  /** French "quatre-vingt": words that make eighty of a four said directly before. */
  readonly scores?: readonly string[];
  readonly hundreds?: readonly string[];
  /** Thousand and above: such words make a quantity of a number, unless they end it. */
  readonly thousands?: readonly string[];
  /** "double", "triple": how often the next digit counts. */
  readonly repeats?: Readonly<Record<string, number>>;
  /** Plurals of digits, as in "three zeros". */
  readonly plurals?: Readonly<Record<string, string>>;
  /** Number words that are also ordinary words: they count only directly beside another number. */
  readonly ambiguous?: readonly string[];
  /** Words that recognisers write for a digit: they count only with a digit directly on either side. */
  readonly soundalikes?: Readonly<Record<string, string>>;
  /** What is said between digits and means nothing. */
  readonly fillers?: readonly string[];
  /** Words of a self-correction: what was said directly before them is taken back. */
  readonly corrections?: readonly string[];
  readonly plus?: readonly string[];
  readonly extension?: readonly string[];
  /** Words for the signs of an e-mail address. */
  readonly at?: readonly string[];
  readonly dot?: readonly string[];
  readonly underscore?: readonly string[];
  readonly dash?: readonly string[];
  /** Words that tell what a number near them is. */
  readonly cues?: Readonly<Partial<Record<CueName, readonly string[]>>>;
  /** Everyday words that are no part of a spoken e-mail address unless signs join them to it. */
  readonly stops?: readonly string[];
}

/**
 * What a word says about a number or an address near it: `phone` names a telephone, `call` an act that needs a
 * number, `number` takes its meaning from the word before, `id` names something that is not personal,
 * `unit` follows a quantity, `last` announces the visible end of a number, `own` is a possessive.
 */
export type CueName =
  | 'phone'
  | 'call'
  | 'credit_card'
  | 'ssn'
  | 'number'
  | 'id'
  | 'unit'
  | 'last'
  | 'own'
  | 'email'
  | 'lead'
  | 'code'
  | 'birth'
  | 'test';
