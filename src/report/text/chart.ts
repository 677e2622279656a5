import { VOICE_STAGE_END_REASON_VALUE_DISCARDED } from '../../semconv/generated.js';
import type { LatencySegment } from '../budget.js';
import type { StageReport } from '../model.js';
import { firstAudioMs, lastAudioMs } from '../moments.js';
import { Axis } from './axis.js';
import { chartLayout, figure, INDENT } from './layout.js';
import type { Paint, Theme } from './theme.js';
import { LONG_GAP_MS, latencyPaint } from './thresholds.js';
import { Track } from './track.js';
import { pad } from './width.js';
import type { TurnWindow } from './window.js';
import { SHARE_NAMES, stageName } from './words.js';

/** Shorter stretches between stages get no row; they still count in the sum below the chart. */
const MIN_GAP_MS = 100;
const TICK_COLUMNS = 7;

interface Row {
  readonly startMs: number;
  readonly label: string;
  readonly paint: Paint | undefined;
  readonly track: Track;
  readonly first: string;
  readonly total: string;
}

/** The chart of a turn: who is heard, the stages as bars, and the stretches between them, on one axis. */
export function drawChart(window: TurnWindow, theme: Theme): string[] {
  const { labelWidth, chartWidth } = chartLayout(theme);
  const axis = new Axis(window.fromMs, window.toMs, chartWidth);
  const rows = [
    ...window.stages.map((stage) => stageRow(stage, window, axis, theme)),
    ...gaps(window).map((gap) => gapRow(gap, axis, theme)),
  ].sort((a, b) => a.startMs - b.startMs);
  const line = (row: Omit<Row, 'startMs'>): string => {
    const label = theme.paint(row.paint, pad(theme.text(row.label), labelWidth, theme.glyphs.ellipsis));
    const figures = `${figure(row.first)}${figure(row.total)}`;
    return `${' '.repeat(INDENT)}${label} ${row.track.toString()}${figures}`.trimEnd();
  };
  return [axisRow(window, axis, theme), ...heardRow(window, axis, theme), ...rows].map(line);
}

function axisRow(window: TurnWindow, axis: Axis, theme: Theme): Omit<Row, 'startMs'> {
  const track = new Track(axis, theme);
  track.ticks(window.zeroMs, TICK_COLUMNS, (ms) => (Math.round(ms) === 0 ? '0 ms' : String(Math.round(ms))));
  return { label: `from ${window.zeroName}`, paint: 'dim', track, first: 'first', total: 'total' };
}

/** What the caller hears: the own voice, nothing, the agent. */
function heardRow(window: TurnWindow, axis: Axis, theme: Theme): Omit<Row, 'startMs'>[] {
  const { turn, answered, budget } = window;
  const { glyphs } = theme;
  const track = new Track(axis, theme);
  const user = answered ?? (turn.speaker === 'user' ? turn : undefined);
  if (user !== undefined) {
    const spokenUntil = answered === undefined ? user.endMs : (budget?.startMs ?? user.endMs);
    track.bar(user.startMs, spokenUntil, glyphs.user, 'blue').edges(user.startMs, spokenUntil, 'blue');
  }
  const heard = firstAudioMs(turn);
  const row = { label: 'heard', paint: 'bold', track, first: '' } as const;
  if (heard === undefined) return user === undefined ? [] : [{ ...row, total: '' }];
  const silentFrom = budget?.startMs ?? turn.startMs;
  const wait = Math.round(heard - silentFrom);
  const paint = budget === undefined ? 'dim' : latencyPaint(wait);
  track.stretch(silentFrom, heard, glyphs.silence, paint);
  const heardUntil = lastAudioMs(turn) ?? heard;
  track.bar(heard, heardUntil, glyphs.agent, 'green').edges(heard, heardUntil, 'green');
  track.label(silentFrom, heard, `${wait} ms`, paint);
  track.label(silentFrom, heard, `silent for ${wait} ms`, paint);
  return [{ ...row, total: budget === undefined ? '' : String(wait) }];
}

function stageRow(stage: StageReport, window: TurnWindow, axis: Axis, theme: Theme): Row {
  const { glyphs } = theme;
  const paint = stagePaint(stage);
  const track = new Track(axis, theme);
  const first = stage.timeToFirstOutputMs;
  const listening = stage.kind === 'stt' || stage.kind === 'vad';
  if (listening) {
    track.bar(stage.startMs, stage.endMs, glyphs.streaming, paint);
    const after = window.budget?.segments.filter((segment) => segment.stageId === stage.stageId) ?? [];
    for (const segment of after) track.stretch(segment.startMs, segment.endMs, glyphs.waiting, paint);
  } else if (first === undefined) {
    track.bar(stage.startMs, stage.endMs, glyphs.waiting, paint);
  } else {
    track.bar(stage.startMs, stage.endMs, glyphs.streaming, paint);
    track.stretch(stage.startMs, Math.min(stage.startMs + first, stage.endMs), glyphs.waiting, paint);
  }
  track.edges(stage.startMs, stage.endMs, paint);
  return {
    startMs: stage.startMs,
    label: stageLabel(stage, theme),
    paint: stage.error === undefined ? undefined : 'red',
    track,
    first: first === undefined ? '' : String(Math.round(first)),
    total: String(Math.round(stage.endMs - stage.startMs)),
  };
}

function stageLabel(stage: StageReport, theme: Theme): string {
  if (stage.error !== undefined) return `${theme.glyphs.failed} ${stageName(stage)}`;
  return stage.endReason === VOICE_STAGE_END_REASON_VALUE_DISCARDED
    ? `(${stageName(stage)})`
    : stageName(stage);
}

/** The stretches of the wait that no stage accounts for. */
function gaps(window: TurnWindow): LatencySegment[] {
  const segments = window.budget?.segments ?? [];
  return segments.filter(
    ({ stageId, startMs, endMs }) => stageId === undefined && endMs - startMs >= MIN_GAP_MS,
  );
}

function gapRow(gap: LatencySegment, axis: Axis, theme: Theme): Row {
  const ms = Math.round(gap.endMs - gap.startMs);
  const unexplained = gap.share === 'unexplained';
  const paint = !unexplained ? 'dim' : ms >= LONG_GAP_MS ? 'red' : 'yellow';
  const track = new Track(axis, theme)
    .bar(gap.startMs, gap.endMs, unexplained ? theme.glyphs.unexplained : theme.glyphs.gap, paint)
    .label(gap.startMs, gap.endMs, `${ms} ms`, paint);
  if (unexplained) track.label(gap.startMs, gap.endMs, `${ms} ms, no span`, paint);
  return { startMs: gap.startMs, label: SHARE_NAMES[gap.share], paint, track, first: '', total: String(ms) };
}

function stagePaint(stage: StageReport): Paint | undefined {
  if (stage.error !== undefined) return 'red';
  if (stage.endReason === VOICE_STAGE_END_REASON_VALUE_DISCARDED) return 'dim';
  return stage.kind === 'llm'
    ? 'cyan'
    : stage.kind === 'tts'
      ? 'green'
      : stage.kind === 'stt'
        ? 'blue'
        : undefined;
}
