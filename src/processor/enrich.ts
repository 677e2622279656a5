import type { Attributes } from '@opentelemetry/api';
import { exactAmount } from '../cost/decimal.js';
import type { PriceTable } from '../cost/price-table.js';
import type { ReadableSpanLike } from '../otel/types.js';
import {
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_SESSION_AGENT_TURN_COUNT,
  ATTR_VOICE_SESSION_COST_DISCARDED,
  ATTR_VOICE_SESSION_COST_LLM,
  ATTR_VOICE_SESSION_COST_MISSING_COUNT,
  ATTR_VOICE_SESSION_COST_OTHER,
  ATTR_VOICE_SESSION_COST_STT,
  ATTR_VOICE_SESSION_COST_TOTAL,
  ATTR_VOICE_SESSION_COST_TTS,
  ATTR_VOICE_SESSION_INTERRUPTION_COUNT,
  ATTR_VOICE_SESSION_INTERRUPTION_LATENCY_P50,
  ATTR_VOICE_SESSION_INTERRUPTION_LATENCY_P95,
  ATTR_VOICE_SESSION_RESPONSE_LATENCY_P50,
  ATTR_VOICE_SESSION_RESPONSE_LATENCY_P95,
  ATTR_VOICE_SESSION_TIME_TO_FIRST_AUDIO_P50,
  ATTR_VOICE_SESSION_TIME_TO_FIRST_AUDIO_P95,
  ATTR_VOICE_SESSION_TURN_COUNT,
  ATTR_VOICE_SESSION_USER_TURN_COUNT,
  ATTR_VOICE_STAGE_END_REASON,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_TURN_COST_DISCARDED,
  ATTR_VOICE_TURN_COST_LLM,
  ATTR_VOICE_TURN_COST_MISSING_COUNT,
  ATTR_VOICE_TURN_COST_OTHER,
  ATTR_VOICE_TURN_COST_STT,
  ATTR_VOICE_TURN_COST_TOTAL,
  ATTR_VOICE_TURN_COST_TTS,
  ATTR_VOICE_TURN_INTERRUPTED_TURN_ID,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_LATENCY_SOURCE,
  ATTR_VOICE_TURN_RESPONSE_LATENCY,
  ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO,
  VOICE_STAGE_END_REASON_VALUE_DISCARDED,
  VOICE_TURN_LATENCY_SOURCE_VALUE_MEASURED,
} from '../semconv/generated.js';
import { number, text } from './attributes.js';
import { type CompatibilityKeys, compatibilityCosts } from './compatibility-keys.js';
import type { CostKeys, StageSpending } from './costs.js';
import { InnerCalls } from './inner-calls.js';
import { endedUserTurn, replyLatency } from './latency.js';
import type { Distribution } from './percentile.js';
import type { VoiceSpan } from './role.js';
import { type SessionState, Sessions } from './session-state.js';
import { isBilled, stageCost } from './stage-cost.js';

const TURN_COST: CostKeys = {
  total: ATTR_VOICE_TURN_COST_TOTAL,
  stt: ATTR_VOICE_TURN_COST_STT,
  llm: ATTR_VOICE_TURN_COST_LLM,
  tts: ATTR_VOICE_TURN_COST_TTS,
  other: ATTR_VOICE_TURN_COST_OTHER,
  discarded: ATTR_VOICE_TURN_COST_DISCARDED,
  missingCount: ATTR_VOICE_TURN_COST_MISSING_COUNT,
  currency: ATTR_VOICE_COST_CURRENCY,
};

const SESSION_COST: CostKeys = {
  total: ATTR_VOICE_SESSION_COST_TOTAL,
  stt: ATTR_VOICE_SESSION_COST_STT,
  llm: ATTR_VOICE_SESSION_COST_LLM,
  tts: ATTR_VOICE_SESSION_COST_TTS,
  other: ATTR_VOICE_SESSION_COST_OTHER,
  discarded: ATTR_VOICE_SESSION_COST_DISCARDED,
  missingCount: ATTR_VOICE_SESSION_COST_MISSING_COUNT,
  currency: ATTR_VOICE_COST_CURRENCY,
};

