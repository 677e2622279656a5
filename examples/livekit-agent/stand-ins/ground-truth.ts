import { writeFileSync } from 'node:fs';
import { type AgentSession, AgentSessionEventTypes } from '@livekit/agents';
import type { Microphone, Utterance } from './microphone.js';
import type { Playback, Speaker } from './speaker.js';

/** What really happened in a call, measured outside of the traces. Times are epoch milliseconds. */
export interface GroundTruth {
  /** What the caller said. */
  readonly utterances: readonly Utterance[];
  /** What the speaker played. */
  readonly playbacks: readonly Playback[];
  /** When the caller spoke by LiveKit's account: what its VAD said, corrected for the time that it took to say it. */
  readonly vadBounds: readonly SpeechBounds[];
}

export interface SpeechBounds {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Listens along, for tests. */
export function groundTruth(session: AgentSession, microphone: Microphone, speaker: Speaker): GroundTruth {
  const vadBounds: SpeechBounds[] = [];
  session.on(AgentSessionEventTypes.ConversationItemAdded, ({ item }) => {
    if (item.type !== 'message' || item.role !== 'user') return;
    const { startedSpeakingAt, stoppedSpeakingAt } = item.metrics;
    if (startedSpeakingAt === undefined || stoppedSpeakingAt === undefined) return;
    vadBounds.push({ startedAt: startedSpeakingAt * 1000, endedAt: stoppedSpeakingAt * 1000 });
  });
  return { utterances: microphone.utterances, playbacks: speaker.playbacks, vadBounds };
}

/** Writes it to a file, as JSON. */
export function writeGroundTruth(truth: GroundTruth, path: string): void {
  writeFileSync(path, JSON.stringify(truth));
}
