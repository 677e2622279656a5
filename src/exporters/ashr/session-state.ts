import type { ReadableSpanLike } from '../../otel/types.js';
import type { MissingCost } from './costs.js';
import { type Contribution, Tally } from './tally.js';
import type { SessionRow } from './wire.js';

/** Turns remembered per session; beyond, the oldest is forgotten. */
const MAX_TURNS = 1024;
/** Different reasons for missing costs that a session's metadata lists. */
const MAX_MISSING = 50;

/** A turn as the items that belong to it need to know it. */
export interface KnownTurn {
  readonly turnId: string;
  /** Epoch milliseconds; that of the first of its spans while the turn's own has not ended. */
  startMs: number;
  /** Its row has been made: what comes later can no longer go with it. */
  rowMade: boolean;
  /** US dollars of its stages so far. */
  costUsd: number;
  /** Its model and tool stages, which wait for its row. */
  readonly waiting: ReadableSpanLike[];
}

/** What the exporter remembers of one session: its announcement, which is state, and what its rows add up to. */
export class SessionState {
  readonly sessionId: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly tally: Tally = new Tally();
  /** Announced by a start that this exporter saw, so that its tally is whole. */
  readonly whole: boolean;
  readonly missingCosts: Map<string, MissingCost & { count: number }> = new Map();
  /** Stages of the session itself that came before any turn. */
  readonly withoutTurn: ReadableSpanLike[] = [];
  /** Turn rows made so far. */
  turnRows = 0;
  closed = false;
  #row: SessionRow;
  #json: string;
  #accepted: string | undefined;
  #refused = false;
  readonly #turns = new Map<string, KnownTurn>();

  constructor(row: SessionRow, startMs: number, whole: boolean) {
    this.sessionId = row.session_id;
    this.startMs = startMs;
    this.whole = whole;
    this.#row = row;
    this.#json = JSON.stringify(row);
  }

  get row(): SessionRow {
    return this.#row;
  }

  /** Whether the back end has yet to be told of this session, or of a change in its row. */
  get unannounced(): boolean {
    return !this.#refused && this.#accepted !== this.#json;
  }

  update(row: SessionRow): void {
    this.#row = row;
    this.#json = JSON.stringify(row);
  }

  announced(row: SessionRow): void {
    this.#accepted = row === this.#row ? this.#json : undefined;
  }

  /** The back end will never take this row: it is not sent again. */
  announcementRefused(): void {
    this.#refused = true;
  }

  /** The back end has forgotten it. */
  forgotten(): void {
    this.#accepted = undefined;
    this.#refused = false;
  }

  accepted(contribution: Contribution | undefined): void {
    if (contribution !== undefined) this.tally.add(contribution);
  }

  turn(turnId: string, startMs: number): KnownTurn {
    const known = this.#turns.get(turnId);
    if (known !== undefined) {
      if (!known.rowMade) known.startMs = Math.min(known.startMs, startMs);
      return known;
    }
    const turn: KnownTurn = { turnId, startMs, rowMade: false, costUsd: 0, waiting: [] };
    this.#turns.set(turnId, turn);
    if (this.#turns.size > MAX_TURNS) {
      const oldest = [...this.#turns.values()].find(({ waiting }) => waiting.length === 0);
      this.#turns.delete(oldest?.turnId ?? '');
    }
    return turn;
  }

  /** The latest turn that had begun at this time, else the first; `undefined` where there is none yet. */
  turnAt(ms: number): KnownTurn | undefined {
    let before: KnownTurn | undefined;
    let first: KnownTurn | undefined;
    for (const turn of this.#turns.values()) {
      if (turn.startMs <= ms && (before === undefined || turn.startMs >= before.startMs)) before = turn;
      if (first === undefined || turn.startMs < first.startMs) first = turn;
    }
    return before ?? first;
  }

  /** Turns whose stages still wait for their row. */
  waitingTurns(): KnownTurn[] {
    return [...this.#turns.values()].filter(({ waiting }) => waiting.length > 0);
  }

  costMissing(missing: MissingCost): void {
    const key = JSON.stringify(Object.values(missing));
    const known = this.missingCosts.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.missingCosts.size < MAX_MISSING) this.missingCosts.set(key, { ...missing, count: 1 });
  }
}
