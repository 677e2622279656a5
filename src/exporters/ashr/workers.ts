import { FailedError } from './api.js';

/** Requests under way at a time. */
const CONCURRENCY = 6;
/** So many failures before anything succeeded: the back end is down, and the rest need not be tried. */
const HOPELESS = 2;

/** Why some of the work was not done; `undefined`: all of it was. */
export type Failure = FailedError | undefined;

/**
 * Does all tasks, a few at a time, and says what failed; one failure does not stop the others, as long as anything
 * succeeds. Nothing new is begun after `deadline` (epoch ms).
 */
export async function doAll(tasks: readonly (() => Promise<void>)[], deadline: number): Promise<Failure> {
  let next = 0;
  let succeeded = 0;
  const failures: FailedError[] = [];
  const worker = async (): Promise<void> => {
    for (let task = tasks[next]; task !== undefined; task = tasks[next]) {
      if (succeeded === 0 && failures.length >= HOPELESS) return;
      if (Date.now() >= deadline) {
        failures.push(new FailedError('not everything could be sent in time; the rest follows'));
        return;
      }
      next += 1;
      try {
        await task();
        succeeded += 1;
      } catch (error) {
        failures.push(error instanceof FailedError ? error : new FailedError(String(error)));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, tasks.length) }, worker));
  return failures.toSorted((a, b) => (b.retryAfterMs ?? 0) - (a.retryAfterMs ?? 0))[0];
}
