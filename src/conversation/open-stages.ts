import { warn } from '../otel/diagnostics.js';

/** What is known of a stage here. */
interface OpenStage {
  end(): void;
  discard(): void;
}

/** Stages open at a time in one session; beyond, the oldest is ended as discarded. */
const MAX_OPEN_STAGES = 1024;

/** The stages of a session that are still open, each with the turn it belongs to, if any. */
export class OpenStages {
  readonly #turnOf = new Map<OpenStage, string | undefined>();

  opened(stage: OpenStage, turnId: string | undefined): void {
    this.#turnOf.set(stage, turnId);
    if (this.#turnOf.size <= MAX_OPEN_STAGES) return;
    const oldest = this.#turnOf.keys().next().value;
    warn('open-stages', `a session has more than ${MAX_OPEN_STAGES} open stages; the oldest was ended`);
    oldest?.discard();
    oldest?.end();
  }

  closed(stage: OpenStage): void {
    this.#turnOf.delete(stage);
  }

  /** Ends the stages of one turn. */
  endOfTurn(turnId: string): void {
    for (const [stage, owner] of this.#turnOf) if (owner === turnId) stage.end();
  }

  endAll(): void {
    for (const stage of this.#turnOf.keys()) stage.end();
  }
}
