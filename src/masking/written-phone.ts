import { unitAfter } from './cues.js';
import { matchHesitant } from './hesitant-phone.js';
import type { NumberChain, NumberElement } from './number-chain.js';
import type { Separator } from './number-gap.js';
import { pattern } from './pattern.js';
import { isNanpNumber, isTold, type Site } from './phone-site.js';
import { countryCode, isAreaInService, nationalLengths, type Region } from './regions.js';
import {
  attachedAfter,
  attachedBefore,
  countFor,
  digitsOf,
  groupsFrom,
  isJoined,
  separatorsOf,
  shapeOf,
} from './shape.js';

const LETTER_OR_DIGIT = pattern('[\\p{L}\\p{N}]', 'u');

/** Which national forms are looked for. */
export interface PhonePlans {
  readonly nanp: boolean;
  readonly regions: readonly Region[];
}

/** E.164 allows fifteen digits; single digits may all stand apart. */
const MAX_GROUPS = 15;
const MAX_DIGITS = 15;

/** How many elements from `site.i` on form a written telephone number; 0 when they form none. */
export function matchPhone(site: Site, plans: PhonePlans): number {
  if (!mayBePhone(site, plans)) return 0;
  const short = groupsFrom(site.chain, site.i, 5, isTold(site.cue));
  const plus = plusBefore(site);
  const common = plans.nanp && !plus ? northAmerican(site, short) : 0;
  if (common > 0) return common;
  const groups = groupsFrom(site.chain, site.i, MAX_GROUPS, isTold(site.cue) || plus);
  return (
    international(site, groups, plus) ||
    (plans.nanp && plus ? northAmerican(site, short) : 0) ||
    national(site, groups, plans.regions) ||
    told(site, groups) ||
    (plans.nanp ? oddGroups(site, short) : 0) ||
    (plans.nanp ? matchHesitant(site) : 0)
  );
}

/** A quick look at the first group, which spares most numbers the rest. */
function mayBePhone(site: Site, plans: PhonePlans): boolean {
  const digits = site.chain[site.i]?.digits ?? '';
  if (isTold(site.cue) || digits.startsWith('0') || plans.regions.length > 0) return true;
  if (plans.nanp && [3, 6, 10, 11].includes(digits.length)) return true;
  if (plans.nanp && mayBeOddGroups(site)) return true;
  if (plans.nanp && digits === '1' && (site.chain[site.i + 1]?.digits.length ?? 0) >= 3) return true;
  return digits.length <= MAX_DIGITS && plusBefore(site);
}

/** Whether a plus sign, written or said, stands before the element. */
export function plusBefore(site: Site): boolean {
  const first = site.chain[site.i];
  if (first === undefined) return false;
  const token = site.tokens.at(first.from - 1);
  if (token === undefined || first.start - token.end > 1) return false;
  if (token.kind !== 'symbol') return token.entry?.plus === true;
  let at = first.start - 1;
  while (at >= first.start - 3 && ' ('.includes(site.text.charAt(at))) at -= 1;
  return site.text.charAt(at) === '+' && !LETTER_OR_DIGIT().test(site.text.charAt(at - 1));
}

function international(site: Site, groups: readonly NumberElement[], plus: boolean): number {
  const head = groups[0]?.digits ?? '';
  const prefix = !plus && head.startsWith('0') ? (/^(?:00|011)(?=[1-9]|$)/.exec(head)?.[0] ?? '') : '';
  if (!plus && (prefix === '' || precedes(site) || attachedBefore(site.text, groups[0]?.start ?? 0)))
    return 0;
  const all = digitsOf(groups).slice(prefix.length);
  const code = countryCode(all);
  if (code === '') return 0;
  const [shortest, longest] = nationalLengths(code);
  // "+44 (0)20": the trunk zero may be kept.
  const trunk = all.charAt(code.length) === '0' ? 1 : 0;
  let best = 0;
  let total = -prefix.length;
  for (let n = 1; n <= groups.length; n += 1) {
    const group = groups[n - 1];
    if (group === undefined || (n > 1 && group.gap.separator === 'comma' && group.digits.length > 4)) break;
    total += group.digits.length;
    const rest = total - code.length - trunk;
    if (total > MAX_DIGITS + 1 || rest > longest) break;
    if (rest >= shortest) best = n;
  }
  if (best > 0 && !plus && best === 1) return isTold(site.cue) || bareInternational(all, code) ? 1 : 0;
  if (best === 0 && plus && !unitAfter(site.tokens, groups[groups.length - 1]?.to ?? 0)) {
    // Misheard or mistyped: a digit too few or too many.
    const digits = digitsOf(groups).length;
    return digits >= 9 && digits <= MAX_DIGITS && !/^\d{1,3}(?:000)+$/.test(all) ? groups.length : 0;
  }
  return best;
}

