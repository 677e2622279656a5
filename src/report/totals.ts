import { EVENT_FAILED_INTERRUPT, VOICE_TURN_END_REASON_VALUE_INTERRUPTED } from '../semconv/generated.js';
import type { CostReport, LatencySummary, SessionTotals, StageReport, TurnReport } from './model.js';

/** The totals of a call. */
export function sessionTotals(
  turns: readonly TurnReport[],
  stages: readonly StageReport[],
  cost: CostReport,
): SessionTotals {
  const cutOff = new Set(turns.flatMap((turn) => turn.interruptedTurnId ?? []));
  for (const turn of turns) {
    if (turn.speaker === 'agent' && turn.endReason === VOICE_TURN_END_REASON_VALUE_INTERRUPTED)
      cutOff.add(turn.turnId);
  }
  const events = turns.flatMap((turn) => turn.events);
  return {
    turns: turns.length,
    userTurns: turns.filter(({ speaker }) => speaker === 'user').length,
    agentTurns: turns.filter(({ speaker }) => speaker === 'agent').length,
    interruptions: cutOff.size,
    failedInterrupts: events.filter(({ name }) => name === EVENT_FAILED_INTERRUPT).length,
    failedStages: [...turns.flatMap((turn) => turn.stages), ...stages].filter((stage) => stage.error).length,
    timeToFirstAudio: summarize(turns.flatMap((turn) => turn.timeToFirstAudioMs ?? [])),
    responseLatency: summarize(turns.flatMap((turn) => turn.responseLatencyMs ?? [])),
    interruptionLatency: summarize(turns.flatMap((turn) => turn.interruptionLatencyMs ?? [])),
    cost,
  };
}

/** Nearest-rank percentiles: the smallest value that at least that share of all values does not exceed. */
export function summarize(values: readonly number[]): LatencySummary | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1];
  const p50Ms = rank(0.5);
  const p95Ms = rank(0.95);
  if (p50Ms === undefined || p95Ms === undefined) return undefined;
  return { count: sorted.length, p50Ms, p95Ms };
}
