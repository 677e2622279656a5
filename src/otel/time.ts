import type { HrTime } from '@opentelemetry/api';

/** A moment that is already on a session's clock, as sources keep it. */
export class SessionTime {
  /** Epoch milliseconds of the session's clock. */
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/**
 * A moment as callers give it: a `Date`, epoch milliseconds, or an OTel `HrTime` of `[seconds, nanoseconds]`,
 * all by the wall clock; or a `SessionTime`.
 */
export type TimeInput = Date | number | HrTime | SessionTime;

/** The range of `Date`: further out no exporter can say the time. */
const MAX_EPOCH_MS = 8.64e15;

/** Epoch milliseconds of a caller's time, or `undefined` when it is none (wrong type, NaN, out of range). Never throws. */
export function toEpochMs(time: unknown): number | undefined {
  try {
    const ms = readTime(time);
    return ms >= 0 && ms <= MAX_EPOCH_MS ? ms : undefined;
  } catch {
    return undefined;
  }
}

function readTime(time: unknown): number {
  if (typeof time === 'number') return time;
  if (time instanceof Date) return time.getTime();
  if (time instanceof SessionTime) return time.ms;
  if (!Array.isArray(time)) return Number.NaN;
  const [seconds, nanoseconds]: unknown[] = time;
  return typeof seconds === 'number' && typeof nanoseconds === 'number'
    ? hrTimeToMs([seconds, nanoseconds])
    : Number.NaN;
}

/** Epoch milliseconds to `HrTime`, rounded to the microsecond that a double can still carry. */
export function msToHrTime(epochMs: number): HrTime {
  const micros = Math.round(epochMs * 1000);
  const seconds = Math.floor(micros / 1e6);
  return [seconds, (micros - seconds * 1e6) * 1000];
}

/** `HrTime` to epoch milliseconds (a double, exact to the microsecond). */
export function hrTimeToMs(time: HrTime): number {
  return time[0] * 1000 + time[1] / 1e6;
}

/** Seconds from one `HrTime` to another. */
export function secondsBetween(from: HrTime, to: HrTime): number {
  return to[0] - from[0] + (to[1] - from[1]) / 1e9;
}

/** A duration in seconds without floating-point residue below the nanosecond. */
export function roundSeconds(seconds: number): number {
  return Math.round(seconds * 1e9) / 1e9;
}
