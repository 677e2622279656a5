import type { JSX } from 'preact';
import type { SessionRow } from '../../api.js';
import { CallName, Cell } from './cells.js';
import { COLUMNS, type Column } from './columns.js';
import { rowEvents } from './row-events.js';
import { type Sort, sortedBy } from './sort.js';
import type { RowList } from './use-row-list.js';

/** Height of a row (px); sessions.css has the same. */
export const ROW_HEIGHT = 48;

/** The list as a table whose heads sort it. */
export function SessionTable(props: {
  readonly rows: readonly SessionRow[];
  readonly list: RowList;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}): JSX.Element {
  const { rows, list, sort } = props;
  return (
    <div class="table-box">
      <table class="sessions" aria-label="Calls" aria-rowcount={rows.length + 1}>
        <colgroup>
          {COLUMNS.map(({ key }) => (
            <col key={key} class={`col-${key}`} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={list.body} {...rowEvents(rows, list)}>
          {list.segments.map((segment) => {
            if (segment.kind === 'space') {
              return (
                <tr key={`space ${segment.from}`} class="space">
                  <td colSpan={COLUMNS.length} style={{ height: `${segment.rows * ROW_HEIGHT}px` }} />
                </tr>
              );
            }
            const row = rows[segment.index];
            if (row === undefined) return null;
            const active = segment.index === list.activeIndex;
            return <Row key={row.sessionId} row={row} index={segment.index} active={active} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

function Head(props: {
  readonly column: Column;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}): JSX.Element {
  const { column, sort } = props;
  const sorted = sort.key === column.key;
  return (
    <th
      scope="col"
      class={column.numeric ? 'number' : undefined}
      aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" onClick={() => props.onSort(sortedBy(column.key, sort))}>
        {column.label}
        {sorted && <span aria-hidden="true">{sort.descending ? ' ↓' : ' ↑'}</span>}
      </button>
    </th>
  );
}

function Row(props: {
  readonly row: SessionRow;
  readonly index: number;
  readonly active: boolean;
}): JSX.Element {
  const { row, index } = props;
  const [, ...others] = COLUMNS;
  return (
    <tr aria-rowindex={index + 2} data-call={row.sessionId}>
      <td>
        <CallName row={row} index={index} active={props.active} />
      </td>
      {others.map(({ key, numeric }) => (
        <td key={key} class={numeric ? 'number' : undefined}>
          <Cell column={key} row={row} />
        </td>
      ))}
    </tr>
  );
}
