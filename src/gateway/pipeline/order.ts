import { hrTimeToMs } from '../../otel/time.js';
import { type VoiceSpan, voiceSpan } from '../../processor/role.js';
import type { WireSpan } from './wire-span.js';

interface Placed {
  readonly span: WireSpan;
  /** When its turn began, else when it began itself, in epoch milliseconds. */
  readonly at: number;
  readonly rank: number;
}

const RANKS: Readonly<Record<VoiceSpan['role'], number>> = {
  stage: 0,
  user_turn: 1,
  agent_turn: 2,
  session: 3,
};

/**
 * The spans of a request in the order in which roll-ups need them, whatever theirs was: turn after turn, each behind
 * its stages, and sessions last.
 */
export function inOrder(spans: readonly WireSpan[]): WireSpan[] {
  const voices = spans.map((span) => voiceSpan(span));
  const turnStarts = new Map<string, number>();
  for (const voice of voices) {
    if (voice?.turnId === undefined || voice.role === 'stage') continue;
    turnStarts.set(keyOf(voice), hrTimeToMs(voice.span.startTime));
  }
  return spans
    .map((span, index): Placed => {
      const voice = voices[index];
      const turnStart = voice?.turnId === undefined ? undefined : turnStarts.get(keyOf(voice));
      const rank = voice === undefined ? 0 : RANKS[voice.role];
      return { span, rank, at: turnStart ?? hrTimeToMs(span.startTime) };
    })
    .sort(
      (a, b) =>
        Number(a.rank === RANKS.session) - Number(b.rank === RANKS.session) || a.at - b.at || a.rank - b.rank,
    )
    .map(({ span }) => span);
}

function keyOf({ sessionId, turnId }: VoiceSpan): string {
  return `${sessionId} ${turnId}`;
}
