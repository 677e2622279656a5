import type { SessionReport, StageReport } from '../model.js';
import { formatAmount, formatClock, formatLatency } from './format.js';
import type { Theme } from './theme.js';
import { eventText, markLine, stageMarks } from './turn-block.js';
import { stageName } from './words.js';

/** Stages and events of a call that belong to no turn. */
export function looseBlock(session: SessionReport, theme: Theme): string[] {
  const { bullet } = theme.glyphs;
  const lines = [
    ...session.stages.flatMap((stage) => [
      markLine(bullet, stageText(stage), undefined, theme),
      ...stageMarks(stage, theme).map(({ sign, text, paint }) => markLine(sign, text, paint, theme)),
    ]),
    ...session.events.map((event) => markLine(bullet, eventText(event), 'dim', theme)),
  ];
  return lines.length === 0 ? [] : [theme.paint('bold', ' outside of any turn'), ...lines];
}

function stageText(stage: StageReport): string {
  const first = stage.timeToFirstOutputMs;
  return [
    `${formatClock(stage.startMs)} ${stageName(stage)}`,
    `${formatLatency(stage.endMs - stage.startMs)} in all`,
    ...(first === undefined ? [] : [`first output after ${formatLatency(first)}`]),
    ...(stage.cost !== undefined && 'amount' in stage.cost
      ? [formatAmount(stage.cost.amount, stage.cost.currency)]
      : []),
  ].join(', ');
}