function bareInternational(digits: string, code: string): boolean {
  return code === '1' ? isNanpNumber(digits.slice(1)) : digits.length >= 11;
}

function northAmerican(site: Site, groups: readonly NumberElement[]): number {
  const head = groups[0]?.digits;
  if (head === '1' || head === '001') {
    const rest = groups.slice(1);
    const separator = rest[0] === undefined ? 'none' : rest[0].gap.separator;
    if (separator === 'comma' || separator === 'none') return 0;
    const n = tenDigits(site, rest, true);
    return n === 0 ? 0 : n + 1;
  }
  return tenDigits(site, groups, false) || sevenDigits(site, groups);
}

function tenDigits(site: Site, groups: readonly NumberElement[], withTrunk: boolean): number {
  const near = groups.slice(0, 4);
  const n = countFor(near, 10) || (near[0]?.digits.length === 11 ? 1 : 0);
  if (n === 0) return 0;
  const parts = groups.slice(0, n);
  const digits = digitsOf(parts);
  const shape = shapeOf(parts);
  const first = parts[0];
  const last = parts[n - 1];
  if (first === undefined || last === undefined) return 0;
  const told = isTold(site.cue);
  const id = site.cue?.kind === 'id' || site.cue?.kind === 'other';

  if (shape === '10' || shape === '11') {
    const number = shape === '11' && digits.startsWith('1') ? digits.slice(1) : digits;
    if (number.length !== 10 || outOfPlace(site, first.start, last, n)) return 0;
    if (told) return n;
    return isNanpNumber(number) && !id && number !== '2147483647' && number !== '2147483648' ? n : 0;
  }
  const separators = separatorsOf(parts);
  if (shape === '3-3-2-2' && !told && (separators.includes('space') || separators.includes('slash'))) {
    // `415 555 01 23`: a zero in front tells a group from a number.
    if (!isAreaInService(digits.slice(0, 3)) || !parts.slice(2).some((part) => part.digits.startsWith('0')))
      return 0;
  } else if (shape !== '3-3-4' && shape !== '3-7' && shape !== '6-4' && shape !== '3-3-2-2') return 0;
  const opened = '(['.includes(site.text.charAt(first.start - 1) || '-');
  if (opened && separators[0] === 'paren') return n;
  if (separators.includes('comma') && !told) return 0;
  if (told) return n;
  if (attachedBefore(site.text, first.start) && !withTrunk && !isNamed(site) && !isAfterNumber(site))
    return 0;
  const area = digits.slice(0, 3);
  const exchange = digits.slice(3, 6);
  if (!/^[2-9]/.test(exchange) || !(/^[2-9]/.test(area) || area === '123')) return 0;
  const behind = site.i + n + (withTrunk ? 1 : 0);
  const isAlternative = isOneOfTwo(site, behind, last) && isAreaInService(area);
  if (!isAlternative && (attachedAfter(site.text, last.end) || follows(site.chain, behind, last))) return 0;
  if (shape === '3-3-2-2' && id) return 0;
  if (shape !== '3-3-4' && shape !== '3-3-2-2' && (id || separators.includes('dot'))) return 0;
  if (separators.every((separator) => separator === 'space')) {
    if (id || unitAfter(site.tokens, last.to) || !/^[2-9]/.test(area)) return 0;
    if (!withTrunk && parts.every((part) => part.digits.endsWith('0'))) return 0;
    return !withTrunk && precedes(site) ? 0 : n;
  }
  return id && (!isAreaInService(area) || isExplained(site, first)) ? 0 : n;
}

/** "SKU 415-555-0123", "the ticket is 415-555-0123": the word before the number tells that it is none of a person's. */
function isExplained(site: Site, first: NumberElement): boolean {
  const before = site.tokens.at(first.from - 1);
  if (site.cue === undefined || before?.kind !== 'word') return false;
  return site.cue.distance === 0 || (site.cue.distance === 1 && before.end - before.start === 2);
}

/** `c.415-555-0123`, `Tel#415-555-0123`: what is glued to the front names a telephone. */
function isNamed(site: Site): boolean {
  const first = site.chain[site.i];
  const name = first === undefined ? undefined : site.tokens.at(first.from - 2);
  if (name?.kind !== 'word') return false;
  const cues = name.entry?.cues;
  return cues?.has('phone') === true || /^(?:[cmhwtpf]|no)$/i.test(site.text.slice(name.start, name.end));
}

