import { VOICE_TURN_LATENCY_SOURCE_VALUE_ESTIMATED } from '../../semconv/generated.js';
import type { TurnReport } from '../model.js';
import { formatClock, formatCost, formatLatency } from './format.js';
import { INDENT } from './layout.js';
import type { Paint, Theme } from './theme.js';
import { latencyPaint } from './thresholds.js';
import { columns, truncate } from './width.js';
import { turnName } from './words.js';

/** Columns of a name in the line. */
const MAX_NAME_WIDTH = 28;

interface Cell {
  readonly text: string;
  readonly paint: Paint | undefined;
  /** Columns at least, so that figures of different turns stand under one another. */
  readonly width: number;
}

/** The figures of a turn on one line; where that is too narrow, one after the other on as many as it takes. */
export function headline(turn: TurnReport, theme: Theme): string[] {
  const cells = headCells(turn, theme);
  const gap = ({ text, width }: Cell): string => ' '.repeat(Math.max(0, width - columns(text)));
  const paint = (cell: Cell): string => theme.paint(cell.paint, cell.text);
  if (
    columns(
      cells
        .map((cell) => cell.text + gap(cell))
        .join(' ')
        .trimEnd(),
    ) <= theme.width
  ) {
    return [
      cells
        .map((cell) => paint(cell) + gap(cell))
        .join(' ')
        .trimEnd(),
    ];
  }
  const lines: string[] = [];
  let used = theme.width;
  for (const cell of cells.filter(({ text }) => text !== '')) {
    const width = 1 + columns(cell.text);
    if (used + width > theme.width) {
      lines.push(lines.length === 0 ? paint(cell) : ' '.repeat(INDENT) + paint(cell));
      used = lines.length === 1 ? width - 1 : INDENT + width - 1;
    } else {
      lines[lines.length - 1] += ` ${paint(cell)}`;
      used += width;
    }
  }
  return lines;
}

function headCells(turn: TurnReport, theme: Theme): Cell[] {
  const name = (text: string): string => truncate(theme.text(text), MAX_NAME_WIDTH, theme.glyphs.ellipsis);
  const estimated = turn.latencySource === VOICE_TURN_LATENCY_SOURCE_VALUE_ESTIMATED ? '~' : '';
  const wait = (label: string, ms: number | undefined, width: number): Cell => ({
    text: ms === undefined ? '' : `${label} ${estimated}${formatLatency(ms)}`,
    paint: ms === undefined ? undefined : latencyPaint(ms),
    width,
  });
  const subAgent = turn.speaker === 'agent' && turn.agentName !== undefined ? ` ${name(turn.agentName)}` : '';
  return [
    { text: name(turnName(turn)).padStart(INDENT - 1), paint: 'bold', width: 0 },
    {
      text: `${turn.speaker}${subAgent}`,
      paint: turn.speaker === 'user' ? 'blue' : turn.speaker === 'agent' ? 'green' : undefined,
      width: 5,
    },
    {
      text: `${formatClock(turn.startMs)}${theme.glyphs.range}${formatClock(turn.endMs)}`,
      paint: undefined,
      width: 17,
    },
    wait('TTFA', turn.timeToFirstAudioMs, 12),
    wait('response', turn.responseLatencyMs, 17),
    { text: name(formatCost(turn.cost)), paint: undefined, width: 0 },
  ];
}
