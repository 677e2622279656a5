import type { TurnEndReason } from '../conversation/end-reason.js';
import type { StageRecord, StopSource } from './signal.js';
import type { UserSpeech } from './user-speech.js';
import type { EventRecord, TurnRecord } from './writer.js';

/**
 * Something the agent says or was about to say. It becomes a turn when it is heard, or when it is done without having
 * been cut off; one that is thrown away before never was a turn, but what it cost was spent.
 */
export class Speech {
  readonly speechId: string;
  readonly events: EventRecord[] = [];
  readonly stages: StageRecord[] = [];
  /** The user's turn that set it off, where no commit has named one. */
  trigger: UserSpeech | undefined;
  /** Set as soon as the speech is a turn. */
  turnId: string | undefined;
  turnIndex = 0;
  agentName: string | undefined;
  replyToId: string | undefined;
  /** How the end of the speech that it answers is known. */
  latencySource: StopSource | undefined;
  /** Asked for by the application, not an answer. */
  prompted = false;
  committedAt: number | undefined;
  audible = false;
  firstAudio: number | undefined;
  lastAudio: number | undefined;
  transcript: string | undefined;
  generated: string | undefined;
  interrupted = false;
  doneAt: number | undefined;
  written = false;

  constructor(speechId: string) {
    this.speechId = speechId;
  }

  get isTurn(): boolean {
    return this.turnId !== undefined;
  }

  /** A user turn that it answers is known. */
  get isCommitted(): boolean {
    return this.replyToId !== undefined;
  }

  get isDone(): boolean {
    return this.doneAt !== undefined;
  }

  /** Whether anything came of it besides the wish to speak. */
  get hasSubstance(): boolean {
    return this.stages.length > 0 || this.transcript !== undefined || this.firstAudio !== undefined;
  }

  audioStarted(time: number): void {
    this.audible = true;
    if (this.firstAudio === undefined) {
      this.firstAudio = time;
      this.events.push({ name: 'agent_speech_start', time });
    }
  }

  audioStopped(time: number): void {
    if (!this.audible) return;
    this.audible = false;
    this.lastAudio = time;
  }

  /** @param whole whether `text` is all that was said, not the next part of it */
  said(text: string, whole: boolean): void {
    this.transcript = whole || this.transcript === undefined ? text : `${this.transcript} ${text}`;
  }

  toRecord(turnId: string, now: number): TurnRecord {
    const { firstAudio, lastAudio, transcript, generated, replyToId, agentName, latencySource } = this;
    const startTime = this.committedAt ?? this.#firstStage() ?? firstAudio ?? this.doneAt ?? now;
    const endTime = Math.max(startTime, lastAudio ?? this.doneAt ?? now);
    const ends: EventRecord[] =
      lastAudio === undefined ? [] : [{ name: 'agent_speech_end', time: lastAudio }];
    return {
      turnId,
      turnIndex: this.turnIndex,
      speaker: 'agent',
      startTime,
      endTime,
      endReason: this.#endReason(),
      ...(transcript === undefined ? {} : { transcript }),
      ...(generated === undefined || generated === transcript ? {} : { generatedTranscript: generated }),
      ...(replyToId === undefined ? {} : { replyToId }),
      ...(latencySource === undefined ? {} : { latencySource }),
      ...(agentName === undefined ? {} : { agentName }),
      ...(firstAudio === undefined ? {} : { firstAudio }),
      ...(lastAudio === undefined ? {} : { lastAudio }),
      events: [...this.events, ...ends],
      stages: this.stages,
    };
  }

  #firstStage(): number | undefined {
    const starts = this.stages.map((stage) => stage.startTime);
    return starts.length === 0 ? undefined : Math.min(...starts);
  }

  #endReason(): TurnEndReason {
    if (this.interrupted) return 'interrupted';
    if (!this.isDone) return 'session_closed';
    const failed = this.stages.some((stage) => stage.error !== undefined);
    return failed && this.firstAudio === undefined ? 'error' : 'completed';
  }
}
