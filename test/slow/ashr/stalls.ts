import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The longest that the event loop was held, in ms: of each gap between two ticks only as much as the main thread computed
 * in it, as a machine with other work leaves gaps of its own.
 */
export class Stalls {
  longest = 0;
  #at = 0;
  #used = 0;
  readonly #clock = new ThreadClock();
  readonly #timer: NodeJS.Timeout;

  constructor(tickMs = 2) {
    this.skip();
    this.#timer = setInterval(() => {
      const gap = performance.now() - this.#at - tickMs;
      this.longest = Math.max(this.longest, Math.min(gap, this.#clock.usedMs() - this.#used));
      this.skip();
    }, tickMs);
  }

  /** What was computed since the last tick is the test's own. */
  skip(): void {
    this.#at = performance.now();
    this.#used = this.#clock.usedMs();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#clock.close();
  }
}

/** Time that the main thread of this process has computed: from Linux, else that of all its threads. */
class ThreadClock {
  readonly #file = process.platform === 'linux' ? openSync('/proc/self/schedstat', 'r') : undefined;
  readonly #buffer = new Uint8Array(64);

  usedMs(): number {
    if (this.#file === undefined) {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    }
    const length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, 0);
    return Number(new TextDecoder().decode(this.#buffer.subarray(0, length)).split(' ')[0]) / 1e6;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
