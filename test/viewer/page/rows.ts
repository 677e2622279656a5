import type { CostSum } from '../../../src/report/model.js';
import type { SessionRow } from '../../../src/viewer/api.js';

/** A call without anything special, changed as a test needs it. */
export function row(changes: Partial<SessionRow> & { readonly sessionId: string }): SessionRow {
  return {
    agentName: 'support-agent',
    agentVersion: '1.4.0',
    transport: 'webrtc',
    startTime: Date.UTC(2026, 10, 24, 16, 47, 43),
    durationMs: 60_000,
    complete: true,
    live: false,
    endReason: 'user_left',
    turns: 5,
    agentTurns: 3,
    interruptions: 0,
    failedInterrupts: 0,
    errors: 0,
    responseLatenciesMs: [],
    interruptionLatenciesMs: [],
    cost: { sums: [], missing: [], missingCount: 0, estimated: false },
    hasRecording: false,
    ...changes,
  };
}

export function sum(total: number, currency: string | undefined = 'USD'): CostSum {
  return { currency, total, stt: 0, llm: total, tts: 0, other: 0, discarded: 0 };
}

export function priced(...sums: readonly CostSum[]): SessionRow['cost'] {
  return { sums, missing: [], missingCount: 0, estimated: false };
}

export function ids(rows: readonly SessionRow[]): readonly string[] {
  return rows.map(({ sessionId }) => sessionId);
}
