import type { Clock } from '../../src/conversation/clock.js';

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 0;

  constructor(wall = 1_800_000_000_000) {
    this.#wall = wall;
  }

  wallMs(): number {
    return this.#wall;
  }

  monotonicMs(): number {
    return this.#monotonic;
  }

  /** Time goes by. */
  pass(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }

  /** Somebody sets the machine's clock. */
  step(ms: number): void {
    this.#wall += ms;
  }
}
