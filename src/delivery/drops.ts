import { warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';

/**
 * Why spans were not delivered. `overflow`: pushed out of the full queue by newer ones (or larger than the whole
 * queue may be). `refused`: the back end took the span for bad. `shutdown`: still there when the time for
 * draining was over.
 */
export type DropReason = 'overflow' | 'refused' | 'shutdown';

export type DropListener = (count: number, reason: DropReason) => void;

/** An overflow is said once in this many ms, with the count so far. */
const QUIET_MS = 30_000;

/** Counts what was dropped, tells the listener, and says it once in a while. */
export class Drops {
  readonly #exporterName: string;
  readonly #listener: DropListener | undefined;
  #total = 0;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(exporterName: string, listener: DropListener | undefined) {
    this.#exporterName = exporterName;
    this.#listener = listener;
  }

  get total(): number {
    return this.#total;
  }

  overflow(count: number): void {
    if (!this.#count(count, 'overflow')) return;
    const now = Date.now();
    if (Math.abs(now - this.#saidAt) < QUIET_MS) return;
    this.#saidAt = now;
    this.#warn('overflow', 'the queue is full and the oldest spans are dropped');
  }

  refused(count: number, reason: string): void {
    if (this.#count(count, 'refused')) this.#warn('refused', `a span was refused and is dropped (${reason})`);
  }

  /** The process ends. */
  exit(count: number): void {
    if (!this.#count(count, 'shutdown')) return;
    this.#warn('exit', `${count} spans could not be delivered before the process ends`);
  }

  shutdown(count: number): void {
    if (!this.#count(count, 'shutdown')) return;
    this.#warn('shutdown', `${count} spans could not be delivered before shutdown and are dropped`);
  }

  #count(count: number, reason: DropReason): boolean {
    if (count === 0) return false;
    this.#total += count;
    guard('the listener for dropped spans', undefined, () => this.#listener?.(count, reason));
    return true;
  }

  #warn(reason: DropReason | 'exit', message: string): void {
    const name = this.#exporterName;
    warn(`delivery:${reason}:${name}`, `${name}: ${message}; ${this.#total} dropped so far`);
  }
}
