import type { SessionReport, TurnReport } from '../../../report/model.js';
import { announcedEndMs, lastAudioMs, speechEndMs } from '../../../report/moments.js';
import { formatClock } from '../../../report/text/format.js';
import { failureText, stageName } from '../../../report/text/words.js';
import { EVENT_FAILED_INTERRUPT } from '../../../semconv/generated.js';
import type { CallModel } from './call-model.js';
import { ms, words } from './format.js';
import { bargeInMs } from './marks.js';

/** Something that stands out of a turn. */
export interface TurnMark {
  readonly sign: '!' | '?' | '✗' | '·';
  readonly tone: 'bad' | 'warn' | 'quiet';
  readonly text: string;
}

/** What stands out: barge-ins, failures, discarded generations, unusual ends, missing spans, broken clocks. */
export function turnMarks(turn: TurnReport, model: CallModel): TurnMark[] {
  const marks: TurnMark[] = [];
  const add = (sign: TurnMark['sign'], tone: TurnMark['tone'], text: string): void => {
    marks.push({ sign, tone, text });
  };
  const name = (turnId: string): string => {
    const other = model.turnOf(turnId);
    return other === undefined ? `turn ${turnId}` : `turn ${model.numberOf(other)}`;
  };
  if (turn.interruptedTurnId !== undefined) {
    const silent = turn.interruptionLatencyMs;
    const after = silent === undefined ? '' : `, which fell silent after ${ms(silent)}`;
    add('!', 'bad', `barge-in: cut off ${name(turn.interruptedTurnId)}${after}`);
  } else if (bargeInMs(turn) !== undefined) add('!', 'bad', 'barge-in');
  if (turn.interruptedByTurnId !== undefined) {
    const silent = lastAudioMs(turn);
    const when = silent === undefined ? '' : ` at ${formatClock(silent)}`;
    add('!', 'bad', `cut off by ${name(turn.interruptedByTurnId)}${when}`);
  } else if (turn.endReason === 'interrupted') add('!', 'bad', 'cut off');
  for (const event of turn.events) {
    if (event.name !== EVENT_FAILED_INTERRUPT) continue;
    add('?', 'warn', `false interruption at ${formatClock(event.timeMs)}: the agent went on`);
  }
  if (model.highlights.some((item) => item.kind === 'unanswered' && item.turn === turn)) {
    add('!', 'bad', unanswered(turn, model.report));
  }
  if (model.unheard.has(turn)) add('·', 'warn', 'nothing of it was heard');
  if (turn.error !== undefined) add('✗', 'bad', failureText('turn', turn.error));
  for (const stage of turn.stages) {
    if (stage.error !== undefined) add('✗', 'bad', failureText(stageName(stage), stage.error));
    if (stage.endReason === 'discarded') add('·', 'quiet', `${stageName(stage)}: discarded`);
  }
  const { endReason } = turn;
  if (endReason !== undefined && endReason !== 'completed' && endReason !== 'interrupted') {
    add('·', 'quiet', `ended: ${words(endReason)}`);
  }
  if (!turn.complete) add('·', 'warn', 'the turn has no span: it is still open, or its span was lost');
  if (turn.startMs < 0) add('·', 'warn', 'it starts before the call does: clocks disagree');
  return marks;
}

function unanswered(turn: TurnReport, report: SessionReport): string {
  const next = report.turns.slice(report.turns.indexOf(turn) + 1).find(({ speaker }) => speaker === 'user');
  const waited = ms(
    Math.max(0, (next?.startMs ?? report.durationMs) - (speechEndMs(turn) ?? announcedEndMs(turn))),
  );
  if (next !== undefined) return `no answer before the caller spoke again, ${waited} later`;
  return report.complete
    ? `no answer before the call ended, ${waited} later`
    : `no answer so far, after ${waited}`;
}
