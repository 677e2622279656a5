import type { Cue } from './cues.js';
import type { NumberChain } from './number-chain.js';
import {
  attachedAfter,
  attachedBefore,
  countFor,
  digitsOf,
  groupsFrom,
  separatorsOf,
  shapeOf,
} from './shape.js';

/**
 * Numbers that the US Social Security Administration can have issued; ITINs (900 to 999) are told by their
 * middle group, after the IRS's ranges.
 */
function isAssignable(digits: string): boolean {
  if (/^(?:000|666)/.test(digits) || digits.slice(3, 5) === '00' || digits.endsWith('0000')) return false;
  return !digits.startsWith('9') || /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(digits);
}

/** How many elements from `i` on form a US social security number; 0 when they form none. */
export function matchSsn(text: string, chain: NumberChain, i: number, cue: Cue | undefined): number {
  const told = cue?.kind === 'ssn';
  if (!told && chain[i]?.digits.length !== 3) return 0;
  const groups = groupsFrom(chain, i, 9);
  const n = countFor(groups, 9);
  if (n === 0) return 0;
  if (told) return n;
  const candidate = groups.slice(0, n);
  const first = candidate[0];
  const last = candidate[n - 1];
  if (first === undefined || last === undefined || shapeOf(candidate) !== '3-2-4') return 0;
  const separators = new Set(separatorsOf(candidate));
  const plain =
    separators.size === 1 && !separators.has('comma') && !separators.has('slash') && !separators.has('paren');
  if (!plain || attachedBefore(text, first.start) || attachedAfter(text, last.end)) return 0;
  if (separators.has('space') && (cue?.kind === 'id' || joined(chain, i, n))) return 0;
  return isAssignable(digitsOf(candidate)) ? n : 0;
}

/** More groups stand directly beside: a list of numbers. */
function joined(chain: NumberChain, i: number, n: number): boolean {
  const first = chain[i];
  const after = chain[i + n];
  const before = chain[i - 1];
  const near = (gapLength: number | undefined): boolean => gapLength !== undefined && gapLength <= 1;
  return (
    (before !== undefined && !before.spoken && near(first?.gap.length)) ||
    (after !== undefined && !after.spoken && near(after.gap.length))
  );
}
