import { isUnanswered } from '../answers.js';
import { type LatencySegment, latencyBudget } from '../budget.js';
import type { SessionReport, TurnReport } from '../model.js';
import { formatClock, formatCount, formatLatency } from './format.js';
import type { Paint, Theme } from './theme.js';
import { LONG_GAP_MS } from './thresholds.js';
import { truncate } from './width.js';
import { failureText, SHARE_NAMES, shareSums, stageName, turnName } from './words.js';

/** Unanswered turns and failed stages named; more are only counted. */
const MAX_NAMED = 3;

/** What to look at first: the slowest answer, the longest stretch that nothing explains, what failed. */
export function lookFirst(session: SessionReport, theme: Theme): string[] {
  const lines: { text: string; paint: Paint | undefined }[] = [];
  const slowest = slowestText(session);
  if (slowest !== undefined) lines.push({ text: slowest, paint: undefined });
  const gap = longestGapText(session);
  if (gap !== undefined) lines.push({ text: gap, paint: 'red' });
  for (const text of unansweredTexts(session)) lines.push({ text, paint: 'red' });
  for (const text of failureTexts(session))
    lines.push({ text: `${theme.glyphs.failed} ${text}`, paint: 'red' });
  return lines.map(({ text, paint }) =>
    theme.paint(paint, truncate(`   ${theme.text(text)}`, theme.width, theme.glyphs.ellipsis)),
  );
}

function slowestText(session: SessionReport): string | undefined {
  const wait = (turn: TurnReport): number => turn.responseLatencyMs ?? turn.timeToFirstAudioMs ?? -1;
  const slowest = session.turns.reduce<TurnReport | undefined>(
    (slow, turn) => (slow === undefined || wait(turn) > wait(slow) ? turn : slow),
    undefined,
  );
  if (slowest === undefined || wait(slowest) < 0) return undefined;
  const budget = latencyBudget(slowest, session);
  const shares = budget === undefined ? [] : shareSums(budget).sort((a, b) => b.ms - a.ms);
  const longest = shares[0];
  const blame =
    longest === undefined
      ? ''
      : `, longest part ${SHARE_NAMES[longest.share]} (${formatLatency(longest.ms)})`;
  const since = slowest.responseLatencyMs === undefined ? ' after the announced end' : '';
  return `slowest answer: ${turnName(slowest)}, ${formatLatency(wait(slowest))} of silence${since}${blame}`;
}

function longestGapText(session: SessionReport): string | undefined {
  let longest: { turn: TurnReport; gap: LatencySegment; next: LatencySegment | undefined } | undefined;
  const length = ({ startMs, endMs }: LatencySegment): number => endMs - startMs;
  for (const turn of session.turns) {
    const segments = latencyBudget(turn, session)?.segments ?? [];
    segments.forEach((gap, i) => {
      if (gap.share !== 'unexplained' || length(gap) < LONG_GAP_MS) return;
      if (longest === undefined || length(gap) > length(longest.gap))
        longest = { turn, gap, next: segments[i + 1] };
    });
  }
  if (longest === undefined) return undefined;
  const { turn, gap, next } = longest;
  const stage = session.turns
    .flatMap(({ stages }) => stages)
    .find(({ stageId }) => stageId === next?.stageId);
  const before = stage === undefined ? '' : ` before ${stageName(stage)}`;
  const where = `${formatLatency(length(gap))} from ${formatClock(gap.startMs)}${before}`;
  return `longest unexplained gap: ${turnName(turn)}, ${where}`;
}

function unansweredTexts(session: SessionReport): string[] {
  const names = session.turns.filter((turn) => isUnanswered(turn, session)).map(turnName);
  if (names.length === 0) return [];
  const more = names.length - MAX_NAMED;
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return [`no answer to ${shown}${more > 0 ? ` and ${more} more` : ''}`];
}

function failureTexts(session: SessionReport): string[] {
  const stages = [
    ...session.turns.flatMap((turn) => turn.stages.map((stage) => ({ stage, where: turnName(turn) }))),
    ...session.stages.map((stage) => ({ stage, where: 'no turn' })),
  ];
  const texts = stages.flatMap(({ stage, where }) =>
    stage.error === undefined ? [] : [`${where}: ${failureText(stageName(stage), stage.error)}`],
  );
  const more = texts.length - MAX_NAMED;
  return more > 0
    ? [...texts.slice(0, MAX_NAMED), `and ${formatCount(more, 'more failure', 'more failures')}`]
    : texts;
}
