import type { Finding } from './finding.js';
import { pattern } from './pattern.js';

/** RFC 5321 allows 64 octets before the sign and 255 after it; escapes make the first part longer. */
const MAX_LOCAL = 128;
const MAX_DOMAIN = 255;

const LOCAL_CHAR = pattern("[\\p{L}\\p{M}\\p{N}.!#$%&'*+^_`~-]", 'u');
const EDGE_CHAR = pattern('[\\p{L}\\p{M}\\p{N}_+-]', 'u');
const domainPattern = pattern(
  '[\\p{L}\\p{M}\\p{N}](?:[\\p{L}\\p{M}\\p{N}_-]{0,62})(?:\\.{1,2}[\\p{L}\\p{M}\\p{N}][\\p{L}\\p{M}\\p{N}_-]{0,62}){0,10}',
  'uy',
);
/** An ending that came apart from its name: a blank or a line's end beside the dot, or a comma for it. */
const looseEnding = pattern(
  '(?:(?:[ \\n]\\.|\\. )(?:com|net|org|edu|gov|info|biz|app|dev|io|ai|co(?:\\.[a-z]{2})?|de|fr|es|ca|au|uk|nl|ch|eu|jp|br|' +
    'ru|pl|se|dk|fi|ie|nz|mx|cn|kr)|,(?:com|net|org|edu|gov))(?![\\p{L}\\p{N}_@-])',
  'uy',
);
/** A name that was broken at the end of a line. */
const brokenName = pattern(
  '\\n[a-z0-9-]{1,30}\\.(?:com|net|org|edu|io|co\\.uk|de|fr)(?![\\p{L}\\p{N}_@-])',
  'uy',
);
/** The start of an account that came apart before a dot: "peter .jones@example.com". */
const LOOSE_START = pattern('(?:^|[\\s<(:,;"\'])([\\p{L}\\p{N}_-]{1,32} \\.)$', 'u');
const MAX_LOOSE_START = 40;
const ADDRESS_LITERAL = /\[(?:\d{1,3}(?:\.\d{1,3}){3}|ipv6:[0-9a-f:.]{2,45})\]/iy;
const TOP_LEVEL = pattern('^(?:xn--[a-z0-9-]+|[\\p{L}\\p{M}]{2,63})$', 'iu');

/** Endings of files that are no top-level domains. */
const FILE_ENDINGS = new Set(
  'png jpg jpeg gif webp svg bmp ico css js mjs cjs jsx tsx json yaml yml html htm xml txt csv exe dll jar wav'.split(
    ' ',
  ),
);

/** Accounts of version control over ssh, not of people. */
const SSH_ACCOUNTS = new Set(['git', 'hg', 'svn']);

/** Written e-mail addresses: looks around every `@`, over bounded stretches, so that the time is linear. */
export function findEmails(text: string): Finding[] {
  const found: Finding[] = [];
  let from = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const end = domainEnd(text, at + 1);
    if (end < 0) continue;
    const start = localStart(text, text.charAt(at - 1) === '@' ? at - 1 : at, from);
    if (start < 0 || SSH_ACCOUNTS.has(text.slice(start, at).toLowerCase())) continue;
    found.push({ type: 'email', start, end, value: text.slice(start, end).toLowerCase() });
    from = end;
  }
  return found;
}

function domainEnd(text: string, start: number): number {
  if (text.charAt(start) === '[') {
    ADDRESS_LITERAL.lastIndex = start;
    return ADDRESS_LITERAL.test(text) ? ADDRESS_LITERAL.lastIndex : -1;
  }
  const host = domainPattern();
  host.lastIndex = start;
  const match = host.exec(text)?.[0];
  if (match === undefined || match.length > MAX_DOMAIN) return -1;
  const labels = match.replace(/[_-]+$/, '').split('.');
  // A sentence may go on behind the address without a space: labels are dropped until an ending fits.
  while (labels.length > 1 && !TOP_LEVEL().test(labels[labels.length - 1] ?? '')) labels.pop();
  const domain = labels.join('.');
  if (labels.length === 1) {
    return domain.toLowerCase() === 'localhost'
      ? start + domain.length
      : looseEnd(text, start + match.length);
  }
  // `pkg@1.2.x` is a version.
  if (/^\d+$/.test(labels[0] ?? '') && /^\d/.test(labels[1] ?? '')) return -1;
  return FILE_ENDINGS.has((labels[labels.length - 1] ?? '').toLowerCase()) ? -1 : start + domain.length;
}

/** The end of a host name that came apart; -1 where it did not. */
function looseEnd(text: string, at: number): number {
  for (const rest of [looseEnding(), brokenName()]) {
    rest.lastIndex = at;
    if (rest.test(text)) return rest.lastIndex;
  }
  return -1;
}

function localStart(text: string, at: number, from: number): number {
  if (text.charAt(at - 1) === '"') return quotedStart(text, at - 1, from);
  let start = at;
  const limit = Math.max(from, at - MAX_LOCAL);
  while (start > limit && LOCAL_CHAR().test(charBefore(text, start))) start -= charBefore(text, start).length;
  while (start < at && !EDGE_CHAR().test(String.fromCodePoint(text.codePointAt(start) ?? 0))) {
    start += String.fromCodePoint(text.codePointAt(start) ?? 0).length;
  }
  if (start >= at) return -1;
  if (text.charAt(start - 1) !== '.') return start;
  const before = text.slice(Math.max(from, start - MAX_LOOSE_START), start);
  return start - (LOOSE_START().exec(before)?.[1]?.length ?? 0);
}

function charBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text.charAt(at - 1);
}

/** `"john doe"@example.com` */
function quotedStart(text: string, quote: number, from: number): number {
  const low = Math.max(from, quote - MAX_LOCAL);
  const open = low + text.slice(low, quote).lastIndexOf('"');
  return open >= low && quote - open > 1 ? open : -1;
}
