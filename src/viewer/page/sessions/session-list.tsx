import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { formatCount, formatDuration } from '../../../report/text/format.js';
import type { SessionRow, SessionsAnswer } from '../../api.js';
import { sessionsCsv } from '../../csv.js';
import { amounts, whole } from '../shared/format.js';
import { useMedia } from '../shared/media.js';
import { save } from '../shared/save.js';
import { Distributions } from './distributions.js';
import { filterRows, type ListFilter, NO_FILTER } from './filter.js';
import { FilterBar, filterWords } from './filter-bar.js';
import { Provenance } from './provenance.js';
import { CARD_HEIGHT, SessionCards } from './session-cards.js';
import { ROW_HEIGHT, SessionTable } from './session-table.js';
import { type Sort, sortRows } from './sort.js';
import { totalsOf } from './totals.js';
import { useListKeys } from './use-list-keys.js';
import { useListState } from './use-list-state.js';
import { useRowList } from './use-row-list.js';

/** Calls with what narrows, orders and sums them up. */
export function SessionList(props: {
  readonly answer: SessionsAnswer;
  readonly query: string;
  readonly cameFrom: () => string | undefined;
}): JSX.Element {
  const { answer } = props;
  const [{ filter, sort }, setState] = useListState(props.query);
  const rows = useMemo(
    () => sortRows(filterRows(answer.sessions, filter), sort),
    [answer.sessions, filter, sort],
  );
  const narrow = useMedia('(max-width: 760px)');
  const order = useMemo(() => JSON.stringify([filter, sort, narrow]), [filter, sort, narrow]);
  const list = useRowList(rows, narrow ? CARD_HEIGHT : ROW_HEIGHT, order);
  const field = useRef<HTMLInputElement>(null);
  useListKeys(field, list);

  const { cameFrom } = props;
  useEffect(() => {
    const id = cameFrom();
    const index = rows.findIndex(({ sessionId }) => sessionId === id);
    if (index >= 0) list.focus(index);
    // Once, when the list is shown again.
  }, []);

  const onFilter = useCallback(
    (next: ListFilter) => setState((old) => ({ ...old, filter: next })),
    [setState],
  );
  const onSort = useCallback((next: Sort) => setState((old) => ({ ...old, sort: next })), [setState]);
  const List = narrow ? SessionCards : SessionTable;
  return (
    <>
      <h1>Calls</h1>
      <Provenance answer={answer} />
      <FilterBar rows={answer.sessions} filter={filter} onFilter={onFilter} field={field} />
      <Distributions rows={rows} open={!narrow} />
      <div class="list-head">
        <Totals rows={rows} of={answer.sessions.length} />
        <p class="keys muted">
          Keys: <kbd>/</kbd> filter · <kbd>j</kbd> <kbd>k</kbd> or <kbd>↓</kbd> <kbd>↑</kbd> from call to call
          · <kbd>Enter</kbd> open
        </p>
        <button type="button" disabled={rows.length === 0} onClick={() => saveCsv(rows)}>
          CSV
        </button>
      </div>
      {rows.length === 0 ? (
        <section class="nothing">
          <h2>No call matches the filter</h2>
          <p>
            Asked for: {filterWords(filter)}. There {answer.sessions.length === 1 ? 'is' : 'are'}{' '}
            {whole(answer.sessions.length)} without it.
          </p>
          <p>
            <button type="button" onClick={() => onFilter(NO_FILTER)}>
              Clear filter
            </button>
          </p>
        </section>
      ) : (
        <List rows={rows} list={list} sort={sort} onSort={onSort} />
      )}
    </>
  );
}

function Totals(props: { readonly rows: readonly SessionRow[]; readonly of: number }): JSX.Element {
  const { rows, of } = props;
  const { durationMs, cost } = useMemo(() => totalsOf(rows), [rows]);
  const calls =
    rows.length === of
      ? `${whole(of)} ${of === 1 ? 'call' : 'calls'}`
      : `${whole(rows.length)} of ${whole(of)} calls`;
  return (
    <p role="status" class="totals">
      <strong>{calls}</strong> · {formatDuration(durationMs)}
      {cost.sums.length > 0 && ` · ${amounts(cost)}`}
      {cost.estimated && <span class="muted"> (partly estimated)</span>}
      {cost.missingCount > 0 && (
        <span class="muted"> · {formatCount(cost.missingCount, 'price', 'prices')} missing</span>
      )}
    </p>
  );
}

function saveCsv(rows: readonly SessionRow[]): void {
  save('voice-otel-calls.csv', 'text/csv;charset=utf-8', sessionsCsv(rows));
}