/**
 * Prices stages, times turns and rolls both up, for whatever spans carry the vocabulary. It adds attributes and
 * never replaces one that is there.
 */
export class Enricher {
  readonly #sessions = new Sessions();
  readonly #prices: PriceTable | undefined;
  readonly #currency: string;
  readonly #compatibilityKeys: readonly CompatibilityKeys[];
  readonly #inner = new InnerCalls();

  constructor(prices: PriceTable | undefined, compatibilityKeys: readonly CompatibilityKeys[] = []) {
    this.#prices = prices;
    this.#compatibilityKeys = compatibilityKeys;
    this.#currency = prices?.currency ?? 'USD';
  }

  /** A span of a conversation has begun. */
  started({ span, role, sessionId, turnId }: VoiceSpan): void {
    const session = this.#sessions.of(sessionId);
    if (role === 'user_turn' && turnId !== undefined) session.userTurn(turnId, new WeakRef(span));
    if (role === 'agent_turn' && turnId !== undefined) session.agentTurnStarted(turnId, span);
    const isLlm = role === 'stage' && text(span, ATTR_VOICE_STAGE_TYPE) === 'llm';
    if (isLlm && this.#prices !== undefined) this.#inner.stageStarted(span);
  }

  /** A span of somebody else has begun. */
  otherStarted(span: ReadableSpanLike): void {
    this.#inner.started(span);
  }

  /** A span of somebody else has ended. */
  otherEnded(span: ReadableSpanLike): void {
    this.#inner.ended(span);
  }

  /** What is to be added to a span of a conversation that has ended. */
  ended(ended: VoiceSpan): Attributes {
    // A session that was forgotten has no roll-up, rather than a wrong one.
    if (ended.role === 'session' && !this.#sessions.has(ended.sessionId)) return {};
    const session = this.#sessions.of(ended.sessionId);
    switch (ended.role) {
      case 'stage':
        return this.#stage(ended, session);
      case 'user_turn':
        return this.#userTurn(ended, session);
      case 'agent_turn':
        return this.#agentTurn(ended, session);
      case 'session':
        this.#sessions.ended(ended.sessionId);
        return this.#session(session);
    }
  }

  #stage({ span, turnId }: VoiceSpan, session: SessionState): Attributes {
    const calls = this.#inner.stageEnded(span);
    const { cost, byCalls } = stageCost(span, this.#prices, calls);
    const spending = this.#spending(span, cost);
    if (spending !== undefined) {
      session.costs.add(spending);
      if (turnId !== undefined) session.turnCosts(turnId).add(spending);
    }
    // What is priced by a call inside it has that call's own span beside it, which these back ends price themselves.
    if (this.#compatibilityKeys.length === 0 || byCalls) return cost;
    const { amount, currency } = knownCost(span, cost);
    return { ...cost, ...compatibilityCosts(this.#compatibilityKeys, amount, currency) };
  }

  /** What a stage adds to the roll-ups; nothing for one that nobody bills. */
  #spending(span: ReadableSpanLike, cost: Attributes): StageSpending | undefined {
    const type = text(span, ATTR_VOICE_STAGE_TYPE);
    const { amount, currency } = knownCost(span, cost);
    const discarded = text(span, ATTR_VOICE_STAGE_END_REASON) === VOICE_STAGE_END_REASON_VALUE_DISCARDED;
    if (amount !== undefined) {
      const converted = this.#converted(amount, currency);
      return { amount: converted === undefined ? undefined : exactAmount(converted), type, discarded };
    }
    if (this.#prices === undefined || !isBilled(type)) return undefined;
    return { amount: undefined, type, discarded };
  }

  /** An amount in the one currency of the roll-ups; what cannot be converted is missing there. */
  #converted(amount: number, currency: string): number | undefined {
    if (currency === this.#currency) return amount;
    if (currency !== 'USD') return undefined;
    return this.#prices?.estimate({ kind: 'llm', costUsd: amount }).amount;
  }

  #userTurn({ span, turnId }: VoiceSpan, session: SessionState): Attributes {
    session.userTurnCount += 1;
    if (turnId !== undefined) session.userTurn(turnId, endedUserTurn(span));
    if (text(span, ATTR_VOICE_TURN_INTERRUPTED_TURN_ID) !== undefined) session.interruptionCount += 1;
    remember(session.interruptionLatency, number(span, ATTR_VOICE_TURN_INTERRUPTION_LATENCY));
    const attributes: Attributes = {};
    this.#addTurnCosts(attributes, turnId, session);
    return attributes;
  }

  #agentTurn({ span, turnId }: VoiceSpan, session: SessionState): Attributes {
    session.agentTurnCount += 1;
    const { timeToFirstAudio, responseLatency } = replyLatency(span, turnId ?? '', session);
    const attributes: Attributes = {};
    if (timeToFirstAudio !== undefined) attributes[ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO] = timeToFirstAudio;
    if (responseLatency !== undefined) attributes[ATTR_VOICE_TURN_RESPONSE_LATENCY] = responseLatency;
    if (timeToFirstAudio !== undefined || responseLatency !== undefined) {
      attributes[ATTR_VOICE_TURN_LATENCY_SOURCE] = VOICE_TURN_LATENCY_SOURCE_VALUE_MEASURED;
    }
    remember(session.timeToFirstAudio, number(span, ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO) ?? timeToFirstAudio);
    remember(session.responseLatency, number(span, ATTR_VOICE_TURN_RESPONSE_LATENCY) ?? responseLatency);
    this.#addTurnCosts(attributes, turnId, session);
    return attributes;
  }

  #addTurnCosts(attributes: Attributes, turnId: string | undefined, session: SessionState): void {
    if (turnId === undefined) return;
    session.turnCosts(turnId).toAttributes(TURN_COST, this.#currency, attributes);
    session.turnEnded(turnId);
  }

  #session(session: SessionState): Attributes {
    const attributes: Attributes = {
      [ATTR_VOICE_SESSION_TURN_COUNT]: session.userTurnCount + session.agentTurnCount,
      [ATTR_VOICE_SESSION_USER_TURN_COUNT]: session.userTurnCount,
      [ATTR_VOICE_SESSION_AGENT_TURN_COUNT]: session.agentTurnCount,
      [ATTR_VOICE_SESSION_INTERRUPTION_COUNT]: session.interruptionCount,
      ...percentiles(
        session.timeToFirstAudio,
        ATTR_VOICE_SESSION_TIME_TO_FIRST_AUDIO_P50,
        ATTR_VOICE_SESSION_TIME_TO_FIRST_AUDIO_P95,
      ),
      ...percentiles(
        session.responseLatency,
        ATTR_VOICE_SESSION_RESPONSE_LATENCY_P50,
        ATTR_VOICE_SESSION_RESPONSE_LATENCY_P95,
      ),
      ...percentiles(
        session.interruptionLatency,
        ATTR_VOICE_SESSION_INTERRUPTION_LATENCY_P50,
        ATTR_VOICE_SESSION_INTERRUPTION_LATENCY_P95,
      ),
    };
    return session.costs.toAttributes(SESSION_COST, this.#currency, attributes);
  }
}

/** The amount of a stage, worked out just now or there before, and its currency: US dollars where none is said. */
function knownCost(
  span: ReadableSpanLike,
  cost: Attributes,
): { amount: number | undefined; currency: string } {
  const said = cost[ATTR_VOICE_COST_AMOUNT] === undefined ? span : { attributes: cost };
  return {
    amount: number(said, ATTR_VOICE_COST_AMOUNT),
    currency: text(said, ATTR_VOICE_COST_CURRENCY) ?? 'USD',
  };
}

function remember(distribution: Distribution, value: number | undefined): void {
  if (value !== undefined) distribution.add(value);
}

function percentiles(distribution: Distribution, p50Key: string, p95Key: string): Attributes {
  const p50 = distribution.percentile(50);
  const p95 = distribution.percentile(95);
  return p50 === undefined || p95 === undefined ? {} : { [p50Key]: p50, [p95Key]: p95 };
}
