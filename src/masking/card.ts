/** Luhn's checksum (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    const weighted = i % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

interface Issuer {
  /** First digits, from and to, of equal length. */
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

/** Issuer prefixes and lengths, after ISO/IEC 7812 as the card schemes publish their ranges. */
const ISSUERS: readonly Issuer[] = [
  { from: 4, to: 4, lengths: [13, 16, 19] }, // Visa
  { from: 51, to: 55, lengths: [16] }, // Mastercard
  { from: 2221, to: 2720, lengths: [16] }, // Mastercard, 2-series
  { from: 34, to: 34, lengths: [15] }, // American Express
  { from: 37, to: 37, lengths: [15] },
  { from: 300, to: 305, lengths: [14, 16] }, // Diners Club
  { from: 309, to: 309, lengths: [14, 16] },
  { from: 36, to: 36, lengths: [14, 16, 19] },
  { from: 38, to: 39, lengths: [14, 16] },
  { from: 6011, to: 6011, lengths: [16, 19] }, // Discover
  { from: 644, to: 659, lengths: [16, 19] },
  { from: 60, to: 60, lengths: [16] }, // RuPay
  { from: 81, to: 82, lengths: [16] },
  { from: 62, to: 62, lengths: [16, 17, 18, 19] }, // UnionPay
  { from: 3528, to: 3589, lengths: [16, 17, 18, 19] }, // JCB
  { from: 2200, to: 2204, lengths: [16, 17, 18, 19] }, // Mir
  { from: 5018, to: 5018, lengths: [12, 13, 14, 15, 16, 17, 18, 19] }, // Maestro
  { from: 5020, to: 5020, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { from: 5038, to: 5038, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { from: 5893, to: 5893, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { from: 6304, to: 6304, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { from: 6390, to: 6390, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { from: 6759, to: 6759, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  { from: 6761, to: 6763, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
];

/** Whether an issuer gives out numbers that start so and are that long. */
export function hasIssuer(digits: string): boolean {
  return ISSUERS.some(({ from, to, lengths }) => {
    const prefix = Number(digits.slice(0, String(from).length));
    return prefix >= from && prefix <= to && lengths.includes(digits.length);
  });
}

/** Bare digits: both the checksum and the issuer's prefix have to hold. */
export function isCardNumber(digits: string): boolean {
  return digits.length >= 12 && digits.length <= 19 && passesLuhn(digits) && hasIssuer(digits);
}
