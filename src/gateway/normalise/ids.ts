const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = (1n << 64n) - 1n;
/** Of MurmurHash3's finaliser (https://github.com/aappleby/smhasher). */
const MIX = 0xff51afd7ed558ccdn;

/**
 * The span id of something that we add: the same for the same parts, so that a retry writes it again instead of
 * twice. FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): portable, and nobody has to be kept out.
 */
export function derivedSpanId(...parts: readonly (string | number)[]): string {
  return hash(parts.join('\u0000'));
}

/** The trace id of a session whose turns are traces of their own. */
export function derivedTraceId(...parts: readonly (string | number)[]): string {
  const text = parts.join('\u0000');
  return `${hash(text)}${hash(`\u0001${text}`)}`;
}

function hash(text: string): string {
  let value = OFFSET;
  for (const byte of new TextEncoder().encode(text)) value = ((value ^ BigInt(byte)) * PRIME) & MASK;
  // Parts that differ in the last character only would have ids that look alike.
  value = ((value ^ (value >> 33n)) * MIX) & MASK;
  value ^= value >> 33n;
  // All zero is no id (W3C Trace Context).
  return (value === 0n ? 1n : value).toString(16).padStart(16, '0');
}
