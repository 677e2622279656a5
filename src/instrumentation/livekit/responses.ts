import type { StageRecord } from '../../signals/signal.js';

/** Responses remembered on either side; beyond, the oldest go. */
const MAX_RESPONSES = 32;

/** A response of a realtime model, as its metrics tell of it. */
export interface RealtimeResponse {
  readonly id: string;
  readonly label: string;
  readonly stage: StageRecord;
}

/**
 * Brings the metrics of a realtime response together with the speech that it became: the metrics know only the
 * response's id, which the message of the assistant names, mostly later.
 */
export class Responses {
  readonly #waiting = new Map<string, RealtimeResponse>();
  readonly #speechIds = new Map<string, string>();

  /** The speech that a message has already named, if one has; else the response waits. */
  over(response: RealtimeResponse): string | undefined {
    const speechId = this.#speechIds.get(response.id);
    if (speechId === undefined) this.#waiting.set(response.id, response);
    return speechId;
  }

  /** What waits beyond the limit, the oldest first. */
  overdue(): RealtimeResponse[] {
    const overdue = [...this.#waiting.values()].slice(0, Math.max(0, this.#waiting.size - MAX_RESPONSES));
    for (const { id } of overdue) this.#waiting.delete(id);
    return overdue;
  }

  /** A message names these responses. @returns those that waited for it */
  said(ids: readonly string[], speechId: string | undefined): RealtimeResponse[] {
    const named = ids.flatMap((id) => this.#waiting.get(id) ?? []);
    for (const id of ids) {
      this.#waiting.delete(id);
      if (speechId !== undefined) this.#speechIds.set(id, speechId);
    }
    while (this.#speechIds.size > MAX_RESPONSES) {
      this.#speechIds.delete(this.#speechIds.keys().next().value ?? '');
    }
    return named;
  }

  /** All that wait. */
  take(): RealtimeResponse[] {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    return all;
  }
}
