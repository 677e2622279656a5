import type { TurnEndReason } from '../conversation/end-reason.js';
import type { StageRecord, StopSource } from './signal.js';

/** An event of a turn or a session. Times are session times: epoch milliseconds of the session's clock. */
export interface EventRecord {
  readonly name: string;
  readonly payload?: unknown;
  readonly time: number;
}

/** A whole turn, as the tracker has made it out. */
export interface TurnRecord {
  readonly turnId: string;
  /** 0-based over both speakers, by start. A false alarm may leave a gap. */
  readonly turnIndex: number;
  readonly speaker: 'user' | 'agent';
  readonly startTime: number;
  readonly endTime: number;
  readonly endReason: TurnEndReason;
  readonly transcript?: string;
  /** Agent: what had been generated, where less was heard. */
  readonly generatedTranscript?: string;
  /** User: the true end of speech. */
  readonly speechEnd?: number;
  /** User: when the source said that the speech had ended. */
  readonly announcedEnd?: number;
  /** User: the agent turn that it cut off, and how long that took from the onset of the user's speech. */
  readonly interruption?: { readonly agentTurnId: string; readonly latencyMs?: number };
  /** Agent: the user turn that it answers. */
  readonly replyToId?: string;
  /** Agent: how the latency is known that it has as an answer. Absent: it was measured. */
  readonly latencySource?: StopSource;
  /** Agent: the sub-agent that spoke, after a hand-off. */
  readonly agentName?: string;
  readonly firstAudio?: number;
  readonly lastAudio?: number;
  readonly events: readonly EventRecord[];
  readonly stages: readonly StageRecord[];
}

/**
 * Where the tracker's decisions go: `VoiceTracer` writes spans through the OTel API, the gateway writes OTLP
 * records with given ids.
 */
export interface ConversationWriter {
  /** The id of a turn that will be written later, perhaps. */
  turnId(speaker: 'user' | 'agent', turnIndex: number): string;
  turn(record: TurnRecord): void;
  /** A stage that came after its turn was written, or that belongs to none. */
  stage(stage: StageRecord, turnId: string | undefined): void;
  /** An event of the call as a whole. */
  event(event: EventRecord): void;
  end(reason: string | undefined, time: number): void;
}
