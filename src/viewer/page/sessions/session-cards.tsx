import type { JSX } from 'preact';
import type { SessionRow } from '../../api.js';
import { CallName, Cell } from './cells.js';
import { COLUMNS, type ColumnKey } from './columns.js';
import { rowEvents } from './row-events.js';
import type { Sort } from './sort.js';
import type { RowList } from './use-row-list.js';

/** Height of a card with the space below it (px); sessions.css has the same. */
export const CARD_HEIGHT = 210;

/** What stands below the name, in this order. */
const FIGURES: readonly ColumnKey[] = COLUMNS.map(({ key }) => key).filter((key) => key !== 'agent');

/** The list where a table has no room: one card a call. */
export function SessionCards(props: {
  readonly rows: readonly SessionRow[];
  readonly list: RowList;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}): JSX.Element {
  const { rows, list } = props;
  return (
    <>
      <SortControl sort={props.sort} onSort={props.onSort} />
      <ol class="cards" aria-label="Calls" ref={list.body} {...rowEvents(rows, list)}>
        {list.segments.map((segment) => {
          if (segment.kind === 'space') {
            const height = `${segment.rows * CARD_HEIGHT}px`;
            return <li key={`space ${segment.from}`} class="space" aria-hidden="true" style={{ height }} />;
          }
          const row = rows[segment.index];
          if (row === undefined) return null;
          const active = segment.index === list.activeIndex;
          return (
            <Card key={row.sessionId} row={row} index={segment.index} count={rows.length} active={active} />
          );
        })}
      </ol>
    </>
  );
}

function SortControl(props: { readonly sort: Sort; readonly onSort: (sort: Sort) => void }): JSX.Element {
  const { sort, onSort } = props;
  return (
    <p class="sort-control">
      <label>
        Sort by{' '}
        <select
          value={sort.key}
          onChange={({ currentTarget }) => {
            const column = COLUMNS.find(({ key }) => key === currentTarget.value);
            if (column !== undefined) onSort({ key: column.key, descending: column.numeric });
          }}
        >
          {COLUMNS.map(({ key, label }) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => onSort({ ...sort, descending: !sort.descending })}>
        {sort.descending ? 'Descending ↓' : 'Ascending ↑'}
      </button>
    </p>
  );
}

function Card(props: {
  readonly row: SessionRow;
  readonly index: number;
  readonly count: number;
  readonly active: boolean;
}): JSX.Element {
  const { row, index } = props;
  return (
    <li data-call={row.sessionId} aria-posinset={index + 1} aria-setsize={props.count}>
      <CallName row={row} index={index} active={props.active} />
      <dl>
        {FIGURES.map((key) => (
          <div key={key} class={`figure-${key}`}>
            <dt>{COLUMNS.find((column) => column.key === key)?.label}</dt>
            <dd>
              <Cell column={key} row={row} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
