import type { NumberChain, NumberElement } from './number-chain.js';
import type { Separator } from './number-gap.js';
import { pattern } from './pattern.js';

const WORD_CHARACTER = pattern('[\\p{L}\\p{N}_]', 'u');

/** Whether a group hangs on the one before it. */
export function isJoined(separator: Separator): boolean {
  return separator !== 'none' && separator !== 'odd';
}

/**
 * The written groups that start at `i` and hang together, at most `max` of them.
 *
 * @param odd - also by signs that hardly anybody writes in a number
 */
export function groupsFrom(chain: NumberChain, i: number, max: number, odd = false): NumberElement[] {
  const groups: NumberElement[] = [];
  for (let n = i; n < chain.length && groups.length < max; n += 1) {
    const element = chain[n];
    if (element === undefined || element.spoken) break;
    if (n > i && !isJoined(element.gap.separator) && !(odd && element.gap.separator === 'odd')) break;
    groups.push(element);
  }
  return groups;
}

/** How many groups make up just so many digits; 0 when no number of them does. */
export function countFor(groups: readonly NumberElement[], digits: number): number {
  let total = 0;
  for (let n = 0; n < groups.length && total < digits; n += 1) {
    total += groups[n]?.digits.length ?? 0;
    if (total === digits) return n + 1;
  }
  return 0;
}

/** The lengths of groups: `3-3-4`. */
export function shapeOf(groups: readonly NumberElement[]): string {
  return groups.map((group) => group.digits.length).join('-');
}

/** The separators between groups. */
export function separatorsOf(groups: readonly NumberElement[]): Separator[] {
  return groups.slice(1).map((group) => group.gap.separator);
}

export function digitsOf(groups: readonly NumberElement[]): string {
  return groups.map((group) => group.digits).join('');
}

/** Whether a number is glued to something before it that makes it a part of an id, a path or a decimal. */
export function attachedBefore(text: string, start: number): boolean {
  const sign = text.charAt(start - 1);
  if (sign === '#' || sign === '$' || sign === '@' || sign === '`' || sign === '\u20ac' || sign === '\u00a3')
    return true;
  return '-_./\\'.includes(sign) && sign !== '' && WORD_CHARACTER().test(text.charAt(start - 2));
}

/** Whether a number goes on after its end as an id or a decimal does. */
export function attachedAfter(text: string, end: number): boolean {
  const sign = text.charAt(end);
  if (sign === '-' || sign === '_' || sign === '/') return WORD_CHARACTER().test(text.charAt(end + 1));
  return (sign === '.' || sign === ',') && /\d/.test(text.charAt(end + 1));
}
