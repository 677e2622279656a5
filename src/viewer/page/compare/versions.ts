import type { CostReport } from '../../../report/model.js';
import type { SessionRow } from '../../api.js';
import { addCosts } from '../sessions/totals.js';
import { type Distribution, distributionOf } from '../shared/distribution.js';

/** A version that calls were made with; `''` for calls that do not say. */
export interface Version {
  readonly version: string;
  readonly calls: number;
}

/** Versions by their newest call, newest first. */
export function versionsOf(rows: readonly SessionRow[]): readonly Version[] {
  const counts = new Map<string, { calls: number; newest: number }>();
  for (const row of rows) {
    const version = row.agentVersion ?? '';
    const old = counts.get(version) ?? { calls: 0, newest: Number.NEGATIVE_INFINITY };
    counts.set(version, { calls: old.calls + 1, newest: Math.max(old.newest, row.startTime) });
  }
  return [...counts]
    .sort(([, a], [, b]) => b.newest - a.newest)
    .map(([version, { calls }]) => ({ version, calls }));
}

/** Agents by the number of their calls, most first. */
export function agentsOf(rows: readonly SessionRow[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.agentName ?? '', (counts.get(row.agentName ?? '') ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([agent]) => agent);
}

/** What the calls of one version have in common. */
export interface VersionFigures {
  readonly version: string;
  readonly calls: number;
  readonly durationMs: number;
  readonly response: Measured | undefined;
  readonly timeToFirstAudio: SummaryOfCalls | undefined;
  readonly interruption: Measured | undefined;
  readonly cost: Priced;
  /** Agent turns that were cut off, of all agent turns. */
  readonly bargeIns: Share;
  /** Calls with an error, or ended by one, of all calls. */
  readonly failures: Share;
}

/** Values over all calls together, and how many calls have any. */
export interface Measured {
  readonly distribution: Distribution;
  readonly calls: number;
}

/** Rows carry no single values of this one: the middle of the calls' own percentiles. */
export interface SummaryOfCalls {
  readonly medianP50Ms: number;
  readonly medianP95Ms: number;
  readonly calls: number;
}

export interface Priced {
  /** Per minute of the calls that have a price, one a currency. */
  readonly perMinute: CostReport['sums'];
  /** Calls with a price. */
  readonly calls: number;
  readonly estimated: boolean;
  readonly missingCount: number;
}

export interface Share {
  readonly part: number;
  readonly whole: number;
  /** Calls behind it. */
  readonly calls: number;
}

const MS_PER_MINUTE = 60_000;

export function figuresOf(version: string, all: readonly SessionRow[]): VersionFigures {
  const rows = all.filter((row) => (row.agentVersion ?? '') === version);
  return {
    version,
    calls: rows.length,
    durationMs: sum(rows, (row) => row.durationMs),
    response: measured(rows, (row) => row.responseLatenciesMs),
    timeToFirstAudio: summaryOfCalls(rows),
    interruption: measured(rows, (row) => row.interruptionLatenciesMs),
    cost: priced(rows),
    bargeIns: {
      part: sum(rows, (row) => row.interruptions),
      whole: sum(rows, (row) => row.agentTurns),
      calls: rows.filter((row) => row.agentTurns > 0).length,
    },
    failures: { part: rows.filter(failed).length, whole: rows.length, calls: rows.length },
  };
}

/** Whether a call had an error in it, or ended by one. */
export function failed(row: SessionRow): boolean {
  return row.errors > 0 || row.endReason === 'error';
}

function measured(
  rows: readonly SessionRow[],
  values: (row: SessionRow) => readonly number[],
): Measured | undefined {
  const distribution = distributionOf(rows.map(values));
  if (distribution === undefined) return undefined;
  return { distribution, calls: rows.filter((row) => values(row).length > 0).length };
}

function summaryOfCalls(rows: readonly SessionRow[]): SummaryOfCalls | undefined {
  const known = rows.flatMap(({ timeToFirstAudio }) => timeToFirstAudio ?? []);
  const p50 = distributionOf([known.map(({ p50Ms }) => p50Ms)]);
  const p95 = distributionOf([known.map(({ p95Ms }) => p95Ms)]);
  if (p50 === undefined || p95 === undefined) return undefined;
  return { medianP50Ms: p50.p50, medianP95Ms: p95.p50, calls: known.length };
}

/** Only calls with a price count, also for the minutes: what is not known costs something too. */
function priced(rows: readonly SessionRow[]): Priced {
  const known = rows.filter(({ cost, durationMs }) => cost.sums.length > 0 && durationMs > 0);
  const together = addCosts(known.map(({ cost }) => cost));
  const perMinute = together.sums.map((one) => {
    const minutes =
      sum(
        known.filter(({ cost }) => cost.sums.some(({ currency }) => currency === one.currency)),
        (row) => row.durationMs,
      ) / MS_PER_MINUTE;
    return {
      currency: one.currency,
      total: one.total / minutes,
      stt: one.stt / minutes,
      llm: one.llm / minutes,
      tts: one.tts / minutes,
      other: one.other / minutes,
      discarded: one.discarded / minutes,
    };
  });
  return {
    perMinute,
    calls: known.length,
    estimated: together.estimated,
    missingCount: sum(rows, ({ cost }) => cost.missingCount),
  };
}

function sum(rows: readonly SessionRow[], value: (row: SessionRow) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
