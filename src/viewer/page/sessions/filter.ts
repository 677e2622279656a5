import type { SessionRow } from '../../api.js';
import { RANGE_COLUMNS, type RangeKey } from './columns.js';

/** Texts of a session that can be chosen from what the calls at hand say. */
export type ChoiceKey = 'agent' | 'version' | 'transport' | 'endReason';

/** In the row's own units; both ends belong to it. */
export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface ListFilter {
  /** Words that must all be found in a session's id or texts, whatever their case. */
  readonly text: string;
  /** `''` asks for sessions that say nothing. */
  readonly choices: Readonly<Partial<Record<ChoiceKey, string>>>;
  readonly ranges: Readonly<Partial<Record<RangeKey, Range>>>;
}

export const NO_FILTER: ListFilter = { text: '', choices: {}, ranges: {} };

export const CHOICES: readonly {
  readonly key: ChoiceKey;
  readonly label: string;
  readonly value: (row: SessionRow) => string | undefined;
}[] = [
  { key: 'agent', label: 'Agent', value: (row) => row.agentName },
  { key: 'version', label: 'Version', value: (row) => row.agentVersion },
  { key: 'transport', label: 'Transport', value: (row) => row.transport },
  { key: 'endReason', label: 'End reason', value: (row) => row.endReason },
];

/** The rows that a filter lets through, in their order. */
export function filterRows(rows: readonly SessionRow[], filter: ListFilter): readonly SessionRow[] {
  const words = wordsOf(filter.text);
  const choices = CHOICES.flatMap(({ key, value }) => {
    const wanted = filter.choices[key];
    return wanted === undefined ? [] : [(row: SessionRow) => (value(row) ?? '') === wanted];
  });
  const ranges = RANGE_COLUMNS.flatMap(({ key, value }) => {
    const range = filter.ranges[key];
    return range === undefined ? [] : [(row: SessionRow) => within(value(row), range)];
  });
  const tests = [...choices, ...ranges];
  if (words.length === 0 && tests.length === 0) return rows;
  return rows.filter(
    (row) => tests.every((test) => test(row)) && words.every((word) => searched(row).includes(word)),
  );
}

/** How many parts of it are set. */
export function filterCount(filter: ListFilter): number {
  return (
    Number(wordsOf(filter.text).length > 0) +
    Object.keys(filter.choices).length +
    Object.keys(filter.ranges).length
  );
}

/** The filter with one choice made, or withdrawn by `undefined`. */
export function withChoice(filter: ListFilter, key: ChoiceKey, value: string | undefined): ListFilter {
  const { [key]: _, ...others } = filter.choices;
  return { ...filter, choices: value === undefined ? others : { ...others, [key]: value } };
}

/** The filter with one range set; an open one goes. */
export function withRange(filter: ListFilter, key: RangeKey, range: Range): ListFilter {
  const { [key]: _, ...others } = filter.ranges;
  const open = range.min === undefined && range.max === undefined;
  return { ...filter, ranges: open ? others : { ...others, [key]: range } };
}

/** The values there are to choose from, each with how many rows say so, the commonest first. */
export function choicesOf(
  rows: readonly SessionRow[],
  value: (row: SessionRow) => string | undefined,
): readonly { readonly value: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const said = value(row) ?? '';
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return [...counts]
    .map(([said, count]) => ({ value: said, count }))
    .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value, 'en', { numeric: true }));
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** What a session is found by; made once a row. */
const SEARCHED = new WeakMap<SessionRow, string>();

function searched(row: SessionRow): string {
  const known = SEARCHED.get(row);
  if (known !== undefined) return known;
  const text = [row.sessionId, ...CHOICES.map(({ value }) => value(row) ?? '')].join('\n').toLowerCase();
  SEARCHED.set(row, text);
  return text;
}

function within(value: number | undefined, { min, max }: Range): boolean {
  if (value === undefined) return false;
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}
