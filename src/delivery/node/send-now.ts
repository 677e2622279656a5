import { Worker } from 'node:worker_threads';
import { errorText, warn } from '../../otel/diagnostics.js';
import type { PreparedRequest } from '../last-moments.js';
import { SENDER_THREAD } from './sender-thread.js';

/** Requests of one lane under way at a time. */
const CONCURRENCY = 6;
/** Between the first and the second try of a request, in ms. */
const RETRY_MS = 250;

/**
 * Sends requests and waits for it, blocking this thread for `timeoutMs` (ms) at most: for the moments in which nothing
 * asynchronous runs any more. Lanes (one for each back end) are independent; in a lane order is kept between methods.
 * Another thread does the work, in which nothing traces. Never throws.
 *
 * @returns for each lane whether all of its requests were taken
 */
export function sendNow(
  lanes: readonly (readonly PreparedRequest[])[],
  timeoutMs: number,
): readonly boolean[] {
  const count = lanes.reduce((sum, lane) => sum + lane.length, 0);
  if (count === 0 || timeoutMs <= 0) return lanes.map((lane) => lane.length === 0);
  const flags = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (1 + count));
  const state = new Int32Array(flags);
  try {
    // A preload that the process was started with (--import, --require, NODE_OPTIONS) is not run again in the thread.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const workerData = {
      lanes,
      flags,
      deadline: Date.now() + timeoutMs,
      concurrency: CONCURRENCY,
      retryMs: RETRY_MS,
    };
    const worker = new Worker(SENDER_THREAD, { eval: true, execArgv: [], env, workerData });
    worker.unref();
    Atomics.wait(state, 0, 0, timeoutMs);
  } catch (error) {
    warn('exit:sender', `what waits cannot be sent as the process ends: ${errorText(error)}`);
  }
  let next = 1;
  return lanes.map((lane) => {
    const taken = state.subarray(next, next + lane.length);
    next += lane.length;
    return taken.every((flag) => flag === 1);
  });
}
