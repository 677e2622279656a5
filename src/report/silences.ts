import { failedSilently } from './answers.js';
import type { SessionReport, Speaker, TurnReport } from './model.js';
import { firstAudioMs, lastAudioMs, speechEndMs } from './moments.js';

/** A stretch in which somebody is heard. Times are session times (ms). */
export interface Speech {
  readonly turn: TurnReport;
  readonly startMs: number;
  readonly endMs: number;
}

/** A stretch in which nobody is heard. Times are session times (ms). */
export interface Silence {
  readonly startMs: number;
  readonly endMs: number;
  /** Who was heard last; `undefined` before the first word of the call. */
  readonly before: TurnReport | undefined;
  /** Who is heard next; `undefined` after the last word of the call. */
  readonly after: TurnReport | undefined;
  /**
   * Whom the call waits for: the agent until it answers (or greets), the user after the agent has spoken;
   * `undefined` where that cannot be told, such as between two turns of the agent.
   */
  readonly waitsFor: Speaker | undefined;
}

/** Shorter silences (ms) are left out: they are rounding between clocks, nobody hears them. */
const MIN_SILENCE_MS = 10;

/** Who is heard when, by start: users while they speak, agents from their first to their last audio. */
export function speeches(session: SessionReport): Speech[] {
  const heardIsKnown = session.turns.some(({ firstAudioOffsetMs }) => firstAudioOffsetMs !== undefined);
  return session.turns
    .flatMap((turn) => {
      const speech = speechOf(turn, heardIsKnown);
      return speech === undefined ? [] : [speech];
    })
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

/** Where nobody is heard, by start: before the first word, between turns, and after the last one. */
export function silences(session: SessionReport): Silence[] {
  const found: Silence[] = [];
  const add = (startMs: number, endMs: number, before?: TurnReport, after?: TurnReport): void => {
    if (endMs - startMs < MIN_SILENCE_MS) return;
    found.push({ startMs, endMs, before, after, waitsFor: waitsFor(before, after) });
  };
  let before: TurnReport | undefined;
  let silentFrom = 0;
  for (const { turn, startMs, endMs } of speeches(session)) {
    add(silentFrom, startMs, before, turn);
    if (before === undefined || endMs >= silentFrom) {
      before = turn;
      silentFrom = endMs;
    }
  }
  if (before !== undefined) add(silentFrom, session.durationMs, before);
  return found;
}

function speechOf(turn: TurnReport, heardIsKnown: boolean): Speech | undefined {
  if (turn.speaker === 'unknown' || !turn.complete) return undefined;
  if (turn.speaker === 'user') {
    return { turn, startMs: turn.startMs, endMs: Math.max(turn.startMs, speechEndMs(turn) ?? turn.endMs) };
  }
  const startMs = firstAudioMs(turn);
  if (startMs !== undefined) {
    return { turn, startMs, endMs: Math.max(startMs, lastAudioMs(turn) ?? turn.endMs) };
  }
  return heardIsKnown || failedSilently(turn)
    ? undefined
    : { turn, startMs: turn.startMs, endMs: turn.endMs };
}

function waitsFor(before: TurnReport | undefined, after: TurnReport | undefined): Speaker | undefined {
  if (before?.speaker === 'user') return 'agent';
  if (before === undefined) return after?.speaker === 'agent' ? 'agent' : undefined;
  return after?.speaker === 'user' ? 'user' : undefined;
}
