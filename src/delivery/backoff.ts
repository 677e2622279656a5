/** The first wait lies between half of this and this, in ms; each further failure doubles it. */
const FIRST_CEILING_MS = 2000;
const MAX_CEILING_MS = 60_000;
/** A `Retry-After` outside these limits counts as the limit: never at once, never for longer than five minutes. */
const MIN_RETRY_AFTER_MS = 1000;
const MAX_RETRY_AFTER_MS = 300_000;
/** Added at random to a `Retry-After`, so that not all clients return in the same moment. */
const RETRY_AFTER_JITTER = 0.1;

/**
 * How long to wait before the next try, in ms: 1–2 s after the first failure in a row, then 2–4 s, 4–8 s … up to
 * 30–60 s, at random within the range. What the back end asked for (`retryAfterMs`) goes first, between 1 s and
 * 5 min; zero, negative and unusable values count as not given.
 * @param failures failures in a row, from 1
 * @param random between 0 and 1, as `Math.random()`
 */
export function backoffMs(failures: number, random: number, retryAfterMs: number | undefined): number {
  const share = random >= 0 && random <= 1 ? random : 0.5;
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    const asked = Math.min(Math.max(retryAfterMs, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS);
    return Math.min(asked * (1 + RETRY_AFTER_JITTER * share), MAX_RETRY_AFTER_MS);
  }
  const doublings = Math.min(Math.max(failures, 1) - 1, 10);
  const ceiling = Math.min(FIRST_CEILING_MS * 2 ** doublings, MAX_CEILING_MS);
  return ceiling * (0.5 + 0.5 * share);
}
