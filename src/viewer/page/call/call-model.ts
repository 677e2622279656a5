import { failedSilently, isUnheard } from '../../../report/answers.js';
import type { LatencyBudget } from '../../../report/budget.js';
import type { SessionReport, TurnReport } from '../../../report/model.js';
import { type Silence, silences } from '../../../report/silences.js';
import { budgetsOf } from './budget-parts.js';
import { type Highlight, highlightsOf } from './highlights.js';
import { IntervalList } from './intervals.js';
import { type Lane, lanesOf } from './lanes.js';
import { type Mark, marksOf } from './marks.js';
import type { View } from './scale.js';

/** A row of the transcript: a turn, or the silence before it. */
export type TranscriptEntry =
  | { readonly kind: 'turn'; readonly turn: TurnReport }
  | { readonly kind: 'silence'; readonly silence: Silence };

/** What the call view draws, worked out once for a report. */
export interface CallModel {
  readonly report: SessionReport;
  /** Everything that the axis can show, with a margin. */
  readonly whole: View;
  readonly lanes: readonly Lane[];
  readonly silences: IntervalList<Silence>;
  readonly marks: IntervalList<Mark>;
  readonly budgets: ReadonlyMap<TurnReport, LatencyBudget>;
  readonly highlights: readonly Highlight[];
  readonly entries: readonly TranscriptEntry[];
  /** Agent turns of which nothing was heard. */
  readonly unheard: ReadonlySet<TurnReport>;
  /** Position in the call, counted from 1. */
  numberOf(turn: TurnReport): number;
  /** Place among the entries; -1 for a turn of another report. */
  entryOf(turn: TurnReport): number;
  /** The turn of an id; the first one where two carry the same. */
  turnOf(turnId: string): TurnReport | undefined;
}

/** Shown on either side of the call, as a share of it, so that no mark lies at the very edge. */
const MARGIN = 0.01;

export function callModel(report: SessionReport): CallModel {
  const numbers = new Map(report.turns.map((turn, i) => [turn, i + 1]));
  const byId = new Map<string, TurnReport>();
  for (const turn of report.turns) if (!byId.has(turn.turnId)) byId.set(turn.turnId, turn);
  const numberOf = (turn: TurnReport): number => numbers.get(turn) ?? 0;
  const budgets = budgetsOf(report);
  const silent = silences(report);
  const entries = entriesOf(report, silent);
  const places = new Map<TurnReport, number>();
  entries.forEach((entry, i) => {
    if (entry.kind === 'turn') places.set(entry.turn, i);
  });
  return {
    report,
    whole: wholeOf(report),
    lanes: lanesOf(report),
    silences: new IntervalList(silent),
    marks: marksOf(report),
    budgets,
    highlights: highlightsOf(report, budgets, numberOf),
    entries,
    unheard: new Set(report.turns.filter((turn) => isUnheard(turn, report) || failedSilently(turn))),
    numberOf,
    entryOf: (turn) => places.get(turn) ?? -1,
    turnOf: (turnId) => byId.get(turnId),
  };
}

/** From the earliest to the latest moment that anything says, also where clocks disagree. */
function wholeOf(report: SessionReport): View {
  let startMs = 0;
  let endMs = Math.max(0, report.durationMs);
  const reach = (item: { readonly startMs: number; readonly endMs: number }): void => {
    startMs = Math.min(startMs, item.startMs);
    endMs = Math.max(endMs, item.endMs);
  };
  for (const turn of report.turns) {
    reach(turn);
    for (const stage of turn.stages) reach(stage);
  }
  for (const stage of report.stages) reach(stage);
  const margin = Math.max(50, (endMs - startMs) * MARGIN);
  return { startMs: startMs - margin, endMs: endMs + margin };
}

/** The turns by start, each silence before the turn that ends it. */
function entriesOf(report: SessionReport, silent: readonly Silence[]): TranscriptEntry[] {
  const before = new Map(silent.flatMap((silence) => (silence.after ? [[silence.after, silence]] : [])));
  const entries: TranscriptEntry[] = [];
  for (const turn of report.turns) {
    const silence = before.get(turn);
    if (silence !== undefined) entries.push({ kind: 'silence', silence });
    entries.push({ kind: 'turn', turn });
  }
  const last = silent.find(({ after }) => after === undefined);
  if (last !== undefined) entries.push({ kind: 'silence', silence: last });
  return entries;
}
