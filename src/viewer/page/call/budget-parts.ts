import { type LatencyBudget, type LatencyShare, latencyBudget } from '../../../report/budget.js';
import type { SessionReport, TurnReport } from '../../../report/model.js';
import { shareSums } from '../../../report/text/words.js';

/** The parts of a latency as the page calls them, in the order in which they usually come. */
export const PART_NAMES: Readonly<Record<LatencyShare, string>> = {
  end_pointing: 'end-pointing',
  recognition: 'recogniser',
  model: 'model, first token',
  application: 'application',
  synthesis: 'synthesis, first byte',
  playout: 'playout',
  unexplained: 'unexplained',
};

/** What each part is, for those who see it the first time. */
export const PART_MEANINGS: Readonly<Record<LatencyShare, string>> = {
  end_pointing: 'from the true stop until the turn was given to the agent',
  recognition: 'the recogniser still at work after the end of speech',
  model: 'the language model until its first output, or its whole run where it only called tools',
  application: 'tools, API calls and code of the application',
  synthesis: 'the synthesiser until its first byte',
  playout: 'from the first byte until it was heard',
  unexplained: 'no span says what happened',
};

export interface BudgetPart {
  readonly share: LatencyShare;
  /** Whole milliseconds; all parts together are the whole milliseconds of the latency. */
  readonly wholeMs: number;
}

/** Where the latency went, a share at a time, rounded so that the parts add up to the figure people see. */
export function budgetParts(budget: LatencyBudget): BudgetPart[] {
  const sums = shareSums(budget);
  const rounded = roundTogether(
    sums.map(({ ms }) => ms),
    Math.round(budget.endMs - budget.startMs),
  );
  return sums.map(({ share }, i) => ({ share, wholeMs: rounded[i] ?? 0 }));
}

/** Whole numbers that add up to `total`, each the value rounded up or down: those cut most are rounded up. */
export function roundTogether(values: readonly number[], total: number): number[] {
  const floors = values.map(Math.floor);
  let missing = total - floors.reduce((sum, value) => sum + value, 0);
  const byRest = values
    .map((value, i) => ({ i, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRest) {
    if (missing <= 0) break;
    floors[i] = (floors[i] ?? 0) + 1;
    missing -= 1;
  }
  return floors;
}

/** The budgets of a call's answers, by turn; a turn without a latency has none. */
export function budgetsOf(session: SessionReport): ReadonlyMap<TurnReport, LatencyBudget> {
  const budgets = new Map<TurnReport, LatencyBudget>();
  for (const turn of session.turns) {
    const budget = latencyBudget(turn, session);
    if (budget !== undefined) budgets.set(turn, budget);
  }
  return budgets;
}