/** The second of two numbers: `415-555-0123/415-555-0124`. */
function isAfterNumber(site: Site): boolean {
  const first = site.chain[site.i];
  return site.fresh && site.i > 0 && first !== undefined && site.text.charAt(first.start - 1) === '/';
}

/** The first of two numbers: another one, or the end of one, follows behind a slash. */
function isOneOfTwo(site: Site, next: number, last: NumberElement): boolean {
  const after = site.chain[next];
  if (after === undefined || after.spoken || site.text.slice(last.end, after.start) !== '/') return false;
  if (last.gap.separator === 'slash') return false;
  const groups = groupsFrom(site.chain, next, 3);
  return shapeOf(groups) === '3-3-4' || (after.digits.length <= 4 && groups.length === 1);
}

const ANNOUNCED = /(?:^|[.?!]\s|(?:[a-z'] is|\b(?:it's|that's|its|was|number|no|nr|at|on))[ :.]{1,2})$/i;
const ANSWERED = /^(?:(?:u+h+m*|u+m+|e+r+m?|h+m+|ok|okay|yes|yeah|yep|sure|so|well|right|and)[ ,.:]{1,3})*$/i;
const MAX_ANNOUNCED = 40;

/** Two to five written groups of more than one digit, with just spaces or dashes between them. */
function mayBeOddGroups(site: Site): boolean {
  const first = site.chain[site.i];
  const next = site.chain[site.i + 1];
  if (first === undefined || next === undefined || next.spoken) return false;
  if (site.i > 0 && isJoined(first.gap.separator)) return false;
  const { length } = first.digits;
  return length >= 2 && length <= 7 && (next.gap.separator === 'space' || next.gap.separator === 'dash');
}

/**
 * Ten digits of a number of the North American Numbering Plan in groups that nobody would expect ("314 5550 115"), as a
 * recogniser writes pauses: where a sentence starts with them, or words announce them. Pairs have to be announced.
 */
function oddGroups(site: Site, groups: readonly NumberElement[]): number {
  if (!mayBeOddGroups(site)) return 0;
  if (site.cue !== undefined && site.cue.kind !== 'call') return 0;
  const n = countFor(groups, 10);
  const parts = groups.slice(0, n);
  const first = parts[0];
  const last = parts[n - 1];
  if (n < 2 || first === undefined || last === undefined || !isNanpNumber(digitsOf(parts))) return 0;
  const separators = new Set(separatorsOf(parts));
  if (separators.size > 1 || !(separators.has('space') || separators.has('dash'))) return 0;
  if (parts.some((part) => part.digits.length < 2) || outOfPlace(site, first.start, last, n)) return 0;
  // "425 2510 200 parts"
  const behind = site.tokens.at(last.to);
  if (behind !== undefined && behind.kind !== 'symbol' && behind.entry === undefined) return 0;
  const isRising = parts.every((part, i) => i === 0 || Number(part.digits) > Number(parts[i - 1]?.digits));
  if (isRising || parts.every((part) => part.digits.endsWith('0'))) return 0;
  const before = site.text.slice(Math.max(0, first.start - MAX_ANNOUNCED), first.start);
  const isFirst = first.start < MAX_ANNOUNCED && ANSWERED.test(before);
  if (shapeOf(parts) === '2-2-2-2-2' && (isFirst || !/[a-z][ :.]{1,2}$/i.test(before))) return 0;
  return isFirst || ANNOUNCED.test(before) ? n : 0;
}

/** A dashed local number, or any with a telephone spoken of. */
function sevenDigits(site: Site, groups: readonly NumberElement[]): number {
  const parts = groups.slice(0, 2);
  const [first, last] = parts;
  if (first === undefined || last === undefined || shapeOf(parts) !== '3-4') return 0;
  const separator = last.gap.separator;
  const goesOn = groups[2] !== undefined && groups[2].gap.separator === separator;
  if (isTold(site.cue)) return separator === 'comma' || first.digits.startsWith('0') || goesOn ? 0 : 2;
  if (separator !== 'dash' || last.gap.length > 1 || !/^[2-9]/.test(first.digits)) return 0;
  if (site.cue?.kind === 'id' || site.cue?.kind === 'other' || unitAfter(site.tokens, last.to)) return 0;
  if (/0$/.test(first.digits) && /00$/.test(last.digits)) return 0;
  return outOfPlace(site, first.start, last, 2) || precedes(site) ? 0 : 2;
}

/** National forms of the regions in use, and those with a trunk zero and groups of anywhere. */
function national(site: Site, groups: readonly NumberElement[], regions: readonly Region[]): number {
  const first = groups[0];
  if (first === undefined || attachedBefore(site.text, first.start)) return 0;
  const id = site.cue?.kind === 'id' || site.cue?.kind === 'other';
  let best = 0;
  for (let n = 1; n <= groups.length; n += 1) {
    const parts = groups.slice(0, n);
    const digits = digitsOf(parts);
    const last = parts[n - 1];
    if (last === undefined || digits.length > MAX_DIGITS) break;
    if (separatorsOf(parts).includes('comma')) break;
    if (attachedAfter(site.text, last.end) && (site.chain[site.i + n] ?? last).gap.separator === 'comma')
      break;
    const planned = regions.some((region) => region.national.test(digits) && (n > 1 || region.bare));
    if (planned && !(id && n === 1)) best = n;
    else if (hasTrunkZero(parts, digits) && !id && !precedes(site)) best = n;
  }
  if (best === 0) return 0;
  const last = groups[best - 1];
  return last === undefined || outOfPlace(site, first.start, last, best) ? 0 : best;
}

/** `020 7946 0958`, `030/901820`, `06 12 34 56 78`: a zero first, and groups as telephone numbers have. */
function hasTrunkZero(parts: readonly NumberElement[], digits: string): boolean {
  if (!/^0[1-9]/.test(digits) || parts.length < 2) return false;
  const separators = new Set<Separator>(separatorsOf(parts));
  const [first, second] = parts;
  if (first === undefined || second === undefined || separators.has('comma')) return false;
  if (parts.length === 2 && separators.has('slash')) {
    return /^0\d{1,4}$/.test(first.digits) && /^\d{5,8}$/.test(second.digits);
  }
  if (parts.slice(1).some((part) => part.digits.length < 2)) return false;
  if (first.digits.length === 2 && parts.length > 2)
    return (shapeOf(parts) === '2-2-2-2-2' && !isSeries(parts)) || shapeOf(parts) === '2-4-4';
  // `02110-1301` is a postcode.
  if (shapeOf(parts) === '5-4' && separators.has('dash')) return false;
  return digits.length >= 9 && digits.length <= 12 && first.digits.length <= 5;
}

/** `01 02 03 04 05` */
function isSeries(parts: readonly NumberElement[]): boolean {
  return parts.every((part, i) => i === 0 || Number(part.digits) === Number(parts[i - 1]?.digits) + 1);
}

const CALENDAR_DATE = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;

/** Whatever form, when a telephone is spoken of. */
function told(site: Site, groups: readonly NumberElement[]): number {
  if (!isTold(site.cue)) return 0;
  const strict = site.cue?.kind === 'call';
  let best = 0;
  let total = 0;
  for (let n = 1; n <= groups.length; n += 1) {
    const group = groups[n - 1];
    if (group === undefined || (group.gap.separator === 'comma' && n > 1 && !group.single)) break;
    total += group.digits.length;
    if (total > MAX_DIGITS) break;
    if (total >= (strict ? 8 : 7)) best = n;
  }
  const last = groups[best - 1];
  if (best === 0 || last === undefined) return 0;
  const digits = digitsOf(groups.slice(0, best));
  if (unitAfter(site.tokens, last.to) || /^[1-9]\d*000$/.test(digits) || CALENDAR_DATE.test(digits)) return 0;
  if (/^[$\u20ac\u00a3]$/.test(site.text.charAt((groups[0]?.start ?? 0) - 1))) return 0;
  if (/^[.,]\d/.test(site.text.slice(last.end, last.end + 2))) return 0;
  return best;
}

function outOfPlace(site: Site, start: number, last: NumberElement, n: number): boolean {
  return (
    attachedBefore(site.text, start) ||
    attachedAfter(site.text, last.end) ||
    unitAfter(site.tokens, last.to) ||
    follows(site.chain, site.i + n, last)
  );
}

/** Another written group hangs on the end by the same separator: a list or a longer number. */
function follows(chain: NumberChain, next: number, last: NumberElement): boolean {
  const after = chain[next];
  if (after === undefined || after.spoken || after.gap.extension || after.start - last.end > 1) return false;
  const separator = after.gap.separator;
  if (!isJoined(separator) || separator === 'comma' || after.digits.length < 2) return false;
  if (separator !== 'space') return true;
  // Numbers in a row are each a number: "415 555 0123 415 555 0124".
  return last.gap.separator === 'space' && shapeOf(groupsFrom(chain, next, 3)) !== '3-3-4';
}

function precedes(site: Site): boolean {
  const before = site.chain[site.i - 1];
  const first = site.chain[site.i];
  if (site.fresh || before === undefined || first === undefined || before.spoken) return false;
  return isJoined(first.gap.separator) && first.gap.length <= 1 && before.digits.length >= 2;
}
