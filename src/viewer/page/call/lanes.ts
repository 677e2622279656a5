import type { SessionReport, StageReport, TurnReport } from '../../../report/model.js';
import { type Speech, speeches } from '../../../report/silences.js';
import { stageName } from '../../../report/text/words.js';
import { type Interval, IntervalList } from './intervals.js';
import { visibleText } from './text-parts.js';

/** The token of the style sheet that a lane is coloured with. */
export type LaneColour = 'user' | 'agent' | 'stt' | 'llm' | 'tts' | 'tool' | 'other';

export interface Bar extends Interval {
  /** The turn it belongs to; `undefined` for a stage outside of any turn. */
  readonly turn: TurnReport | undefined;
  readonly stage: StageReport | undefined;
  /** The row within its lane, from 0: what overlaps lies below one another. */
  readonly row: number;
  /** Until its first output; `undefined` where none is known. */
  readonly firstMs: number | undefined;
  /** What is written into it where there is room: a text from a span, not yet made visible. */
  readonly label: string;
  readonly state: 'usual' | 'failed' | 'discarded' | 'cut-off';
}

export interface Lane {
  readonly key: string;
  readonly label: string;
  readonly colour: LaneColour;
  readonly rows: number;
  readonly bars: IntervalList<Bar>;
}

/** Rows of one lane at most; what overlaps even more shares the last one. */
const MAX_ROWS = 3;
/** Characters of a label kept; wider than any bar on a screen. */
const MAX_LABEL = 160;

/** The lanes of stages, in the order in which an answer comes about; other kinds follow by name. */
const STAGE_LANES: readonly { kind: string; label: string; colour: LaneColour }[] = [
  { kind: 'vad', label: 'vad', colour: 'other' },
  { kind: 'stt', label: 'recogniser', colour: 'stt' },
  { kind: 'nlu', label: 'nlu', colour: 'other' },
  { kind: 'dialogue_management', label: 'dialogue', colour: 'other' },
  { kind: 'llm', label: 'model', colour: 'llm' },
  { kind: 'tool', label: 'tools', colour: 'tool' },
  { kind: 'api_call', label: 'API calls', colour: 'tool' },
  { kind: 'tts', label: 'synthesis', colour: 'tts' },
];

/** The lanes of a call: user and agent always, then those kinds of stages that it has. */
export function lanesOf(session: SessionReport): Lane[] {
  const heard = speeches(session);
  const lanes = [speechLane('user', heard), speechLane('agent', heard)];
  const ofUnknown = session.turns.filter(({ speaker }) => speaker === 'unknown');
  if (ofUnknown.length > 0) {
    const bars = ofUnknown.map((turn) => turnBar(turn, turn.startMs, turn.endMs));
    lanes.push(lane('unknown', 'speaker unknown', 'other', bars));
  }
  const byKind = new Map<string, Unplaced[]>();
  const add = (stage: StageReport, turn: TurnReport | undefined): void => {
    const bars = byKind.get(stage.kind);
    if (bars === undefined) byKind.set(stage.kind, [stageBar(stage, turn)]);
    else bars.push(stageBar(stage, turn));
  };
  for (const turn of session.turns) for (const stage of turn.stages) add(stage, turn);
  for (const stage of session.stages) add(stage, undefined);
  for (const { kind, label, colour } of STAGE_LANES) {
    const bars = byKind.get(kind);
    if (bars !== undefined) lanes.push(lane(kind, label, colour, bars));
    byKind.delete(kind);
  }
  for (const kind of [...byKind.keys()].sort()) {
    lanes.push(lane(`other ${kind}`, visibleText(kind).slice(0, MAX_LABEL), 'other', byKind.get(kind) ?? []));
  }
  return lanes;
}

/** The colour of a stage's kind. */
export function stageColour(kind: string): LaneColour {
  return STAGE_LANES.find((known) => known.kind === kind)?.colour ?? 'other';
}

type Unplaced = Omit<Bar, 'row'>;

function speechLane(speaker: 'user' | 'agent', heard: readonly Speech[]): Lane {
  const bars = heard
    .filter(({ turn }) => turn.speaker === speaker)
    .map(({ turn, startMs, endMs }) => turnBar(turn, startMs, endMs));
  return lane(speaker, speaker, speaker, bars);
}

function turnBar(turn: TurnReport, startMs: number, endMs: number): Unplaced {
  const cutOff = turn.interruptedByTurnId !== undefined || turn.endReason === 'interrupted';
  return {
    turn,
    stage: undefined,
    startMs,
    endMs,
    firstMs: undefined,
    label: turn.transcript ?? '',
    state: turn.error !== undefined ? 'failed' : cutOff && turn.speaker === 'agent' ? 'cut-off' : 'usual',
  };
}

function stageBar(stage: StageReport, turn: TurnReport | undefined): Unplaced {
  const first = stage.timeToFirstOutputMs;
  return {
    turn,
    stage,
    startMs: stage.startMs,
    endMs: stage.endMs,
    firstMs: first === undefined ? undefined : Math.min(stage.startMs + first, stage.endMs),
    label: stage.toolName ?? stageName(stage),
    state: stage.error !== undefined ? 'failed' : stage.endReason === 'discarded' ? 'discarded' : 'usual',
  };
}

/** The label of a bar as it is written. */
export function barText(bar: Bar): string {
  // A text of megabytes costs no more than one of a line.
  return visibleText(bar.label.slice(0, MAX_LABEL));
}

function lane(key: string, name: string, colour: LaneColour, unplaced: readonly Unplaced[]): Lane {
  const ends: number[] = [];
  const bars = [...unplaced]
    .sort((a, b) => a.startMs - b.startMs)
    .map((bar): Bar => {
      const free = ends.findIndex((endMs) => endMs <= bar.startMs);
      const row = free >= 0 ? free : Math.min(ends.length, MAX_ROWS - 1);
      ends[row] = Math.max(ends[row] ?? Number.NEGATIVE_INFINITY, bar.endMs);
      return { ...bar, row };
    });
  return { key, label: name, colour, rows: Math.max(1, ends.length), bars: new IntervalList(bars) };
}
