import { COLUMNS, RANGE_COLUMNS } from './columns.js';
import { CHOICES, type ListFilter, withChoice, withRange } from './filter.js';
import { NEWEST_FIRST, type Sort } from './sort.js';

/** What the list shows and in which order. */
export interface ListState {
  readonly filter: ListFilter;
  readonly sort: Sort;
}

/** As the query of an address, which can be kept and sent on; empty for the list as it is at first. */
export function formatListState({ filter, sort }: ListState): string {
  const query = new URLSearchParams();
  if (filter.text.trim() !== '') query.set('q', filter.text);
  for (const { key } of CHOICES) {
    const value = filter.choices[key];
    if (value !== undefined) query.set(key, value);
  }
  for (const { key } of RANGE_COLUMNS) {
    const range = filter.ranges[key];
    if (range !== undefined) query.set(key, `${range.min ?? ''}..${range.max ?? ''}`);
  }
  if (sort.key !== NEWEST_FIRST.key || sort.descending !== NEWEST_FIRST.descending) {
    query.set('sort', `${sort.descending ? '-' : ''}${sort.key}`);
  }
  return query.toString();
}

/** Reads it back; what is not understood is left out. A choice and a range of one key never meet: keys differ. */
export function parseListState(text: string): ListState {
  const query = new URLSearchParams(text);
  let filter: ListFilter = { text: query.get('q') ?? '', choices: {}, ranges: {} };
  for (const { key } of CHOICES) filter = withChoice(filter, key, query.get(key) ?? undefined);
  for (const { key } of RANGE_COLUMNS) {
    const [min = '', max = ''] = (query.get(key) ?? '').split('..');
    filter = withRange(filter, key, { min: number(min), max: number(max) });
  }
  return { filter, sort: parseSort(query.get('sort') ?? '') };
}

function parseSort(text: string): Sort {
  const descending = text.startsWith('-');
  const key = COLUMNS.find((column) => column.key === text.slice(descending ? 1 : 0))?.key;
  return key === undefined ? NEWEST_FIRST : { key, descending };
}

function number(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
