import { unitAfter } from './cues.js';
import type { NumberElement } from './number-chain.js';
import { isNanpNumber, isTold, type Site } from './phone-site.js';
import { attachedAfter, attachedBefore, digitsOf, shapeOf } from './shape.js';

const HESITATION = /\b(?:u+h+|u+m+|e+r+m?|h+m+)\b|\.\.|\u2026/i;
const HESITANT_SHAPES: ReadonlySet<string> = new Set([
  '3-3-4',
  '1-3-3-4',
  '3-3-2-2',
  '3-7',
  '3-3-1-1-1-1',
  '1-3-7',
]);
const MAX_HESITANT = 7;
/** Groups, with those that were taken back. */
const MAX_CORRECTED = 12;

/** A self-correction lies between the groups that may be a number. */
function isCorrected({ chain, i }: Site): boolean {
  for (let n = i + 1; n < i + MAX_CORRECTED && n < chain.length; n += 1) {
    if (chain[n]?.gap.correction === true) return true;
  }
  return false;
}

/**
 * Groups with pauses and hesitations between them: "415... uh... 555... 0123". Of numbers in a list a telephone's differ by
 * the hesitation, a zero in front of the last group, or a word before that names it.
 *
 * @param takesBack - a self-correction takes back the group before it
 */
function readGroups(site: Site, takesBack: boolean): number {
  const id = site.cue?.kind === 'id' || site.cue?.kind === 'other' || site.cue?.kind === 'test';
  const first = site.chain[site.i];
  if (first === undefined || id || attachedBefore(site.text, first.start)) return 0;
  if (!takesBack && first.digits.length !== 1 && first.digits.length !== 3) return 0;
  const parts: NumberElement[] = [];
  let hesitates = isTold(site.cue);
  for (let n = site.i; n < site.chain.length && parts.length < MAX_HESITANT; n += 1) {
    const element = site.chain[n];
    if (element === undefined || element.spoken || element.gap.extension) break;
    if (n > site.i) {
      const between = site.text
        .slice(site.chain[n - 1]?.end ?? 0, element.start)
        .replace(/[a-z]'[a-z]/gi, '');
      if (/[:=/|*~"'[\]]/.test(between) || element.gap.plus > 0) break;
      hesitates ||= HESITATION.test(between);
    }
    // "919 uh 556 I mean 555 uh 0130"
    if (takesBack && element.gap.correction) parts.pop();
    parts.push(element);
    const digits = digitsOf(parts);
    if (digits.length > 11 && !takesBack) break;
    if (digits.length < 10 || !HESITANT_SHAPES.has(shapeOf(parts))) continue;
    const number = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits;
    const group = parts[parts.length - 1];
    if (number.length !== 10 || group === undefined || unitAfter(site.tokens, group.to)) continue;
    const isLong = attachedAfter(site.text, group.end);
    if (isNanpNumber(number) && !isLong && (hesitates || number.charAt(6) === '0')) return n + 1 - site.i;
  }
  return 0;
}

/** How many elements from `site.i` on form a telephone number that was written as it was said, with hesitations; else 0. */
export function matchHesitant(site: Site): number {
  return readGroups(site, false) || (isCorrected(site) ? readGroups(site, true) : 0);
}
