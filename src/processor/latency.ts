import type { Attributes } from '@opentelemetry/api';
import { roundSeconds, secondsBetween } from '../otel/time.js';
import type { ReadableSpanLike } from '../otel/types.js';
import {
  ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET,
  ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET,
  ATTR_VOICE_TURN_REPLY_TO_ID,
  ATTR_VOICE_TURN_SPEECH_END_OFFSET,
} from '../semconv/generated.js';
import { number, text } from './attributes.js';
import { type SessionState, spanOf, type UserTurnSpan, type UserTurnState } from './session-state.js';

/** How long the caller waited for an agent turn, in seconds. */
export interface ReplyLatency {
  /** Announced end of the user's turn to the first audio. */
  readonly timeToFirstAudio?: number | undefined;
  /** True stop of the user's speech to the first audio; absent where the true stop is unknown. */
  readonly responseLatency?: number | undefined;
}

/**
 * The latency of an agent turn that is the first answer to a user turn: the one it names, else the latest that was
 * announced before the first audio. Nothing for a greeting, a follow-up, or a turn that nobody heard.
 *
 * The first answer is the one that was heard first, also when it ends later than another: an open agent turn says when
 * its first audio came. Where spans are only seen once they have ended, the first of them to end is the first answer.
 */
export function replyLatency(
  agentTurn: ReadableSpanLike,
  turnId: string,
  session: SessionState,
): ReplyLatency {
  const open = session.agentTurnEnded(turnId);
  const firstAudio = number(agentTurn, ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET);
  if (firstAudio === undefined) return {};
  const answered = answeredTurn(agentTurn, firstAudio, session);
  const userTurn = answered === undefined ? undefined : spanOf(answered);
  if (answered === undefined || userTurn === undefined) return {};
  if ((answered.answeredBy ?? turnId) !== turnId) return {};
  if (open.some((other) => isHeardBefore(other, agentTurn, firstAudio, answered, session))) return {};
  answered.answeredBy = turnId;
  const sinceStart = secondsBetween(userTurn.startTime, agentTurn.startTime) + firstAudio;
  const announced = announcedEnd(userTurn);
  const stop = number(userTurn, ATTR_VOICE_TURN_SPEECH_END_OFFSET);
  return {
    timeToFirstAudio: latency(announced, sinceStart),
    responseLatency: latency(stop, sinceStart),
  };
}

/** Whether another agent turn answers the same user turn, and was heard earlier. */
function isHeardBefore(
  other: ReadableSpanLike,
  agentTurn: ReadableSpanLike,
  firstAudio: number,
  answered: UserTurnState,
  session: SessionState,
): boolean {
  const heard = number(other, ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET);
  if (heard === undefined) return false;
  const earlierBy = secondsBetween(other.startTime, agentTurn.startTime) + firstAudio - heard;
  return earlierBy > 0 && answeredTurn(other, heard, session) === answered;
}

/** A wait that would be negative was none: the agent spoke before the moment it is counted from. */
function latency(from: number | undefined, to: number): number | undefined {
  if (from === undefined) return undefined;
  const seconds = roundSeconds(to - from);
  return seconds >= 0 ? seconds : undefined;
}

function answeredTurn(
  agentTurn: ReadableSpanLike,
  firstAudio: number,
  session: SessionState,
): UserTurnState | undefined {
  const replyTo = text(agentTurn, ATTR_VOICE_TURN_REPLY_TO_ID);
  if (replyTo !== undefined) return session.userTurns.find((turn) => turn.turnId === replyTo);
  let latest: UserTurnState | undefined;
  let shortestWait = Number.POSITIVE_INFINITY;
  for (const turn of session.userTurns) {
    const span = spanOf(turn);
    const announced = span === undefined ? undefined : announcedEnd(span);
    if (span === undefined || announced === undefined) continue;
    const wait = secondsBetween(span.startTime, agentTurn.startTime) + firstAudio - announced;
    if (wait >= 0 && wait <= shortestWait) {
      latest = turn;
      shortestWait = wait;
    }
  }
  return latest;
}

/** Seconds from the turn's start to when the source said that it was over; absent while it is not. */
function announcedEnd(userTurn: UserTurnSpan): number | undefined {
  const announced = number(userTurn, ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET);
  if (announced !== undefined) return announced;
  return userTurn.ended ? secondsBetween(userTurn.startTime, userTurn.endTime) : undefined;
}

/** The few numbers of an ended user turn that an answer needs, so that its content is not kept. */
export function endedUserTurn(span: ReadableSpanLike): UserTurnSpan {
  const announced = number(span, ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET);
  const stop = number(span, ATTR_VOICE_TURN_SPEECH_END_OFFSET);
  const attributes: Attributes = {};
  if (announced !== undefined) attributes[ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET] = announced;
  if (stop !== undefined) attributes[ATTR_VOICE_TURN_SPEECH_END_OFFSET] = stop;
  return { startTime: span.startTime, endTime: span.endTime, ended: true, attributes };
}
