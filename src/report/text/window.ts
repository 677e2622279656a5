import { answeredTurn } from '../answers.js';
import { type LatencyBudget, latencyBudget } from '../budget.js';
import type { SessionReport, StageReport, TurnReport } from '../model.js';
import { firstAudioMs } from '../moments.js';

/** What the chart of a turn shows: a stretch of time, and what lies in it. Times are session times (ms). */
export interface TurnWindow {
  readonly turn: TurnReport;
  /** The user turn that an agent turn answers, where its speech and stages stand in this chart. */
  readonly answered: TurnReport | undefined;
  readonly budget: LatencyBudget | undefined;
  /** By start. */
  readonly stages: readonly StageReport[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The moment that the axis counts from, and what it is. */
  readonly zeroMs: number;
  readonly zeroName: 'speech end' | 'announced end' | 'turn start';
}

/** Shares of the wait shown before it (the speech that it follows) and after it (the answer that ends it). */
const LEAD = 0.12;
const TAIL = 0.15;
/** Shown before and after at least (ms). */
const MIN_MARGIN_MS = 20;

/**
 * The window of each turn that has something to draw. A wait for an answer gets the whole width, from just before
 * the user stopped until just after the agent is heard; the stages of the user turn stand with the answer to it.
 */
export function turnWindows(session: SessionReport): ReadonlyMap<TurnReport, TurnWindow> {
  const answers = new Map<TurnReport, TurnReport>();
  for (const turn of session.turns) {
    const answered = turn.speaker === 'agent' ? answeredTurn(turn, session) : undefined;
    if (answered !== undefined && !answers.has(answered)) answers.set(answered, turn);
  }
  const answeredBy = new Map([...answers].map(([user, agent]) => [agent, user]));
  const windows = new Map<TurnReport, TurnWindow>();
  for (const turn of session.turns) {
    if (answers.has(turn)) continue;
    const window = windowOf(turn, answeredBy.get(turn), latencyBudget(turn, session));
    if (window !== undefined) windows.set(turn, window);
  }
  return windows;
}

function windowOf(
  turn: TurnReport,
  answered: TurnReport | undefined,
  budget: LatencyBudget | undefined,
): TurnWindow | undefined {
  const stages = [...(answered?.stages ?? []), ...turn.stages].sort((a, b) => a.startMs - b.startMs);
  if (stages.length === 0 && budget === undefined) return undefined;
  const common = { turn, answered, budget, stages };
  if (budget !== undefined) {
    const wait = budget.endMs - budget.startMs;
    // Generations that began while the user still spoke are shown from their start, within reason.
    const earliest = Math.min(budget.startMs, ...stages.filter(isAhead).map((stage) => stage.startMs));
    const fromMs = Math.max(earliest, budget.startMs - wait / 2) - margin(wait * LEAD);
    const zeroName = budget.from === 'speech_end' ? 'speech end' : 'announced end';
    return { ...common, fromMs, toMs: budget.endMs + margin(wait * TAIL), zeroMs: budget.startMs, zeroName };
  }
  const fromMs = Math.min(turn.startMs, ...stages.map((stage) => stage.startMs));
  const heard = firstAudioMs(turn);
  const end = Math.max(turn.endMs, ...stages.map((stage) => stage.endMs));
  const toMs = heard === undefined ? end : heard + margin((heard - fromMs) * TAIL);
  return { ...common, fromMs, toMs, zeroMs: turn.startMs, zeroName: 'turn start' };
}

/** Stages that listen run along with the speech; only the others can be ahead of its end. */
function isAhead(stage: StageReport): boolean {
  return stage.kind !== 'stt' && stage.kind !== 'vad';
}

function margin(ms: number): number {
  return Math.max(MIN_MARGIN_MS, ms);
}
