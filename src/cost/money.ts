import { type Decimal, decimalOf, parseDecimal, pow10, times, toDouble, type Whole } from './decimal.js';

/** An exact amount: `numerator / denominator`. */
export interface Fraction {
  readonly numerator: Whole;
  readonly denominator: Whole;
}

const ONE: Decimal = { digits: 1, scale: 0 };

/** The one currency of a table and the fixed rates by which others become it. */
export class Money {
  /** ISO 4217. */
  readonly currency: string;
  readonly #rates: ReadonlyMap<string, Decimal>;

  /** Throws a TypeError for a code or a rate that cannot be. */
  constructor(currency: string, exchangeRates: Readonly<Record<string, number | string>>) {
    this.currency = currencyCode(currency, 'currency');
    this.#rates = new Map(
      Object.entries(exchangeRates).map(([code, rate]) => [
        currencyCode(code, 'exchangeRates'),
        factor(rate, `exchangeRates.${code}`),
      ]),
    );
  }

  /** `exact`, times `discount`, in the table's currency; undefined where no rate from `from` is given. */
  toAmount(exact: Fraction, from: string, discount: Decimal = ONE): number | undefined {
    const rate = from === this.currency ? ONE : this.#rates.get(from);
    if (rate === undefined) return undefined;
    if (rate === ONE && discount === ONE) return toDouble(exact.numerator, exact.denominator);
    return toDouble(
      times(times(exact.numerator, rate.digits), discount.digits),
      times(exact.denominator, pow10(rate.scale + discount.scale)),
    );
  }
}

/** A number as the decimal it is written as. */
export function fractionOf(amount: number): Fraction {
  const { digits, scale } = decimalOf(amount);
  return { numerator: digits, denominator: pow10(scale) };
}

/** A factor above zero as an exact decimal. */
export function factor(value: number | string, where: string): Decimal {
  const text = typeof value === 'number' ? String(value) : value;
  const parsed = typeof text === 'string' ? parseDecimal(text) : undefined;
  if (parsed === undefined || BigInt(parsed.digits) === 0n) {
    throw new TypeError(`${where} must be a number above 0, got ${JSON.stringify(value)}`);
  }
  return parsed;
}

/** Checks an ISO 4217 code by its form. */
export function currencyCode(code: unknown, where: string): string {
  if (typeof code !== 'string' || !/^[A-Z]{3}$/.test(code)) {
    throw new TypeError(`${where} must be an ISO 4217 code such as 'USD', got ${JSON.stringify(code)}`);
  }
  return code;
}
