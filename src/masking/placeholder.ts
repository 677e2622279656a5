const PREFIX = '[REDACTED:';
/** Type of what could not be masked and was blanked instead. */
export const MASKING_FAILED = '[REDACTED:masking_failed]';
/** Stands for a text above the length limit. */
export const TOO_LONG = '[REDACTED:too_long]';
/** Longest suffix (last four digits, keyed token) that a placeholder may carry. */
const MAX_SUFFIX = 128;
/** The shortest suffix that counts as a token and not as a piece of a number. */
const MIN_TOKEN = 16;
const MAX_TYPE = 48;

/**
 * Whether `type` can stand in a placeholder: a lower-case word, more after underscores, and at most three
 * digits in all, so that no number hides in it.
 */
export function isPlaceholderType(type: string): boolean {
  return type.length <= MAX_TYPE && /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(type) && !/(?:\d.*){4}/.test(type);
}

/** The placeholder of a type, with an optional suffix; a suffix of no safe form is left out. */
export function placeholder(type: string, suffix?: string): string {
  if (suffix !== undefined && isSafeSuffix(suffix)) return `${PREFIX}${type}:${suffix}]`;
  return `${PREFIX}${type}]`;
}

/**
 * Whether a suffix can be told from a value: at most four digits, or a token of at least sixteen characters
 * of which one in eight is a letter. Anything else would let a number hide behind the look of a placeholder.
 */
export function isSafeSuffix(suffix: string): boolean {
  if (/^\d{1,4}$/.test(suffix)) return true;
  if (suffix.length < MIN_TOKEN || suffix.length > MAX_SUFFIX || !/^[A-Za-z0-9_-]+$/.test(suffix))
    return false;
  let letters = 0;
  for (const char of suffix) if (/[A-Za-z]/.test(char)) letters += 1;
  return letters * 8 >= suffix.length;
}

/** Where the placeholder that starts at `start` ends, or -1 when none starts there. Constant time. */
export function placeholderEnd(text: string, start: number): number {
  if (!text.startsWith(PREFIX, start)) return -1;
  const close = text.slice(start, start + PREFIX.length + MAX_TYPE + MAX_SUFFIX + 2).indexOf(']');
  if (close < 0) return -1;
  const body = text.slice(start + PREFIX.length, start + close);
  const colon = body.indexOf(':');
  const type = colon < 0 ? body : body.slice(0, colon);
  if (!isPlaceholderType(type)) return -1;
  if (colon >= 0 && !isSafeSuffix(body.slice(colon + 1))) return -1;
  return start + close + 1;
}

/** Every placeholder in a text, as `[start, end)` pairs in ascending order. */
export function findPlaceholders(text: string): [number, number][] {
  const found: [number, number][] = [];
  let at = text.indexOf(PREFIX);
  while (at >= 0) {
    const end = placeholderEnd(text, at);
    if (end >= 0) found.push([at, end]);
    at = text.indexOf(PREFIX, end >= 0 ? end : at + PREFIX.length);
  }
  return found;
}
