import type { NumberChain, NumberElement } from './number-chain.js';

/**
 * How many elements from `i` on form something else than a number of a person's: an IP address or a version, a
 * UUID of digits, a calendar date, a thousands-separated amount, a decimal. 0 when they form none.
 */
export function matchOther(text: string, chain: NumberChain, i: number): number {
  // All of these are written without spaces around their signs.
  const sign = tightSign(chain, i + 1);
  switch (sign) {
    case '-':
      return uuid(chain, i) || date(chain, i, sign);
    case '/':
      return date(chain, i, sign);
    case '.':
      return dottedQuad(chain, i) || date(chain, i, sign) || decimal(text, chain, i);
    case ',':
      return amount(chain, i);
    default:
      return 0;
  }
}

/** The sign between element `i` and the one before it, when nothing else is between them. */
function tightSign(chain: NumberChain, i: number): string {
  const element = chain[i];
  return element === undefined || element.spoken || element.gap.length !== 1 ? '' : element.gap.signs;
}

/** Whether `count` elements from `i` on are joined by one sign. */
function joinedBy(chain: NumberChain, i: number, count: number, sign: string): boolean {
  for (let n = i + 1; n < i + count; n += 1) if (tightSign(chain, n) !== sign) return false;
  return true;
}

const UUID_GROUPS = [8, 4, 4, 4, 12];

function uuid(chain: NumberChain, i: number): number {
  const fits = UUID_GROUPS.every((length, n) => chain[i + n]?.digits.length === length);
  return fits && joinedBy(chain, i, 5, '-') ? 5 : 0;
}

/** An IPv4 address; also a version of four parts. */
function dottedQuad(chain: NumberChain, i: number): number {
  if (!joinedBy(chain, i, 4, '.') || tightSign(chain, i + 4) === '.') return 0;
  for (let n = i; n < i + 4; n += 1) {
    const digits = chain[n]?.digits ?? '';
    if (digits.length > 3 || Number(digits) > 255) return 0;
  }
  return 4;
}

function date(chain: NumberChain, i: number, sign: string): number {
  const [a, b, c] = [chain[i], chain[i + 1], chain[i + 2]];
  if (a === undefined || b === undefined || c === undefined || b.digits.length > 2) return 0;
  if (tightSign(chain, i + 2) !== sign || tightSign(chain, i + 3) === sign) return 0;
  const yearFirst = isYear(a.digits) && isDayOrMonth(b.digits, 12) && isDayOrMonth(c.digits, 31);
  const yearLast =
    (isYear(c.digits) || c.digits.length === 2) &&
    isDayOrMonth(a.digits, 31) &&
    isDayOrMonth(b.digits, 31) &&
    (Number(a.digits) <= 12 || Number(b.digits) <= 12);
  if (!yearFirst && !yearLast) return 0;
  return yearFirst && isHour(chain[i + 3]) ? 4 : 3;
}

/** The hour of a timestamp goes with its date: "2024-01-15 12". */
function isHour(element: NumberElement | undefined): boolean {
  if (element === undefined || element.spoken || element.gap.separator !== 'space') return false;
  return element.digits.length === 2 && Number(element.digits) < 25;
}

function isYear(digits: string): boolean {
  return /^(?:1[89]|20|21)\d\d$/.test(digits);
}

function isDayOrMonth(digits: string, max: number): boolean {
  return digits.length <= 2 && Number(digits) >= 1 && Number(digits) <= max;
}

/** "1,234,567". */
function amount(chain: NumberChain, i: number): number {
  if ((chain[i]?.digits.length ?? 4) > 3) return 0;
  let n = 1;
  while (tightSign(chain, i + n) === ',' && chain[i + n]?.digits.length === 3) n += 1;
  return n > 1 ? n : 0;
}

/** "37.7749", "-122.4194": a fraction that no group follows. */
function decimal(text: string, chain: NumberChain, i: number): number {
  const [a, b] = [chain[i], chain[i + 1]];
  if (a === undefined || b === undefined || tightSign(chain, i + 2) === '.') return 0;
  const sign = text.charAt(a.start - 1);
  return sign === '-' || sign === '$' || a.digits.length <= 2 || b.digits.length > 4 ? 2 : 0;
}
