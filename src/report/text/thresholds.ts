import type { Paint } from './theme.js';

// Where figures change colour: choices for the eye, no limits of a standard.

/** Waits for an answer (ms) from which a figure is yellow, and red. */
export const SLOW_MS = 1000;
export const VERY_SLOW_MS = 2000;

/** An unexplained stretch of a wait (ms) from which on it is red, and named among what to look at first. */
export const LONG_GAP_MS = 300;

/** The colour of a wait. */
export function latencyPaint(ms: number): Paint | undefined {
  return ms >= VERY_SLOW_MS ? 'red' : ms >= SLOW_MS ? 'yellow' : undefined;
}
