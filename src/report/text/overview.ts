import { EVENT_FAILED_INTERRUPT } from '../../semconv/generated.js';
import { latencyBudget } from '../budget.js';
import type { SessionReport } from '../model.js';
import { firstAudioMs, lastAudioMs } from '../moments.js';
import { Axis } from './axis.js';
import { formatTick } from './format.js';
import type { Theme } from './theme.js';
import { latencyPaint } from './thresholds.js';
import { Track } from './track.js';

const LABEL_WIDTH = 7;
const TICK_COLUMNS = 10;

/** The whole call on one axis: who spoke when, the waits between, barge-ins and failures. */
export function drawOverview(session: SessionReport, theme: Theme): string[] {
  if (session.turns.length === 0) return [];
  const { glyphs } = theme;
  const fromMs = Math.min(0, ...session.turns.map((turn) => turn.startMs));
  const toMs = Math.max(session.durationMs, ...session.turns.map((turn) => turn.endMs));
  const axis = new Axis(fromMs, toMs, Math.max(10, theme.width - LABEL_WIDTH - 1));
  const ticks = new Track(axis, theme).ticks(0, TICK_COLUMNS, formatTick);
  const user = new Track(axis, theme);
  const agent = new Track(axis, theme);
  const marks = new Track(axis, theme);
  let marked = false;
  const mark = (ms: number, sign: string, paint: 'yellow' | 'red'): void => {
    marks.mark(ms, sign, paint);
    marked = true;
  };
  for (const turn of session.turns) {
    if (turn.speaker === 'user') user.bar(turn.startMs, turn.endMs, glyphs.user, 'blue');
    const budget = latencyBudget(turn, session);
    if (budget !== undefined) {
      const paint = latencyPaint(budget.endMs - budget.startMs) ?? 'dim';
      agent.stretch(budget.startMs, budget.endMs, glyphs.silence, paint);
    }
    const heard = firstAudioMs(turn);
    if (heard !== undefined) agent.bar(heard, lastAudioMs(turn) ?? heard, glyphs.agent, 'green');
    for (const stage of turn.stages) if (stage.error !== undefined) mark(stage.endMs, glyphs.failed, 'red');
    for (const event of turn.events)
      if (event.name === EVENT_FAILED_INTERRUPT) mark(event.timeMs, '?', 'yellow');
    if (turn.interruptedTurnId !== undefined) mark(turn.startMs, '!', 'yellow');
  }
  const rows: [string, Track][] = [
    ['', ticks],
    ['user', user],
    ['agent', agent],
    ...(marked ? [['marks', marks] satisfies [string, Track]] : []),
  ];
  return rows.map(([label, track]) => `${label.padStart(LABEL_WIDTH)} ${track.toString()}`.trimEnd());
}
