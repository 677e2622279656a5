import { SLOW_MS, VERY_SLOW_MS } from '../../../report/text/thresholds.js';

/** Waits for an answer (ms) from which a figure counts as slow, and as very slow. */
export interface Thresholds {
  readonly slowMs: number;
  readonly verySlowMs: number;
}

export type Level = 'good' | 'slow' | 'very-slow';

export const DEFAULT_THRESHOLDS: Thresholds = { slowMs: SLOW_MS, verySlowMs: VERY_SLOW_MS };

/** What a level is called, and the sign that says it without colour. */
export const LEVELS: Readonly<Record<Level, { readonly name: string; readonly sign: string }>> = {
  good: { name: 'quick', sign: '●' },
  slow: { name: 'slow', sign: '▲' },
  'very-slow': { name: 'very slow', sign: '■' },
};

const KEY = 'voice-otel.thresholds';

export function levelOf(waitMs: number, thresholds: Thresholds): Level {
  return waitMs >= thresholds.verySlowMs ? 'very-slow' : waitMs >= thresholds.slowMs ? 'slow' : 'good';
}

/** What is wrong with a pair of thresholds, for a person; `undefined` where nothing is. */
export function thresholdsProblem({ slowMs, verySlowMs }: Thresholds): string | undefined {
  if (!Number.isFinite(slowMs) || !Number.isFinite(verySlowMs) || slowMs < 0 || verySlowMs < 0) {
    return 'Both have to be a number of milliseconds, zero or more.';
  }
  return slowMs > verySlowMs ? '“Very slow” cannot begin before “slow”.' : undefined;
}

/** The thresholds kept in this browser, else the defaults. Storage may be switched off: then the defaults. */
export function loadThresholds(): Thresholds {
  try {
    return parseThresholds(localStorage.getItem(KEY));
  } catch {
    return DEFAULT_THRESHOLDS;
  }
}

/** Whether they could be kept. */
export function saveThresholds(thresholds: Thresholds): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(thresholds));
    return true;
  } catch {
    return false;
  }
}

export function parseThresholds(stored: string | null): Thresholds {
  if (stored === null) return DEFAULT_THRESHOLDS;
  try {
    const value: unknown = JSON.parse(stored);
    if (typeof value !== 'object' || value === null) return DEFAULT_THRESHOLDS;
    const { slowMs, verySlowMs } = value as Partial<Record<keyof Thresholds, unknown>>;
    if (typeof slowMs !== 'number' || typeof verySlowMs !== 'number') return DEFAULT_THRESHOLDS;
    const thresholds = { slowMs, verySlowMs };
    return thresholdsProblem(thresholds) === undefined ? thresholds : DEFAULT_THRESHOLDS;
  } catch {
    return DEFAULT_THRESHOLDS;
  }
}
