/** A whole number from 0 up, exact: a number while it is safe, else a bigint. */
export type Whole = number | bigint;

export function times(a: Whole, b: Whole): Whole {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (product <= Number.MAX_SAFE_INTEGER) return product;
  }
  return BigInt(a) * BigInt(b);
}

export function plus(a: Whole, b: Whole): Whole {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= Number.MAX_SAFE_INTEGER) return sum;
  }
  return BigInt(a) + BigInt(b);
}

const POWERS: readonly Whole[] = Array.from({ length: 40 }, (_, exponent) =>
  exponent <= 15 ? 10 ** exponent : 10n ** BigInt(exponent),
);

export function pow10(exponent: number): Whole {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** An exact decimal: `digits × 10^-scale`. */
export interface Decimal {
  readonly digits: Whole;
  readonly scale: number;
}

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/;

/** Parses a non-negative decimal such as `0.0048` or `1e-7`; undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const fraction = match[2] ?? '';
  const written = `${match[1] ?? '0'}${fraction}`;
  const digits = written.length <= 15 ? Number(written) : BigInt(written);
  const scale = fraction.length - Number(match[3] ?? 0);
  return scale >= 0 ? { digits, scale } : { digits: times(digits, pow10(-scale)), scale: 0 };
}

/** Decimals of up to 15 digits are told apart by their doubles: one that reads back is the one that was written. */
const DISTINCT_LIMIT = 1e15;
const SCALES = [3, 6, 9, 12];

/** The decimal that a number is written as: 0.1 is one tenth, not the double next to it. */
export function decimalOf(value: number): Decimal {
  if (Number.isSafeInteger(value) && value >= 0) return { digits: value, scale: 0 };
  // Spares nearly all amounts the way over text.
  for (const scale of SCALES) {
    const unit = 10 ** scale;
    const digits = Math.round(value * unit);
    if (digits >= 0 && digits < DISTINCT_LIMIT && digits / unit === value) return { digits, scale };
  }
  const parsed = parseDecimal(String(value));
  if (parsed === undefined) throw new RangeError(`not a finite, non-negative number: ${value}`);
  return parsed;
}

/** Bits kept of a quotient: more than the 53 of a double, so that one rounding is the only one. */
const QUOTIENT_BITS = 64;

/**
 * The double nearest to `numerator / denominator` (ties to even), the denominator positive. Exact for results
 * from 1e-280 up; below, the last bits of subnormal numbers may differ.
 */
export function toDouble(numerator: Whole, denominator: Whole): number {
  // The quotient of two exact doubles is the nearest double already.
  if (typeof numerator === 'number' && typeof denominator === 'number') return numerator / denominator;
  const n = BigInt(numerator);
  const d = BigInt(denominator);
  if (n === 0n) return 0;
  const shift = bitLength(d) - bitLength(n) + QUOTIENT_BITS;
  const scaled = shift >= 0 ? n << BigInt(shift) : n;
  const divisor = shift >= 0 ? d : d << BigInt(-shift);
  const quotient = scaled / divisor;
  // A remainder only matters in an exact tie of the bits above it: mark it in the lowest bit.
  const sticky = quotient * divisor === scaled ? quotient : quotient | 1n;
  return Number(sticky) * 2 ** -shift;
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4;
}

/** A number without an exponent: `0.0000001`, not `1e-7`. */
export function plainText(amount: number): string {
  const { digits, scale } = decimalOf(amount);
  if (scale === 0) return digits.toString();
  const padded = digits.toString().padStart(scale + 1, '0');
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`.replace(/\.?0+$/, '');
}

const NOTHING: Decimal = { digits: 0, scale: 0 };

/** An amount as the decimal it is written as; non-finite and negative ones are nothing. */
export function exactAmount(amount: number): Decimal {
  return amount > 0 && amount < Number.POSITIVE_INFINITY ? decimalOf(amount) : NOTHING;
}

/**
 * Adds amounts as the decimals they are written as, so that the sum is the same in any order and 0.1 + 0.2
 * is 0.3. Non-finite and negative amounts are ignored.
 */
export class AmountSum {
  #digits: Whole = 0;
  #scale = 0;

  add(amount: number): void {
    this.addDecimal(exactAmount(amount));
  }

  addDecimal({ digits, scale }: Decimal): void {
    if (scale > this.#scale) {
      this.#digits = plus(times(this.#digits, pow10(scale - this.#scale)), digits);
      this.#scale = scale;
    } else {
      this.#digits = plus(this.#digits, times(digits, pow10(this.#scale - scale)));
    }
  }

  value(): number {
    return toDouble(this.#digits, pow10(this.#scale));
  }
}
