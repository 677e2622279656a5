import { hasIssuer, isCardNumber, passesLuhn } from './card.js';
import type { Cue } from './cues.js';
import type { NumberChain } from './number-chain.js';
import { attachedAfter, attachedBefore, digitsOf, groupsFrom, isJoined, shapeOf } from './shape.js';

/** Groups as they are embossed; such numbers are masked even when a misheard digit breaks the checksum. */
const EMBOSSED: ReadonlySet<string> = new Set([
  '4-4-4-4',
  '4-6-5',
  '4-6-4',
  '4-4-4-4-3',
  '4-4-4-4-2',
  '4-4-4-4-1',
]);
/** Enough for 19 digits in groups of two. */
const MAX_GROUPS = 10;
/** The groups that follow belong to an account number. */
const IBAN_HEAD = /[A-Z]{2}\d\d $/;
/** Shorter numbers hide in ids by chance. */
const MIN_ATTACHED = 14;

/**
 * How many elements from `i` on form a written payment card number; 0 when they form none.
 *
 * @param cue - what the words before say
 */
export function matchCard(text: string, chain: NumberChain, i: number, cue: Cue | undefined): number {
  const told = cue?.kind === 'credit_card';
  // Digits that stand alone are dictated, not embossed.
  if (chain[i]?.single !== false && !told) return 0;
  const groups = groupsFrom(chain, i, MAX_GROUPS);
  let best = 0;
  let total = 0;
  for (let n = 1; n <= groups.length; n += 1) {
    total += groups[n - 1]?.digits.length ?? 0;
    if (total > 19) break;
    if (total < 12) continue;
    if (n === 1 ? bareCard(text, chain, i, told) : groupedCard(text, chain, i, n, told)) best = n;
  }
  return best;
}

function bareCard(text: string, chain: NumberChain, i: number, told: boolean): boolean {
  const element = chain[i];
  if (element === undefined) return false;
  const { digits, start, end } = element;
  if (told && digits.length >= 13) return true;
  if (!isCardNumber(digits)) return false;
  const attached = attachedBefore(text, start) || attachedAfter(text, end);
  if (!attached) return true;
  return (
    digits.length >= MIN_ATTACHED && !isFraction(text, start) && !/[.,]\d/.test(text.slice(end, end + 2))
  );
}

function isFraction(text: string, start: number): boolean {
  return /\d[.,]$/.test(text.slice(Math.max(0, start - 2), start));
}

function groupedCard(text: string, chain: NumberChain, i: number, n: number, told: boolean): boolean {
  const groups = chain.slice(i, i + n);
  const separator = chain[i + 1]?.gap.separator;
  for (let k = 1; k < n; k += 1) {
    const group = chain[i + k];
    if (group === undefined || group.gap.separator === 'paren') return false;
    if (!told && (group.gap.separator !== separator || (group.single && k < n - 1))) return false;
  }
  const digits = digitsOf(groups);
  if (told) return digits.length >= 13 || passesLuhn(digits);
  const valid = passesLuhn(digits) && hasIssuer(digits);
  const shape = shapeOf(groups);
  if (!valid && !EMBOSSED.has(shape)) return false;
  const start = groups[0]?.start ?? 0;
  if (attachedBefore(text, start) || IBAN_HEAD.test(text.slice(Math.max(0, start - 5), start))) return false;
  const whole = !continues(chain, i, n);
  if (!EMBOSSED.has(shape)) {
    const telephones = shape.startsWith('3-3-4');
    return whole && !telephones && separator !== 'slash' && groups.every((group) => !group.single);
  }
  if (valid) return true;
  if (!whole || separator === 'comma' || separator === 'slash' || isRound(digits)) return false;
  if (shape === '4-6-5') return /^3[47]/.test(digits);
  if (shape === '4-6-4') return /^3[0689]/.test(digits);
  return /^(?:[456]|3[056789]|2[2-7])/.test(digits) && !/^3[0-9]00/.test(digits);
}

/** The row of digits goes on before or behind, so that this is a piece of something longer, or a table. */
function continues(chain: NumberChain, i: number, n: number): boolean {
  const before = chain[i - 1];
  const first = chain[i];
  const last = chain[i + n - 1];
  const after = chain[i + n];
  const joinedBefore =
    before !== undefined && first !== undefined && !before.spoken && isJoined(first.gap.separator);
  const joinedAfter = after !== undefined && !after.spoken && isJoined(after.gap.separator);
  return (
    (joinedBefore && before.digits.length >= 4) ||
    (joinedAfter && after.digits.length >= 4 && last?.digits.length === after.digits.length)
  );
}

/** Every group ends in zeros: a list of measurements. */
function isRound(digits: string): boolean {
  return /^(?:\d\d00)+$/.test(digits);
}
