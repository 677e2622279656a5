import {
  VOICE_TURN_END_REASON_VALUE_CANCELLED,
  VOICE_TURN_END_REASON_VALUE_ERROR,
} from '../semconv/generated.js';
import type { SessionReport, TurnReport } from './model.js';
import { announcedEndMs, firstAudioMs } from './moments.js';

/**
 * The user turn that an agent turn answers: the one it names, else, where it has a latency, the latest one
 * announced before its first audio (DESIGN section 4, `voice.turn.time_to_first_audio`).
 */
export function answeredTurn(turn: TurnReport, session: SessionReport): TurnReport | undefined {
  const { replyToTurnId } = turn;
  if (replyToTurnId !== undefined) {
    return session.turns.find(({ speaker, turnId }) => speaker === 'user' && turnId === replyToTurnId);
  }
  const firstAudio = firstAudioMs(turn);
  if (firstAudio === undefined) return undefined;
  if (turn.timeToFirstAudioMs === undefined && turn.responseLatencyMs === undefined) return undefined;
  let latest: TurnReport | undefined;
  for (const user of session.turns) {
    if (user.speaker !== 'user' || announcedEndMs(user) > firstAudio) continue;
    if (latest === undefined || announcedEndMs(user) >= announcedEndMs(latest)) latest = user;
  }
  return latest;
}

/**
 * Whether a user turn was left without an answer: no agent turn names it, and none began between it and the next
 * user turn. One that began and was not heard is an answer here.
 */
export function isUnanswered(turn: TurnReport, session: SessionReport): boolean {
  if (turn.speaker !== 'user') return false;
  if (session.turns.some(({ replyToTurnId }) => replyToTurnId === turn.turnId)) return false;
  const next = nextUserTurn(turn, session);
  const untilMs = next?.startMs ?? Number.POSITIVE_INFINITY;
  return !session.turns.some(
    ({ speaker, startMs }) => speaker !== 'user' && startMs >= turn.startMs && startMs < untilMs,
  );
}

/** The user turn after this one, by start. */
export function nextUserTurn(turn: TurnReport, session: SessionReport): TurnReport | undefined {
  return session.turns.slice(session.turns.indexOf(turn) + 1).find(({ speaker }) => speaker === 'user');
}

/** Whether an agent turn ended without having been heard, in a call in which it is known when the agent is heard. */
export function isUnheard(turn: TurnReport, session: SessionReport): boolean {
  if (turn.speaker !== 'agent' || !turn.complete || turn.firstAudioOffsetMs !== undefined) return false;
  return session.turns.some(({ firstAudioOffsetMs }) => firstAudioOffsetMs !== undefined);
}

/** Whether an agent turn failed before it said anything, also in a call in which no audio is known of. */
export function failedSilently(turn: TurnReport): boolean {
  const { speaker, complete, firstAudioOffsetMs, endReason, transcript } = turn;
  if (speaker !== 'agent' || !complete || firstAudioOffsetMs !== undefined) return false;
  const failed =
    endReason === VOICE_TURN_END_REASON_VALUE_ERROR || endReason === VOICE_TURN_END_REASON_VALUE_CANCELLED;
  return failed && transcript === undefined;
}
