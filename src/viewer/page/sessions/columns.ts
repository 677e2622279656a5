import type { CostSum } from '../../../report/model.js';
import type { SessionRow } from '../../api.js';

export type ColumnKey =
  | 'agent'
  | 'version'
  | 'start'
  | 'duration'
  | 'turns'
  | 'interruptions'
  | 'ttfaP50'
  | 'ttfaP95'
  | 'responseP50'
  | 'responseP95'
  | 'cost'
  | 'errors'
  | 'quality';

export interface Column {
  readonly key: ColumnKey;
  readonly label: string;
  /** What the list is sorted by; `undefined` where the spans do not say. */
  readonly value: (row: SessionRow) => number | string | undefined;
  readonly numeric: boolean;
}

/** A column whose values are numbers, which can be filtered by a range. */
export interface RangeColumn {
  readonly key: RangeKey;
  readonly label: string;
  /** What is typed, such as `s`; empty for a count. */
  readonly unit: string;
  /** How many of the row's units make one of what is typed. */
  readonly scale: number;
  readonly value: (row: SessionRow) => number | undefined;
}

export type RangeKey = Exclude<ColumnKey, 'agent' | 'version'>;

const NUMBERS: Readonly<Record<RangeKey, Omit<RangeColumn, 'key'>>> = {
  start: { label: 'Start', unit: '', scale: 1, value: (row) => row.startTime },
  duration: { label: 'Duration', unit: 's', scale: 1000, value: (row) => row.durationMs },
  turns: { label: 'Turns', unit: '', scale: 1, value: (row) => row.turns },
  interruptions: { label: 'Interruptions', unit: '', scale: 1, value: (row) => row.interruptions },
  ttfaP50: { label: 'TTFA p50', unit: 'ms', scale: 1, value: (row) => row.timeToFirstAudio?.p50Ms },
  ttfaP95: { label: 'TTFA p95', unit: 'ms', scale: 1, value: (row) => row.timeToFirstAudio?.p95Ms },
  responseP50: { label: 'Response p50', unit: 'ms', scale: 1, value: (row) => row.responseLatency?.p50Ms },
  responseP95: { label: 'Response p95', unit: 'ms', scale: 1, value: (row) => row.responseLatency?.p95Ms },
  cost: { label: 'Cost', unit: '', scale: 1, value: (row) => mainSum(row)?.total },
  errors: { label: 'Errors', unit: '', scale: 1, value: (row) => row.errors },
  quality: { label: 'Quality', unit: 'MOS', scale: 1, value: (row) => row.mos },
};

export const RANGE_COLUMNS: readonly RangeColumn[] = Object.entries(NUMBERS).map(([key, column]) => ({
  key: key as RangeKey,
  ...column,
}));

export const COLUMNS: readonly Column[] = [
  { key: 'agent', label: 'Agent', value: (row) => row.agentName, numeric: false },
  { key: 'version', label: 'Version', value: (row) => row.agentVersion, numeric: false },
  ...RANGE_COLUMNS.map(({ key, label, value }) => ({ key, label, value, numeric: true })),
];

/** The sum of a call's cost that lists count with: the first, which is the only one in nearly every call. */
export function mainSum(row: SessionRow): CostSum | undefined {
  return row.cost.sums[0];
}
