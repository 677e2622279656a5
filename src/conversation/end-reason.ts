/** Why a turn ended. */
export type TurnEndReason = 'completed' | 'interrupted' | 'cancelled' | 'session_closed' | 'error';

/** Why a session ended, in the words of the vocabulary. */
export type SessionEndReason = 'user_left' | 'agent_left' | 'timeout' | 'error';

const TURN_END_REASONS: ReadonlySet<string> = new Set<TurnEndReason>([
  'completed',
  'interrupted',
  'cancelled',
  'session_closed',
  'error',
]);

/** Whether a caller's word is one of the vocabulary's. */
export function isTurnEndReason(reason: unknown): reason is TurnEndReason {
  return typeof reason === 'string' && TURN_END_REASONS.has(reason);
}

const NARROWING: readonly (readonly [pattern: RegExp, reason: SessionEndReason])[] = [
  [/time_?d?[ _-]?out|idle|inactiv|silence/i, 'timeout'],
  [/agent|job_shutdown/i, 'agent_left'],
  [/user_left|participant|client_initiated|hang_?up|hung_?up|caller|customer|disconnected/i, 'user_left'],
  [/error|fail|crash|exception/i, 'error'],
];

/**
 * A caller's own words for the end of a call, narrowed to the four of the vocabulary: the participant gone is
 * `user_left`, idling and time-outs are `timeout`, errors are `error`, and anything else (a job's shutdown, a
 * task done) is `agent_left`.
 */
export function narrowSessionEndReason(words: string): SessionEndReason {
  return NARROWING.find(([pattern]) => pattern.test(words))?.[1] ?? 'agent_left';
}
