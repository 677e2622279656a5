import { guard } from '../otel/guard.js';
import { SessionTime, toEpochMs } from '../otel/time.js';

/** Where time comes from; injected in tests. */
export interface Clock {
  /** Epoch milliseconds. May step when the machine's clock is set. */
  wallMs(): number;
  /** Milliseconds from an arbitrary start; never steps. */
  monotonicMs(): number;
}

/** The platform's clocks: `Date.now()` and `performance.now()`. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** `Date.now()` has a grain of 1 ms: a smaller difference between wall and session time is no clock step. */
const STEP_MS = 2;

/**
 * The one clock of a session: a wall time at its start plus a monotonic offset, so that a clock step in the
 * middle changes no duration. All session times are epoch milliseconds (double).
 */
export class SessionClock {
  readonly #clock: Clock;
  readonly #wallStart: number;
  readonly #monotonicStart: number;
  #latest: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wallStart = this.#wall();
    this.#latest = this.#wallStart;
    this.#monotonicStart = this.#monotonic() ?? 0;
  }

  /** The session's time now. Never goes back, whatever the clock returns. */
  now(): number {
    const monotonic = this.#monotonic();
    if (monotonic === undefined) return this.#latest;
    const now = toEpochMs(this.#wallStart + (monotonic - this.#monotonicStart));
    if (now !== undefined && now > this.#latest) this.#latest = now;
    return this.#latest;
  }

  /**
   * A wall-clock time of the caller (`Date`, epoch milliseconds or `HrTime`) as session time, corrected by what
   * the wall clock has stepped since the session began. Anything that is no time is now.
   */
  at(time: unknown): number {
    const now = this.now();
    const given = toEpochMs(time);
    if (given === undefined) return now;
    if (isSessionTime(time)) return given;
    const step = now - this.#wall();
    return Math.abs(step) < STEP_MS ? given : Math.max(0, given + step);
  }

  #wall(): number {
    return guard('the wall clock', undefined, () => toEpochMs(this.#clock.wallMs())) ?? Date.now();
  }

  #monotonic(): number | undefined {
    const ms = guard('the monotonic clock', Number.NaN, () => this.#clock.monotonicMs());
    return typeof ms === 'number' && Number.isFinite(ms) ? ms : undefined;
  }
}

/** Asks without touching a proxy that has been revoked. */
function isSessionTime(time: unknown): boolean {
  try {
    return time instanceof SessionTime;
  } catch {
    return false;
  }
}
