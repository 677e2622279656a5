import type { LatencySummary, SessionReport } from '../../report/model.js';
import type { SpanRecord } from '../../report/otlp.js';
import { spanKey } from '../../report/role.js';
import { readSession } from '../../report/session.js';
import type { Percentiles, SessionRow } from '../api.js';

/** A session's row from its spans; at least one. Spans that come twice count once. `live` is for the catalogue to say. */
export function rowOf(sessionId: string, spans: readonly SpanRecord[]): SessionRow {
  const byKey = new Map<string, SpanRecord>();
  for (const span of spans) {
    const key = spanKey(span.traceId, span.spanId);
    const before = byKey.get(key);
    if (before === undefined || (span.endTime ?? 0) > (before.endTime ?? 0)) byKey.set(key, span);
  }
  return rowOfReport(readSession(sessionId, [...byKey.values()]));
}

function rowOfReport(report: SessionReport): SessionRow {
  const { totals, quality, turns } = report;
  return {
    sessionId: report.sessionId,
    agentName: report.agentName,
    agentVersion: report.agentVersion,
    transport: report.transport,
    startTime: report.startTime,
    durationMs: report.durationMs,
    complete: report.complete,
    live: false,
    endReason: report.endReason,
    turns: totals.turns,
    agentTurns: totals.agentTurns,
    interruptions: totals.interruptions,
    failedInterrupts: totals.failedInterrupts,
    errors: totals.failedStages + turns.filter(({ error }) => error !== undefined).length,
    timeToFirstAudio: percentiles(totals.timeToFirstAudio),
    responseLatency: percentiles(totals.responseLatency),
    interruptionLatency: percentiles(totals.interruptionLatency),
    responseLatenciesMs: turns.flatMap(({ responseLatencyMs }) => responseLatencyMs ?? []),
    interruptionLatenciesMs: turns.flatMap(({ interruptionLatencyMs }) => interruptionLatencyMs ?? []),
    cost: totals.cost,
    mos: quality.mos,
    packetLoss: quality.packetLoss,
    jitterMs: quality.jitterMs,
    hasRecording: report.recording.url !== undefined,
  };
}

function percentiles(summary: LatencySummary | undefined): Percentiles | undefined {
  return summary && { p50Ms: summary.p50Ms, p95Ms: summary.p95Ms, count: summary.count };
}
