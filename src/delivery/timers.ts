import { MAX_TIMER_MS } from '../otel/within-time.js';

export interface Timer {
  clear(): void;
}

/** Runs `work` once after `delayMs` (ms). The timer keeps no process alive where the platform can say so. */
export function startTimer(work: () => void, delayMs: number): Timer {
  const timer = setTimeout(work, delayMs);
  timer.unref?.();
  return { clear: () => clearTimeout(timer) };
}

/** As `startTimer`, for a time limit that somebody is waiting for: the process stays until it has passed. */
export function startDeadline(work: () => void, delayMs: number): Timer {
  const timer = setTimeout(work, delayMs);
  return { clear: () => clearTimeout(timer) };
}

/** Keeps the process alive until the returned function is called, so that what it waits for can settle. */
export function holdProcess(): () => void {
  const timer = startDeadline(() => {}, MAX_TIMER_MS);
  return () => timer.clear();
}

/** Lets timers, input and output of everybody else run first. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
