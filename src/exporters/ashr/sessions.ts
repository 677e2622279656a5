import { warn } from '../../otel/diagnostics.js';
import type { SessionState } from './session-state.js';

/** Sessions remembered, the closed ones included, so that what comes late opens none anew; beyond, the oldest go. */
const MAX_SESSIONS = 10_000;

/** The sessions that this exporter knows, the one used last at the end. */
export class Sessions {
  readonly #states = new Map<string, SessionState>();

  get(sessionId: string): SessionState | undefined {
    const state = this.#states.get(sessionId);
    if (state === undefined) return undefined;
    this.#states.delete(sessionId);
    this.#states.set(sessionId, state);
    return state;
  }

  add(state: SessionState): SessionState {
    this.#states.delete(state.sessionId);
    this.#states.set(state.sessionId, state);
    if (this.#states.size > MAX_SESSIONS) this.#forgetOne();
    return state;
  }

  /** Whether it is still remembered. */
  has(state: SessionState): boolean {
    return this.#states.get(state.sessionId) === state;
  }

  /** Those that the back end has yet to be told of, in order. */
  unannounced(): SessionState[] {
    return [...this.#states.values()].filter((state) => !state.closed && state.unannounced);
  }

  open(): SessionState[] {
    return [...this.#states.values()].filter((state) => !state.closed);
  }

  all(): SessionState[] {
    return [...this.#states.values()];
  }

  #forgetOne(): void {
    const states = [...this.#states.values()];
    const oldest = states.find(({ closed }) => closed) ?? states[0];
    if (oldest === undefined) return;
    this.#states.delete(oldest.sessionId);
    if (oldest.closed) return;
    warn(
      'ashr:sessions',
      `AshrExporter: more than ${MAX_SESSIONS} sessions are open; the oldest are no longer followed`,
    );
  }
}
