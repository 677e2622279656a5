import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AmountSum,
  decimalOf,
  parseDecimal,
  plainText,
  plus,
  times,
  toDouble,
} from '../../src/cost/decimal.js';
import { nearestDouble } from './fraction.js';

describe('parseDecimal', () => {
  it.each([
    ['0.0048', 48, 4],
    ['50', 50, 0],
    ['0', 0, 0],
    ['4.00', 400, 2],
    ['1e-7', 1, 7],
    ['2.5e3', 2500, 0],
  ])('%s', (text, digits, scale) => {
    expect(parseDecimal(text)).toEqual({ digits, scale });
  });

  it('keeps what is too long for a number', () => {
    expect(parseDecimal('12345678901234567890.5')).toEqual({ digits: 123456789012345678905n, scale: 1 });
  });

  it.each(['', '-1', '+1', '.5', '5.', '1,000', '0x10', 'NaN', 'Infinity', '1e', ' 1', '1e9999'])(
    'refuses %j',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );
});

describe('decimalOf', () => {
  it('takes a number as the decimal it is written as', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => {
        const { digits, scale } = decimalOf(value);
        expect(Number(`${digits}e-${scale}`)).toBe(value);
      }),
    );
  });
});

describe('times and plus', () => {
  it('stay exact beyond what a number holds', () => {
    const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(BigInt(times(a, b))).toBe(BigInt(a) * BigInt(b));
        expect(BigInt(plus(a, b))).toBe(BigInt(a) + BigInt(b));
      }),
    );
  });
});

describe('plainText', () => {
  it.each([
    [0, '0'],
    [1e-7, '0.0000001'],
    [0.000296, '0.000296'],
    [0.5, '0.5'],
    [120, '120'],
    [1e21, '1000000000000000000000'],
  ])('%d', (amount, text) => {
    expect(plainText(amount)).toBe(text);
  });
});

describe('toDouble', () => {
  it('gives the nearest double', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 30n }),
        fc.bigInt({ min: 1n, max: 10n ** 25n }),
        (n, d) => {
          expect(toDouble(n, d)).toBe(nearestDouble({ n, d }));
        },
      ),
    );
  });

  it('rounds a tie to even, and what is a hair above it up', () => {
    const one = 2n ** 60n;
    const halfStep = 2n ** 7n;
    expect(toDouble(one + halfStep, one)).toBe(1);
    expect(toDouble((one + halfStep) * 10n ** 30n + 1n, one * 10n ** 30n)).toBe(1 + Number.EPSILON);
    expect(toDouble(one + 3n * halfStep, one)).toBe(1 + 2 * Number.EPSILON);
  });
});

describe('AmountSum', () => {
  it('adds as decimals', () => {
    const sum = new AmountSum();
    for (const amount of [0.1, 0.2, 0.000192, 0.000296]) sum.add(amount);
    expect(sum.value()).toBe(0.300488);
  });

  it('is the same in any order', () => {
    const amounts = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(amounts, (list) => {
        const forward = new AmountSum();
        const backward = new AmountSum();
        for (const amount of list) forward.add(amount);
        for (const amount of [...list].reverse()) backward.add(amount);
        expect(forward.value()).toBe(backward.value());
      }),
    );
  });

  it('ignores what is no amount', () => {
    const sum = new AmountSum();
    for (const amount of [Number.NaN, -1, Number.POSITIVE_INFINITY, 0]) sum.add(amount);
    expect(sum.value()).toBe(0);
  });
});
