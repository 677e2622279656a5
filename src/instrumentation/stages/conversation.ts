import type { StageRecord, VoiceSignal } from '../../signals/signal.js';

/** Something the agent says: all model calls and syntheses from one turn of the user's to the next. */
export interface StageReply {
  readonly speechId: string;
  generated: string;
  spoken: string;
  /** Syntheses that are under way. */
  speaking: number;
  audible: boolean;
  /** The latest that is known to be heard of it. */
  lastAudio: number | undefined;
  /** When something of it last happened. */
  lastActivity: number;
  done: boolean;
}

/** What one call of the recogniser gave. */
export interface Recognised {
  readonly text: string;
  readonly stage: StageRecord<'stt'>;
  /** When the user's turn was over, as far as the call shows it. */
  readonly overAt: number;
  /** When it began, where that can be worked out. */
  readonly onset: number | undefined;
}

/**
 * A conversation of three plain functions: what the recogniser makes out is the user's turn, and everything that is
 * generated and synthesised until the next one is the answer.
 */
export class StageConversation {
  readonly #emit: (signal: VoiceSignal) => void;
  #reply: StageReply | undefined;
  #awaited: string | undefined;
  #count = 0;
  #userStopped: number | undefined;
  #userSpeaks = false;

  constructor(emit: (signal: VoiceSignal) => void) {
    this.#emit = emit;
  }

  // --- the user

  userStarted(time: number): void {
    this.#silentBy(time);
    this.#userSpeaks = true;
    this.#userStopped = undefined;
    this.#emit({ type: 'user_speech_started', time });
  }

  userStopped(time: number): void {
    this.#userStopped = time;
    this.#emit({ type: 'user_speech_stopped', time, stop: time });
  }

  recognised({ text, stage, overAt, onset }: Recognised, time: number): void {
    this.#silentBy(time);
    if (text === '') {
      this.#emit({ type: 'stage_finished', time, stage });
      if (this.#userSpeaks) this.#emit({ type: 'false_interruption', time, resumed: false });
      this.#userSpeaks = false;
      return;
    }
    const stop = this.#userStopped;
    this.#endReply(time);
    if (this.#awaited !== undefined)
      this.#emit({ type: 'speech_done', time, speechId: this.#awaited, interrupted: true });
    this.#awaited = this.#newId();
    this.#emit({
      type: 'user_turn_committed',
      time: Math.max(overAt, stop ?? overAt),
      transcript: text,
      speechId: this.#awaited,
      ...(onset === undefined || this.#userSpeaks ? {} : { onset }),
      ...(stop === undefined ? {} : { stop }),
    });
    this.#emit({ type: 'stage_finished', time, stage, ofCommitted: true });
    this.#userSpeaks = false;
    this.#userStopped = undefined;
  }

  recognitionFailed(stage: StageRecord<'stt'>, time: number): void {
    this.#emit({ type: 'stage_finished', time, stage });
  }

  // --- the agent

  /** The reply that is under way, or a new one. */
  reply(time: number): StageReply {
    if (this.#reply !== undefined) return this.#reply;
    const origin = this.#awaited === undefined ? 'prompted' : 'reply';
    const speechId = this.#awaited ?? this.#newId();
    this.#awaited = undefined;
    this.#reply = {
      speechId,
      generated: '',
      spoken: '',
      speaking: 0,
      audible: false,
      lastAudio: undefined,
      lastActivity: time,
      done: false,
    };
    this.#emit({ type: 'speech_created', time, speechId, origin });
    return this.#reply;
  }

  stage(reply: StageReply, stage: StageRecord, time: number): void {
    reply.lastActivity = Math.max(reply.lastActivity, time);
    this.#emit({ type: 'stage_finished', time, stage, speechId: reply.speechId });
  }

  /** @param audioMs how long it plays, where that is known */
  audio(reply: StageReply, audioMs: number | undefined, time: number): void {
    if (reply.done) return;
    this.#silentBy(time);
    if (!reply.audible) {
      reply.audible = true;
      this.#emit({ type: 'agent_audio_started', time, speechId: reply.speechId });
    }
    reply.lastAudio = Math.max(reply.lastAudio ?? time, time) + (audioMs ?? 0);
  }

  /** A synthesis is over. */
  spoken(reply: StageReply, text: string, time: number): void {
    reply.speaking -= 1;
    if (text !== '') reply.spoken = reply.spoken === '' ? text : `${reply.spoken} ${text}`;
    this.#silentBy(time);
  }

  /** The application stopped playing. */
  agentStopped(time: number): void {
    const reply = this.#reply;
    if (reply?.audible !== true) return;
    reply.audible = false;
    reply.lastAudio = time;
    this.#emit({ type: 'agent_audio_stopped', time, speechId: reply.speechId });
    this.#finish(reply, true, time);
  }

  end(time: number): void {
    this.#silentBy(time);
    this.#endReply(time);
  }

  /** What was to be heard has been heard, as far as its length is known. */
  #silentBy(time: number): void {
    const reply = this.#reply;
    if (reply?.audible !== true || reply.speaking > 0 || reply.lastAudio === undefined) return;
    if (reply.lastAudio > time) return;
    reply.audible = false;
    this.#emit({ type: 'agent_audio_stopped', time: reply.lastAudio, speechId: reply.speechId });
  }

  #endReply(time: number): void {
    const reply = this.#reply;
    if (reply === undefined) return;
    const heardUntil = reply.lastAudio;
    this.#finish(reply, false, heardUntil === undefined ? reply.lastActivity : Math.min(heardUntil, time));
  }

  #finish(reply: StageReply, interrupted: boolean, time: number): void {
    this.#reply = undefined;
    reply.done = true;
    const { speechId, spoken, generated } = reply;
    const text = spoken === '' ? generated : spoken;
    if (text !== '') {
      this.#emit({
        type: 'agent_transcript',
        time,
        speechId,
        text: text.trim(),
        whole: true,
        ...(interrupted && generated !== '' ? { generated: generated.trim() } : {}),
      });
    }
    this.#emit({ type: 'speech_done', time, speechId, interrupted });
  }

  #newId(): string {
    this.#count += 1;
    return `reply_${this.#count}`;
  }
}
