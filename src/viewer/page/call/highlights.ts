import { isUnanswered } from '../../../report/answers.js';
import type { LatencyBudget } from '../../../report/budget.js';
import type { SessionReport, StageReport, TurnReport } from '../../../report/model.js';
import { LONG_GAP_MS } from '../../../report/text/thresholds.js';
import { failureText, stageName } from '../../../report/text/words.js';
import { budgetParts, PART_NAMES } from './budget-parts.js';
import { ms, plural } from './format.js';

/** Something to look at first, and the turn in which it is seen. */
export interface Highlight {
  readonly kind: 'slowest' | 'gap' | 'unanswered' | 'failure';
  readonly text: string;
  readonly turn: TurnReport | undefined;
}

/** Unanswered turns and failures named; more are only counted. */
const MAX_NAMED = 3;

/** What to look at first: the slowest answer, the longest stretch that nothing explains, what failed. */
export function highlightsOf(
  session: SessionReport,
  budgets: ReadonlyMap<TurnReport, LatencyBudget>,
  numberOf: (turn: TurnReport) => number,
): Highlight[] {
  return [
    ...slowest(budgets, numberOf),
    ...longestGap(session, budgets, numberOf),
    ...named(
      session.turns
        .filter((turn) => isUnanswered(turn, session))
        .map((turn) => ({ kind: 'unanswered', text: `no answer to turn ${numberOf(turn)}`, turn })),
      'more without an answer',
    ),
    ...named(failures(session, numberOf), 'more failures'),
  ];
}

function slowest(
  budgets: ReadonlyMap<TurnReport, LatencyBudget>,
  numberOf: (turn: TurnReport) => number,
): Highlight[] {
  let found: { turn: TurnReport; budget: LatencyBudget } | undefined;
  for (const [turn, budget] of budgets) {
    if (found === undefined || length(budget) > length(found.budget)) found = { turn, budget };
  }
  if (found === undefined) return [];
  const { turn, budget } = found;
  const longest = budgetParts(budget).sort((a, b) => b.wholeMs - a.wholeMs)[0];
  const blame =
    longest === undefined ? '' : `, longest part ${PART_NAMES[longest.share]} (${ms(longest.wholeMs)})`;
  const since = budget.from === 'speech_end' ? '' : ' after the announced end';
  const text = `slowest answer: turn ${numberOf(turn)}, ${ms(length(budget))} of silence${since}${blame}`;
  return [{ kind: 'slowest', text, turn }];
}

function longestGap(
  session: SessionReport,
  budgets: ReadonlyMap<TurnReport, LatencyBudget>,
  numberOf: (turn: TurnReport) => number,
): Highlight[] {
  let found: { turn: TurnReport; lengthMs: number; nextStageId: string | undefined } | undefined;
  for (const [turn, { segments }] of budgets) {
    segments.forEach((segment, i) => {
      const lengthMs = length(segment);
      if (segment.share !== 'unexplained' || lengthMs < LONG_GAP_MS) return;
      if (found === undefined || lengthMs > found.lengthMs) {
        found = { turn, lengthMs, nextStageId: segments[i + 1]?.stageId };
      }
    });
  }
  if (found === undefined) return [];
  const { turn, lengthMs, nextStageId } = found;
  const next = nextStageId === undefined ? undefined : stageOf(session, nextStageId);
  const before = next === undefined ? '' : ` before ${stageName(next)}`;
  const text = `longest unexplained gap: turn ${numberOf(turn)}, ${ms(lengthMs)}${before}`;
  return [{ kind: 'gap', text, turn }];
}

function failures(session: SessionReport, numberOf: (turn: TurnReport) => number): Highlight[] {
  const found: Highlight[] = [];
  for (const turn of session.turns) {
    const where = `turn ${numberOf(turn)}`;
    if (turn.error !== undefined) {
      found.push({ kind: 'failure', text: `${where}: ${failureText('turn', turn.error)}`, turn });
    }
    for (const stage of turn.stages) {
      if (stage.error === undefined) continue;
      found.push({ kind: 'failure', text: `${where}: ${failureText(stageName(stage), stage.error)}`, turn });
    }
  }
  for (const stage of session.stages) {
    if (stage.error === undefined) continue;
    const text = `no turn: ${failureText(stageName(stage), stage.error)}`;
    found.push({ kind: 'failure', text, turn: undefined });
  }
  return found;
}

function named(found: readonly Highlight[], more: string): Highlight[] {
  const shown = found.slice(0, MAX_NAMED);
  const next = found[MAX_NAMED];
  if (next === undefined) return shown;
  const text = `${plural(found.length - MAX_NAMED, more, more)}`;
  return [...shown, { kind: next.kind, text, turn: next.turn }];
}

function stageOf(session: SessionReport, stageId: string): StageReport | undefined {
  for (const turn of session.turns) {
    const stage = turn.stages.find((candidate) => candidate.stageId === stageId);
    if (stage !== undefined) return stage;
  }
  return session.stages.find((candidate) => candidate.stageId === stageId);
}

function length({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): number {
  return endMs - startMs;
}
