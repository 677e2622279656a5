import type { ReadableSpanLike } from '../otel/types.js';
import { Costs } from './costs.js';
import { Distribution } from './percentile.js';

/** Turns of one session whose stages are still being added up; beyond, the oldest is forgotten. */
const MAX_TURNS = 256;
/** User turns that a reply can still refer to. */
const MAX_USER_TURNS = 32;
/** Agent turns of one session that are open at a time; beyond, the oldest is forgotten. */
const MAX_OPEN_AGENT_TURNS = 32;
/** Sessions followed at a time; beyond, the one that was idle longest is forgotten and has no roll-up. */
const MAX_SESSIONS = 10_000;

/** What of a user turn's span tells when it was over. */
export type UserTurnSpan = Pick<ReadableSpanLike, 'startTime' | 'endTime' | 'ended' | 'attributes'>;

/** A user turn that the agent may answer. */
export interface UserTurnState {
  readonly turnId: string;
  /**
   * The span: while it is open a weak reference, as its end may come after the answer's and its content is not ours to
   * keep; once it has ended a few numbers of it.
   */
  span: WeakRef<ReadableSpanLike> | UserTurnSpan;
  /** The agent turn that answered it first. */
  answeredBy: string | undefined;
}

const NO_SPANS: readonly ReadableSpanLike[] = [];

/** What the processor remembers of a session while it lasts. */
export class SessionState {
  readonly costs: Costs = new Costs();
  readonly timeToFirstAudio: Distribution = new Distribution();
  readonly responseLatency: Distribution = new Distribution();
  readonly interruptionLatency: Distribution = new Distribution();
  readonly userTurns: UserTurnState[] = [];
  userTurnCount = 0;
  agentTurnCount = 0;
  interruptionCount = 0;
  readonly #turnCosts = new Map<string, Costs>();
  readonly #openAgentTurns = new Map<string, WeakRef<ReadableSpanLike>>();

  agentTurnStarted(turnId: string, span: ReadableSpanLike): void {
    this.#openAgentTurns.set(turnId, new WeakRef(span));
    if (this.#openAgentTurns.size <= MAX_OPEN_AGENT_TURNS) return;
    this.#openAgentTurns.delete(this.#openAgentTurns.keys().next().value ?? '');
  }

  /** The agent turns that are still open when this one has ended. */
  agentTurnEnded(turnId: string): readonly ReadableSpanLike[] {
    this.#openAgentTurns.delete(turnId);
    if (this.#openAgentTurns.size === 0) return NO_SPANS;
    return [...this.#openAgentTurns.values()]
      .map((span) => span.deref())
      .filter((span) => span !== undefined);
  }

  userTurn(turnId: string, span: WeakRef<ReadableSpanLike> | UserTurnSpan): void {
    const known = this.userTurns.find((turn) => turn.turnId === turnId);
    if (known !== undefined) {
      known.span = span;
      return;
    }
    this.userTurns.push({ turnId, span, answeredBy: undefined });
    if (this.userTurns.length > MAX_USER_TURNS) this.userTurns.shift();
  }

  turnCosts(turnId: string): Costs {
    let costs = this.#turnCosts.get(turnId);
    if (costs === undefined) {
      costs = new Costs();
      this.#turnCosts.set(turnId, costs);
      if (this.#turnCosts.size > MAX_TURNS) this.#turnCosts.delete(this.#turnCosts.keys().next().value ?? '');
    }
    return costs;
  }

  turnEnded(turnId: string): void {
    this.#turnCosts.delete(turnId);
  }
}

/** What is known of a user turn's span now; nothing where it was abandoned. */
export function spanOf({ span }: UserTurnState): UserTurnSpan | undefined {
  return span instanceof WeakRef ? span.deref() : span;
}

/** The sessions that are followed, the one used last at the end. */
export class Sessions {
  readonly #states = new Map<string, SessionState>();
  /** The one at the end, which is asked for most often. */
  #last: SessionState | undefined;
  #lastId: string | undefined;

  of(sessionId: string): SessionState {
    if (this.#last !== undefined && this.#lastId === sessionId) return this.#last;
    const state = this.#states.get(sessionId) ?? new SessionState();
    this.#states.delete(sessionId);
    this.#states.set(sessionId, state);
    if (this.#states.size > MAX_SESSIONS) this.#states.delete(this.#states.keys().next().value ?? '');
    this.#last = state;
    this.#lastId = sessionId;
    return state;
  }

  /** Whether this session is followed, so that its roll-up would be whole. */
  has(sessionId: string): boolean {
    return this.#states.has(sessionId);
  }

  ended(sessionId: string): void {
    this.#states.delete(sessionId);
    if (this.#lastId !== sessionId) return;
    this.#last = undefined;
    this.#lastId = undefined;
  }
}
