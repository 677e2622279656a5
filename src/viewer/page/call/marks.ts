import type { SessionReport, TurnReport } from '../../../report/model.js';
import { announcedEndMs, firstAudioMs, speechEndMs } from '../../../report/moments.js';
import { EVENT_BARGE_IN, EVENT_FAILED_INTERRUPT } from '../../../semconv/generated.js';
import { type Interval, IntervalList } from './intervals.js';

export type MarkKind =
  | 'barge-in'
  | 'false interruption'
  | 'first audio'
  | 'speech end'
  | 'announced end'
  | 'failure';

/** A moment marked on the axis. */
export interface Mark extends Interval {
  readonly kind: MarkKind;
  readonly turn: TurnReport | undefined;
}

/** Announced ends closer to the true stop (ms) are not worth a mark of their own. */
const MIN_APART_MS = 5;

/** The moments of a call that are marked on the axis, by time. */
export function marksOf(session: SessionReport): IntervalList<Mark> {
  const marks = session.turns.flatMap(turnMarks);
  for (const stage of session.stages) {
    if (stage.error !== undefined) marks.push(mark('failure', stage.endMs, undefined));
  }
  for (const event of session.events) {
    if (event.name === EVENT_FAILED_INTERRUPT)
      marks.push(mark('false interruption', event.timeMs, undefined));
  }
  return new IntervalList(marks);
}

/** When somebody spoke into the agent's turn: the onset of the turn that cut it off, and events that say so. */
export function bargeInMs(turn: TurnReport): number | undefined {
  if (turn.interruptedTurnId !== undefined) return turn.startMs;
  return turn.events.find(({ name }) => name === EVENT_BARGE_IN)?.timeMs;
}

function turnMarks(turn: TurnReport): Mark[] {
  const marks: Mark[] = [];
  const bargeIn = bargeInMs(turn);
  if (bargeIn !== undefined) marks.push(mark('barge-in', bargeIn, turn));
  for (const event of turn.events) {
    if (event.name === EVENT_FAILED_INTERRUPT) marks.push(mark('false interruption', event.timeMs, turn));
  }
  if (turn.speaker === 'user' && turn.complete) {
    const stopped = speechEndMs(turn);
    if (stopped !== undefined) marks.push(mark('speech end', stopped, turn));
    const announced = announcedEndMs(turn);
    if (stopped === undefined || Math.abs(announced - stopped) >= MIN_APART_MS) {
      marks.push(mark('announced end', announced, turn));
    }
  }
  const heard = firstAudioMs(turn);
  if (turn.speaker === 'agent' && heard !== undefined) marks.push(mark('first audio', heard, turn));
  if (turn.error !== undefined) marks.push(mark('failure', turn.endMs, turn));
  for (const stage of turn.stages)
    if (stage.error !== undefined) marks.push(mark('failure', stage.endMs, turn));
  return marks;
}

function mark(kind: MarkKind, atMs: number, turn: TurnReport | undefined): Mark {
  return { kind, startMs: atMs, endMs: atMs, turn };
}
