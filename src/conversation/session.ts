import { type Attributes, type Context, SpanKind } from '@opentelemetry/api';
import { warn } from '../otel/diagnostics.js';
import type { TimeInput } from '../otel/time.js';
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_VOICE_RECORDING_CODEC,
  ATTR_VOICE_RECORDING_DURATION,
  ATTR_VOICE_RECORDING_URL,
  ATTR_VOICE_SESSION_END_DETAIL,
  ATTR_VOICE_SESSION_END_REASON,
  ATTR_VOICE_TRANSPORT_JITTER,
  ATTR_VOICE_TRANSPORT_MOS,
  ATTR_VOICE_TRANSPORT_PACKET_LOSS,
  SPAN_VOICE_SESSION,
} from '../semconv/generated.js';
import { AgentTurn, type AgentTurnOptions } from './agent-turn.js';
import { narrowSessionEndReason } from './end-reason.js';
import type { SessionIdentity } from './identity.js';
import { OpenStages } from './open-stages.js';
import type { StageKind } from './payloads.js';
import { asId, asNumber, read } from './read.js';
import { runInside } from './run.js';
import { activeContext, LateCalls, openSpan, type SessionScope, withSpan } from './scope.js';
import type { SpanHandle } from './span-handle.js';
import { Stage, type StageOptions } from './stage.js';
import type { Turn, TurnOptions } from './turn.js';
import { UserTurn } from './user-turn.js';

/** The quality of the audio path, as measured. */
export interface TransportQuality {
  /** Mean opinion score, 1–5. */
  mosScore?: number;
  /** Percent, 0–100; on the span a ratio. */
  packetLossPct?: number;
  jitterMs?: number;
}

/** A recording of the call. What is not known is left out. */
export interface SessionRecording {
  /** When it begins: with that, turns that end afterwards say where they lie in it. */
  startTime?: TimeInput;
  /** Where it lies, or will lie. Signed URLs carry credentials in their query: leave the query out. */
  url?: string;
  /** `wav`, `opus`, … */
  codec?: string;
  durationMs?: number;
}

/** How a session ends. */
export interface SessionEnd {
  /**
   * `user_left`, `agent_left`, `timeout`, `error`, or your own words: these are narrowed to one of the four and
   * kept as `voice.session.end_detail`.
   */
  reason?: string;
  /** Default now. */
  endTime?: TimeInput;
}

/** Turns open at a time in one session; beyond, the oldest is ended as cancelled. */
const MAX_OPEN_TURNS = 256;

/** One conversation. No call throws; calls after `end` record nothing. */
export class VoiceSession {
  readonly sessionId: string;
  /** The context with the session's span active, for spans of yours that belong inside. */
  readonly context: Context;
  readonly #scope: SessionScope;
  readonly #span: SpanHandle;
  readonly #late = new LateCalls('session');
  readonly #open = new Set<Turn>();
  #nextIndex = 0;

