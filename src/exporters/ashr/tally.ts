import { roundDollars } from './format.js';
import type { Rollups } from './wire.js';

/** What one accepted row adds to the roll-ups of its session. */
export interface Contribution {
  readonly speaker?: 'user' | 'agent';
  readonly wasInterrupting?: boolean;
  readonly ttfaMs?: number | null;
  readonly costUsd?: number;
}

/** Values of TTFA kept per session for the percentile; beyond, the oldest go. */
const MAX_VALUES = 4096;

/** Adds up the rows of a session that have arrived, so that its roll-ups say what the back end has. */
export class Tally {
  #userTurns = 0;
  #agentTurns = 0;
  #interruptions = 0;
  #costUsd = 0;
  readonly #ttfaMs: number[] = [];

  get turns(): number {
    return this.#userTurns + this.#agentTurns;
  }

  add({ speaker, wasInterrupting, ttfaMs, costUsd }: Contribution): void {
    if (speaker === 'user') this.#userTurns += 1;
    if (speaker === 'agent') this.#agentTurns += 1;
    if (wasInterrupting === true) this.#interruptions += 1;
    if (costUsd !== undefined) this.#costUsd += costUsd;
    if (ttfaMs === undefined || ttfaMs === null) return;
    this.#ttfaMs.push(ttfaMs);
    if (this.#ttfaMs.length > MAX_VALUES) this.#ttfaMs.shift();
  }

  copy(): Tally {
    const copy = new Tally();
    copy.#userTurns = this.#userTurns;
    copy.#agentTurns = this.#agentTurns;
    copy.#interruptions = this.#interruptions;
    copy.#costUsd = this.#costUsd;
    copy.#ttfaMs.push(...this.#ttfaMs);
    return copy;
  }

  rollups(durationMs: number): Rollups {
    return {
      duration_ms: durationMs,
      turn_count: this.turns,
      user_turn_count: this.#userTurns,
      agent_turn_count: this.#agentTurns,
      interrupt_count: this.#interruptions,
      total_cost_usd: roundDollars(this.#costUsd),
      p95_ttfa_ms: this.#percentile(95) ?? null,
    };
  }

  /** By nearest rank, as the processor has it. */
  #percentile(p: number): number | undefined {
    const sorted = this.#ttfaMs.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
  }
}
