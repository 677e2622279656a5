import { errorText, warn } from './diagnostics.js';

/** The longest delay a platform timer can carry, about 24.8 days; a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** Waits for `work`, but not longer than this. Never rejects; what goes wrong is said in a warning. */
export async function withinTime(
  timeoutMs: number,
  what: string,
  work: () => Promise<void> | undefined,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.min(timeoutMs, MAX_TIMER_MS));
  });
  try {
    const outcome = await Promise.race([work(), late]);
    if (outcome === 'late') warn(`late:${what}`, `${what} took longer than ${timeoutMs} ms and was given up`);
  } catch (error) {
    warn(`failed:${what}`, `${what} failed: ${errorText(error)}`);
  } finally {
    clearTimeout(timer);
  }
}
