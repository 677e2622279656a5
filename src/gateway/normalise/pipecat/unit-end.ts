import { isSameMoment } from './moment.js';
import type { UnitEnd } from './outcome.js';
import type { Unit } from './unit.js';

/**
 * A turn that ends by time-out ends this long after the agent fell silent, at the least
 * (`turn_end_timeout_secs`, default 2.5 s); its duration is counted to the silence.
 */
const TIMED_OUT_MS = 2000;

/**
 * How a unit ended. `turn.was_interrupted` is true also when the call ended; what tells a real cut from it is that
 * another turn begins at that moment.
 *
 * @param nextTurn the first unit after it that is a turn
 */
export function unitEnd(unit: Unit, nextTurn: Unit | undefined): UnitEnd {
  const { turn } = unit;
  if (unit.loose) return looseEnd(unit, nextTurn);
  if (turn === undefined) return { lastAudio: undefined, cutAt: undefined, heard: false };
  const counted = turn.durationMs === undefined ? undefined : turn.startTime + turn.durationMs;
  const timedOut = counted !== undefined && turn.endTime - counted >= TIMED_OUT_MS;
  const follows =
    nextTurn !== undefined && (nextTurn.turn === undefined || isSameMoment(nextTurn.startTime, turn.endTime));
  const cutAt = turn.wasInterrupted && follows ? turn.endTime : undefined;
  return {
    lastAudio: timedOut ? counted : cutAt,
    cutAt,
    // Only the end of the call ends a turn in which the agent was not heard.
    heard: timedOut || !turn.wasInterrupted || follows || turn.latencyMs !== undefined,
  };
}

/** Whether it takes the turn after it to know how the unit ended. */
export function waitsForNext(unit: Unit): boolean {
  if (!unit.loose) return unit.turn?.wasInterrupted === true;
  const last = unit.services.at(-1);
  return last?.kind === 'tts' && last.interrupted;
}

/** What is said outside of a turn is cut off where its synthesis was, by a turn that begins then. */
function looseEnd(unit: Unit, nextTurn: Unit | undefined): UnitEnd {
  const last = unit.services.at(-1);
  const begins = nextTurn?.turn?.startTime;
  const cut =
    waitsForNext(unit) && begins !== undefined && last !== undefined && isSameMoment(begins, last.endTime);
  const cutAt = cut ? begins : undefined;
  return { lastAudio: cutAt, cutAt, heard: false };
}
