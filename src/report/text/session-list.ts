import type { SessionReport } from '../model.js';
import { formatAmount, formatDate, formatDuration } from './format.js';
import type { Theme } from './theme.js';
import { columns, pad } from './width.js';

const SEPARATOR = '  ';
/** The agent's name gets what the other columns leave, within these bounds; below the lower one it is left out. */
const MIN_AGENT_WIDTH = 6;
const MAX_AGENT_WIDTH = 20;

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  cell(session: SessionReport): string;
}

const COLUMNS: readonly Column[] = [
  {
    title: 'start (UTC)',
    align: 'left',
    cell: ({ startTime }) => formatDate(startTime).replace(/ UTC$/, ''),
  },
  {
    title: 'duration',
    align: 'right',
    cell: ({ durationMs, complete }) => `${complete ? '' : 'open '}${formatDuration(durationMs)}`,
  },
  { title: 'turns', align: 'right', cell: ({ totals }) => String(totals.turns) },
  { title: 'slowest', align: 'right', cell: slowest },
  { title: 'cost', align: 'right', cell: cost },
];

/** Several calls, one a line. Session ids are printed in full, so that they can be copied. */
export function renderSessionList(sessions: readonly SessionReport[], theme: Theme): string {
  const rows = sessions.map((session) => ({
    cells: COLUMNS.map((column) => column.cell(session)),
    agent: theme.text(
      [session.agentName, session.agentVersion].filter((part) => part !== undefined).join(' '),
    ),
    id: theme.text(session.sessionId),
  }));
  const widths = COLUMNS.map(({ title }, i) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[i]?.length ?? 0)),
  );
  const idWidth = Math.max(...rows.map(({ id }) => columns(id)));
  const left =
    theme.width -
    widths.reduce((sum, width) => sum + width + SEPARATOR.length, 0) -
    idWidth -
    SEPARATOR.length;
  const agentWidth = Math.min(MAX_AGENT_WIDTH, left, Math.max(...rows.map(({ agent }) => columns(agent))));
  const line = (cells: readonly string[], agent: string, id: string): string =>
    [
      ...COLUMNS.map(({ align }, i) => {
        const cell = cells[i] ?? '';
        return align === 'left' ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
      }),
      ...(agentWidth < MIN_AGENT_WIDTH ? [] : [pad(agent, agentWidth, theme.glyphs.ellipsis)]),
      id,
    ].join(SEPARATOR);
  const titles = line(
    COLUMNS.map(({ title }) => title),
    'agent',
    'session',
  );
  const lines = [theme.paint('dim', titles), ...rows.map(({ cells, agent, id }) => line(cells, agent, id))];
  return `${lines.join('\n')}\n`;
}

function slowest({ turns }: SessionReport): string {
  const waits = turns.flatMap((turn) => turn.responseLatencyMs ?? turn.timeToFirstAudioMs ?? []);
  return waits.length === 0 ? '' : `${Math.round(Math.max(...waits))} ms`;
}

/** The amount, `>` before it where prices are missing. */
function cost({ totals }: SessionReport): string {
  const { sums, missingCount } = totals.cost;
  const amounts = sums.map(({ total, currency }) => formatAmount(total, currency)).join(' + ');
  if (amounts === '') return missingCount === 0 ? '' : 'unknown';
  return missingCount === 0 ? amounts : `> ${amounts}`;
}
