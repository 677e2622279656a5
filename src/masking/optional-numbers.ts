import type { Finding } from './finding.js';
import { pattern } from './pattern.js';

/** ISO 13616: two letters, two check digits, up to thirty characters, usually in groups of four. */
const ibans = pattern(
  '(?<![\\p{L}\\p{N}])[a-z]{2}\\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?(?![\\p{L}\\p{N}])',
  'giu',
);
const MIN_IBAN = 15;
const MAX_IBAN = 34;

/** International bank account numbers whose checksum (ISO 7064, mod 97-10) holds. */
export function findIbans(text: string): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(ibans())) {
    const value = match[0].replace(/[ -]/g, '').toUpperCase();
    if (value.length < MIN_IBAN || value.length > MAX_IBAN || !passesMod97(value)) continue;
    found.push({ type: 'iban', start: match.index, end: match.index + match[0].length, value });
  }
  return found;
}

function passesMod97(iban: string): boolean {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = pattern(`(?<![\\p{L}\\p{N}.])${OCTET}(?:\\.${OCTET}){3}(?![\\p{L}\\p{N}]|\\.\\d)`, 'gu');
const ipv6 = pattern(
  '(?<![\\p{L}\\p{N}:.])[0-9a-f:]{2,39}(?:(?:\\d{1,3}\\.){3}\\d{1,3})?(?![\\p{L}\\p{N}:])',
  'giu',
);

/** IPv4 and IPv6 addresses (RFC 4291 text forms). */
export function findIpAddresses(text: string): Finding[] {
  const found: Finding[] = [];
  for (const form of [ipv4(), ipv6()]) {
    for (const match of text.matchAll(form)) {
      if (form === ipv6() && !isIpv6(match[0])) continue;
      const value = match[0].toLowerCase();
      found.push({ type: 'ip_address', start: match.index, end: match.index + match[0].length, value });
    }
  }
  return found;
}

function isIpv6(text: string): boolean {
  const quad = /(?:\d{1,3}\.){3}\d{1,3}$/.exec(text)?.[0];
  const hex = quad === undefined ? text : `${text.slice(0, -quad.length)}0:0`;
  const halves = hex.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 && groups.length >= 1 : groups.length === 8;
}
