import type { CostSum } from '../report/model.js';
import type { Percentiles, SessionRow } from './api.js';

type Cell = string | number | boolean | undefined;

/** The columns, each with what it says of a session. Durations and latencies carry their unit in the name. */
const COLUMNS: readonly (readonly [name: string, value: (row: SessionRow) => Cell])[] = [
  ['session_id', (row) => row.sessionId],
  ['agent', (row) => row.agentName],
  ['version', (row) => row.agentVersion],
  ['start', (row) => isoTime(row.startTime)],
  ['duration_s', (row) => row.durationMs / 1000],
  ['turns', (row) => row.turns],
  ['agent_turns', (row) => row.agentTurns],
  ['interruptions', (row) => row.interruptions],
  ['failed_interrupts', (row) => row.failedInterrupts],
  ...percentiles('ttfa', (row) => row.timeToFirstAudio),
  ...percentiles('response', (row) => row.responseLatency),
  ...percentiles('interruption', (row) => row.interruptionLatency),
  // Several currencies: in the same order in both columns.
  ['cost', ({ cost }) => (cost.sums.length === 1 ? cost.sums[0]?.total : totals(cost.sums))],
  ['currency', ({ cost }) => cost.sums.map(({ currency }) => currency ?? '').join(';')],
  ['cost_estimated', (row) => row.cost.estimated],
  ['prices_missing', (row) => row.cost.missingCount],
  ['errors', (row) => row.errors],
  ['mos', (row) => row.mos],
  ['packet_loss', (row) => row.packetLoss],
  ['jitter_ms', (row) => row.jitterMs],
  ['transport', (row) => row.transport],
  ['end_reason', (row) => row.endReason],
  ['complete', (row) => row.complete],
  ['recording', (row) => row.hasRecording],
];

/**
 * Sessions as CSV (RFC 4180, CRLF after each line), one row each below the names of the columns. A text that a
 * spreadsheet would take for a formula gets an apostrophe before it.
 */
export function sessionsCsv(rows: readonly SessionRow[]): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...rows.map((row) => COLUMNS.map(([, of]) => field(of(row)))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function percentiles(
  name: string,
  of: (row: SessionRow) => Percentiles | undefined,
): [string, (row: SessionRow) => Cell][] {
  return [
    [`${name}_p50_ms`, (row) => of(row)?.p50Ms],
    [`${name}_p95_ms`, (row) => of(row)?.p95Ms],
    [`${name}_count`, (row) => of(row)?.count],
  ];
}

function totals(sums: readonly CostSum[]): string {
  return sums.map(({ total }) => total).join(';');
}

/** What a spreadsheet takes for the start of a formula, also in its wide form and after white space. */
const FORMULA = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]|^[\t\r]/u;

function field(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Empty where the time is out of a date's range. */
function isoTime(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
