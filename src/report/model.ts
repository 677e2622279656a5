import type { AttributeRecord } from './otlp.js';

/**
 * What a call looks like when read back from its spans. Times named `…Ms` are milliseconds from the session's
 * start and may be negative where clocks disagree; those named `…OffsetMs` are milliseconds from the turn's start.
 * What the spans do not say is `undefined`.
 */
export interface SessionReport {
  readonly sessionId: string;
  readonly traceIds: readonly string[];
  /** Whether the session's own span was there. Without it the call still runs, or the span was lost. */
  readonly complete: boolean;
  /** Epoch milliseconds: start of the session span, else of the earliest turn or stage. */
  readonly startTime: number;
  /** Of the session span, else to the end of the last turn or stage. */
  readonly durationMs: number;
  readonly agentName: string | undefined;
  readonly agentVersion: string | undefined;
  readonly transport: string | undefined;
  readonly externalId: string | undefined;
  readonly tenantId: string | undefined;
  readonly roomId: string | undefined;
  readonly userId: string | undefined;
  readonly endReason: string | undefined;
  readonly endDetail: string | undefined;
  /** Mean opinion score, packet loss as a ratio 0–1, jitter. */
  readonly quality: {
    readonly mos: number | undefined;
    readonly packetLoss: number | undefined;
    readonly jitterMs: number | undefined;
  };
  readonly recording: {
    readonly url: string | undefined;
    readonly codec: string | undefined;
    readonly durationMs: number | undefined;
  };
  /** By start. */
  readonly turns: readonly TurnReport[];
  /** Stages that belong to no turn. */
  readonly stages: readonly StageReport[];
  readonly events: readonly EventReport[];
  readonly totals: SessionTotals;
  /** What a reader should know about the data itself: missing spans, broken times, figures that disagree. */
  readonly notes: readonly string[];
  /** Of the session span; empty without one. */
  readonly attributes: AttributeRecord;
}

export type Speaker = 'user' | 'agent' | 'unknown';

export interface TurnReport {
  readonly turnId: string;
  readonly traceId: string;
  readonly spanId: string | undefined;
  /** Whether the turn's own span was there; without it only its stages are known. */
  readonly complete: boolean;
  /** Position in the call, counted from 0 over both speakers. */
  readonly index: number | undefined;
  readonly speaker: Speaker;
  /** The sub-agent that spoke, after a hand-off. */
  readonly agentName: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly transcript: string | undefined;
  /** What an interrupted agent turn had generated, where that is more than was heard. */
  readonly generatedTranscript: string | undefined;
  readonly endReason: string | undefined;
  /** The user turn that this agent turn answers. */
  readonly replyToTurnId: string | undefined;
  readonly speechEndOffsetMs: number | undefined;
  readonly announcedEndOffsetMs: number | undefined;
  readonly firstAudioOffsetMs: number | undefined;
  readonly lastAudioOffsetMs: number | undefined;
  readonly timeToFirstAudioMs: number | undefined;
  readonly responseLatencyMs: number | undefined;
  readonly latencySource: string | undefined;
  /** On a user turn: the agent turn that it cut off. */
  readonly interruptedTurnId: string | undefined;
  /** On a user turn: onset of the user's speech to the agent's silence. */
  readonly interruptionLatencyMs: number | undefined;
  /** On an agent turn: the user turn that cut it off. */
  readonly interruptedByTurnId: string | undefined;
  readonly recordingOffsetMs: number | undefined;
  readonly error: ErrorReport | undefined;
  readonly cost: CostReport;
  /** By start. */
  readonly stages: readonly StageReport[];
  readonly events: readonly EventReport[];
  readonly attributes: AttributeRecord;
}

export interface StageReport {
  readonly stageId: string;
  readonly traceId: string;
  readonly spanId: string;
  /** A kind of the vocabulary (`stt`, `llm`, `tts`, …) or whatever the span says. */
  readonly kind: string;
  readonly name: string;
  readonly operation: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly toolName: string | undefined;
  readonly mode: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly timeToFirstOutputMs: number | undefined;
  readonly endReason: string | undefined;
  readonly error: ErrorReport | undefined;
  /** `undefined` for a kind that has no price. */
  readonly cost: StageCost | undefined;
  readonly events: readonly EventReport[];
  readonly attributes: AttributeRecord;
}

export interface ErrorReport {
  readonly type: string | undefined;
  readonly message: string | undefined;
}

export interface EventReport {
  readonly name: string;
  readonly timeMs: number;
  /** JSON, as written. */
  readonly payload: string | undefined;
  readonly attributes: AttributeRecord;
}

/** What a stage cost, or why that is not known. */
export type StageCost =
  | {
      readonly amount: number;
      readonly currency: string | undefined;
      readonly source: string | undefined;
      readonly estimated: boolean;
      readonly priceDate: string | undefined;
    }
  | { readonly missingReason: string };

/** The reason given where a stage that should have a price has neither one nor a reason of its own. */
export const NOT_PRICED = 'not_priced';

/** Money in one currency. `total` is the sum of the first four; `discarded` says how much of it was thrown away. */
export interface CostSum {
  readonly currency: string | undefined;
  readonly total: number;
  readonly stt: number;
  readonly llm: number;
  readonly tts: number;
  readonly other: number;
  readonly discarded: number;
}

/** A price that is not known: of which stages, why, and how many of them. */
export interface MissingPrice {
  readonly kind: string;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly reason: string;
  readonly count: number;
}

export interface CostReport {
  /** One a currency, usually one at all; empty where nothing was priced. */
  readonly sums: readonly CostSum[];
  readonly missing: readonly MissingPrice[];
  /** Prices that are not known, all `missing` together (also where only the count is known). */
  readonly missingCount: number;
  /** Whether some amount in it is an estimate. */
  readonly estimated: boolean;
}

/** Nearest-rank percentiles. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Counted from the spans at hand, not copied from the session's own roll-up. */
export interface SessionTotals {
  readonly turns: number;
  readonly userTurns: number;
  readonly agentTurns: number;
  /** Agent turns that were cut off. */
  readonly interruptions: number;
  /** `failed_interrupt` events: the agent was stopped, or nearly, and went on. */
  readonly failedInterrupts: number;
  readonly failedStages: number;
  readonly timeToFirstAudio: LatencySummary | undefined;
  readonly responseLatency: LatencySummary | undefined;
  readonly interruptionLatency: LatencySummary | undefined;
  readonly cost: CostReport;
}