  /** @internal Made by `VoiceTracer.startSession`. */
  constructor(
    scope: Omit<SessionScope, 'context' | 'everySpan' | 'stages' | 'recording'>,
    identity: SessionIdentity,
  ) {
    const parent = activeContext();
    this.sessionId = identity.sessionId;
    const shared = {
      ...scope,
      everySpan: identity.everySpan,
      stages: new OpenStages(),
      recording: { start: undefined },
      context: parent,
    };
    this.#span = openSpan(shared, {
      name: SPAN_VOICE_SESSION,
      kind: SpanKind.INTERNAL,
      startTime: scope.clock.now(),
      attributes: { [ATTR_GEN_AI_OPERATION_NAME]: 'invoke_workflow', ...identity.sessionOnly },
      parent,
    });
    this.context = withSpan(parent, this.#span.span);
    this.#scope = { ...shared, context: this.context };
  }

  get ended(): boolean {
    return this.#span.ended;
  }

  /**
   * Runs `work` as a turn of the user, its span active, and returns what `work` returns. An error of `work` ends
   * the turn with an error and is rethrown unchanged.
   */
  userTurn<T>(work: (turn: UserTurn) => T): T {
    return runInside(this.startUserTurn(), work);
  }

  /** As `userTurn`, for a turn of the agent. */
  agentTurn<T>(work: (turn: AgentTurn) => T): T {
    return runInside(this.startAgentTurn(), work);
  }

  /** Starts a turn of the user that the caller ends; also `using turn = session.startUserTurn()`. */
  startUserTurn(options?: TurnOptions): UserTurn {
    return this.#track(new UserTurn(this.#host('startUserTurn'), this.#index(options), options));
  }

  /** Starts a turn of the agent that the caller ends; also `using turn = session.startAgentTurn()`. */
  startAgentTurn(options?: AgentTurnOptions): AgentTurn {
    return this.#track(new AgentTurn(this.#host('startAgentTurn'), this.#index(options), options));
  }

  /** Starts a stage that belongs to no turn. Stages of a turn are started on the turn. */
  startStage<Kind extends StageKind>(kind: Kind, options?: StageOptions): Stage<Kind> {
    const scope = this.#isLate('startStage') ? { ...this.#scope, tracer: undefined } : this.#scope;
    return new Stage({ scope, parent: this.context, turn: {}, turnId: undefined }, kind, options);
  }

  /** The quality of the audio path; the last values count. What was not measured is left out. */
  setTransportQuality(quality: TransportQuality): void {
    if (this.#isLate('setTransportQuality')) return;
    const attributes: Attributes = {};
    const mos = asNumber(read(quality, 'mosScore'));
    const lossPct = asNumber(read(quality, 'packetLossPct'));
    const jitterMs = asNumber(read(quality, 'jitterMs'));
    if (mos !== undefined && mos >= 0) attributes[ATTR_VOICE_TRANSPORT_MOS] = mos;
    if (lossPct !== undefined && lossPct >= 0 && lossPct <= 100) {
      attributes[ATTR_VOICE_TRANSPORT_PACKET_LOSS] = lossPct / 100;
    }
    if (jitterMs !== undefined && jitterMs >= 0) attributes[ATTR_VOICE_TRANSPORT_JITTER] = jitterMs / 1000;
    this.#span.set(attributes);
  }

  /** What is known of the call's recording; may be called again when more is known. */
  setRecording(recording: SessionRecording): void {
    if (this.#isLate('setRecording')) return;
    const startTime = read(recording, 'startTime');
    if (startTime !== undefined) this.#scope.recording.start = this.#scope.clock.at(startTime);
    const attributes: Attributes = {};
    const url = asId(read(recording, 'url'));
    const codec = asId(read(recording, 'codec'));
    const durationMs = asNumber(read(recording, 'durationMs'));
    if (url !== undefined) attributes[ATTR_VOICE_RECORDING_URL] = url;
    if (codec !== undefined) attributes[ATTR_VOICE_RECORDING_CODEC] = codec;
    if (durationMs !== undefined && durationMs >= 0) {
      attributes[ATTR_VOICE_RECORDING_DURATION] = durationMs / 1000;
    }
    this.#span.set(attributes);
  }

  /** Records an event of the call as a whole, by any name. The payload is content. */
  event(type: string, payload?: unknown, time?: TimeInput): void {
    if (this.#isLate('event')) return;
    const name = asId(type);
    if (name === undefined) warn('event-type', 'an event without a name was left out');
    else this.#span.event(name, payload, this.#scope.clock.at(time));
  }

  /** The session's time now: epoch milliseconds of the session's clock. */
  now(): number {
    return this.#scope.clock.now();
  }

  /** A wall-clock time of a framework as session time: epoch milliseconds of the session's clock. */
  toSessionTime(time: TimeInput): number {
    return this.#scope.clock.at(time);
  }

  /** Ends the session, after what is still open in it, in order of start. A second call does nothing. */
  end(options?: SessionEnd): void {
    if (this.#isLate('end')) return;
    for (const turn of [...this.#open]) {
      this.#scope.stages.endOfTurn(turn.turnId);
      turn.end({ reason: 'session_closed' });
    }
    this.#scope.stages.endAll();
    const words = asId(read(options, 'reason'));
    if (words !== undefined) {
      const reason = narrowSessionEndReason(words);
      this.#span.set({
        [ATTR_VOICE_SESSION_END_REASON]: reason,
        ...(words === reason ? {} : { [ATTR_VOICE_SESSION_END_DETAIL]: words }),
      });
    }
    this.#span.end(this.#scope.clock.at(read(options, 'endTime')));
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #isLate(call: string): boolean {
    if (this.#span.ended) this.#late.note(call);
    return this.#span.ended;
  }

  #index(options: unknown): number {
    const given = read(options, 'turnIndex');
    const index = Number.isSafeInteger(given) && (given as number) >= 0 ? (given as number) : this.#nextIndex;
    this.#nextIndex = Math.max(this.#nextIndex, index + 1);
    return index;
  }

  #host(call: string): UserTurnHostOfSession {
    const scope = this.#isLate(call) ? { ...this.#scope, tracer: undefined } : this.#scope;
    return {
      scope,
      closed: (turn) => this.#open.delete(turn),
      interrupted: (agentTurnId) => {
        for (const turn of this.#open) {
          if (turn instanceof AgentTurn && turn.turnId === agentTurnId) turn.cutOff();
        }
      },
    };
  }

  #track<T extends Turn>(turn: T): T {
    if (this.#span.ended) return turn;
    this.#open.add(turn);
    if (this.#open.size > MAX_OPEN_TURNS) {
      warn('open-turns', `a session has more than ${MAX_OPEN_TURNS} open turns; the oldest was ended`);
      const oldest = this.#open.values().next().value;
      oldest?.end({ reason: 'cancelled' });
    }
    return turn;
  }
}

interface UserTurnHostOfSession {
  readonly scope: SessionScope;
  closed(turn: Turn): void;
  interrupted(agentTurnId: string): void;
}
