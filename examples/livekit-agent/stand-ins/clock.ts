import { setTimeout as delay } from 'node:timers/promises';

/** Now in epoch milliseconds, on a clock that never steps. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Waits.
 *
 * @returns false when `signal` ended the wait early
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch {
    return false;
  }
}

/** Values in turn, again and again: timing that varies as a provider's does, yet the same way in every run. */
export function inTurn(values: readonly [number, ...number[]]): () => number {
  let next = 0;
  return () => values[next++ % values.length] ?? values[0];
}
