import type { TurnReport } from './model.js';

/** When the user truly stopped, in session time; `undefined` where nobody knows. */
export function speechEndMs(turn: TurnReport): number | undefined {
  return turn.speechEndOffsetMs === undefined ? undefined : turn.startMs + turn.speechEndOffsetMs;
}

/** When the source said that the user had stopped, in session time; where it did not say, the turn's end. */
export function announcedEndMs(turn: TurnReport): number {
  return turn.announcedEndOffsetMs === undefined ? turn.endMs : turn.startMs + turn.announcedEndOffsetMs;
}

/** When the agent was first heard in this turn, in session time. */
export function firstAudioMs(turn: TurnReport): number | undefined {
  return turn.firstAudioOffsetMs === undefined ? undefined : turn.startMs + turn.firstAudioOffsetMs;
}

/** When the agent was last heard in this turn, in session time; where that is not known, the turn's end. */
export function lastAudioMs(turn: TurnReport): number | undefined {
  if (turn.firstAudioOffsetMs === undefined) return undefined;
  return turn.lastAudioOffsetMs === undefined ? turn.endMs : turn.startMs + turn.lastAudioOffsetMs;
}
