import type { SessionRow } from '../../api.js';
import { COLUMNS, type ColumnKey, mainSum } from './columns.js';

export interface Sort {
  readonly key: ColumnKey;
  readonly descending: boolean;
}

export const NEWEST_FIRST: Sort = { key: 'start', descending: true };

/** What a click on a column's head makes of the order: turned round, or by that column, largest or `A` first. */
export function sortedBy(key: ColumnKey, now: Sort): Sort {
  if (now.key === key) return { key, descending: !now.descending };
  return { key, descending: COLUMNS.find((column) => column.key === key)?.numeric ?? false };
}

/** Rows in that order. Those without a value come last either way; equal ones newest first. */
export function sortRows(rows: readonly SessionRow[], sort: Sort): readonly SessionRow[] {
  const column = COLUMNS.find(({ key }) => key === sort.key);
  if (column === undefined) return rows;
  const sign = sort.descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined) {
        return Number(a.value === undefined) - Number(b.value === undefined) || newest(a.row, b.row);
      }
      const currencies = sort.key === 'cost' ? compareText(currency(a.row), currency(b.row)) : 0;
      return currencies || sign * compare(a.value, b.value) || newest(a.row, b.row);
    })
    .map(({ row }) => row);
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
}

/** `1.10` after `1.9`. */
const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compareText(a: string, b: string): number {
  return COLLATOR.compare(a, b);
}

/** Amounts of two currencies have no order: each currency stays together. */
function currency(row: SessionRow): string {
  return mainSum(row)?.currency ?? '';
}

function newest(a: SessionRow, b: SessionRow): number {
  return b.startTime - a.startTime;
}
