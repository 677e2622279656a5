import { hasIssuer } from './card.js';
import type { NumberElement } from './number-chain.js';
import { digitsOf } from './shape.js';
import type { TokenList } from './tokens.js';

const TELEPHONE_LENGTHS: readonly number[] = [7, 10, 11];
const CARD_LENGTHS: readonly number[] = [15, 16];
const MAX_BEFORE = 3;
const MAX_BEHIND = 2;

/**
 * The tokens of a dictated number with the digits at its ends that were heard as other words ("for one five five five five
 * …"), where these make it as long as such numbers are. The fewest such words, rather before than behind.
 */
export function heardAround(
  text: string,
  tokens: TokenList,
  elements: readonly NumberElement[],
  type: 'phone' | 'credit_card' | 'ssn',
): { from: number; to: number } {
  const first = elements[0];
  const last = elements[elements.length - 1];
  const plain = { from: first?.from ?? 0, to: last?.to ?? 0 };
  const digits = digitsOf(elements);
  if (first?.spoken !== true || last?.spoken !== true) return plain;
  const before = heardWords(text, tokens, first.from, -1, MAX_BEFORE);
  if (isWhole(digits, type)) {
    // "won six oh five …": a country code.
    const isTrunk = type === 'phone' && digits.length === 10 && before[0] === '1';
    return isTrunk ? { from: first.from - 1, to: last.to } : plain;
  }
  const behind = heardWords(text, tokens, last.to - 1, 1, MAX_BEHIND);
  for (let count = 1; count <= before.length + behind.length; count += 1) {
    for (
      let trail = Math.max(0, count - before.length);
      trail <= Math.min(count, behind.length);
      trail += 1
    ) {
      const lead = count - trail;
      const said = `${before.slice(0, lead).reverse().join('')}${digits}${behind.slice(0, trail).join('')}`;
      if (isWhole(said, type)) return { from: first.from - lead, to: last.to + trail };
    }
  }
  return plain;
}

function isWhole(digits: string, type: 'phone' | 'credit_card' | 'ssn'): boolean {
  if (type === 'phone') return TELEPHONE_LENGTHS.includes(digits.length);
  return (
    digits.length === 16 || (CARD_LENGTHS.includes(digits.length) && hasIssuer(digits)) || digits.length > 16
  );
}

/** The digits of the words next to token `at` that may be digits, the nearest first, with one space between them. */
function heardWords(text: string, tokens: TokenList, at: number, step: 1 | -1, most: number): string[] {
  const digits: string[] = [];
  for (let i = at + step; digits.length < most; i += step) {
    const token = tokens.at(i);
    const near = tokens.at(i - step);
    if (token?.entry?.role !== 'soundalike' || near === undefined) break;
    if (text.slice(Math.min(token.end, near.end), Math.max(token.start, near.start)) !== ' ') break;
    digits.push(token.entry.digits ?? '');
  }
  return digits;
}
