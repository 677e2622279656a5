import type {
  AgentAudioStarted,
  AgentAudioStopped,
  AgentHandoff,
  AgentTranscript,
  FalseInterruption,
  SessionEnded,
  SpeechCreated,
  SpeechDone,
  StageFinished,
  StageRecord,
  UserSpeechStarted,
  UserTranscript,
  UserTurnCommitted,
  VoiceSignal,
} from './signal.js';
import { Speech } from './speech.js';
import { UserSpeech } from './user-speech.js';
import type { ConversationWriter } from './writer.js';

/** How long a turn that is over waits for its late stages and transcripts, in milliseconds. */
export const SETTLE_MS = 1000;
/** Speeches remembered; of the oldest, late stages go to the session. */
const MAX_SPEECHES = 64;
/** Stages that wait for a user turn; beyond, the oldest go to the session. */
const MAX_WAITING_STAGES = 64;
/** Stages held for one speech; beyond, the oldest go to the session. */
const MAX_SPEECH_STAGES = 256;
/** Begins the id of a speech that the source does not name. */
const UNNAMED = 'unnamed_';

interface Settling {
  readonly due: number;
  readonly turnIndex: number;
  write(now: number): void;
}

/**
 * The one state machine that makes turns of signals: where they begin and end, what is a barge-in, which turn a
 * stage belongs to. Signals with times go in, whole turns come out of the writer; there is no clock and no timer in
 * it. The owner calls `advance` when `nextDeadline` is reached.
 */
export class ConversationTracker {
  readonly #writer: ConversationWriter;
  readonly #speeches = new Map<string, Speech>();
  readonly #settling = new Set<Settling>();
  /** Stages of the user's side that came while there was no turn to put them on. */
  readonly #waiting: StageRecord[] = [];
  #user: UserSpeech | undefined;
  /** The user's latest turn: committed at `at`, `answered` once a speech of the agent is its reply. */
  #lastUser: { speech: UserSpeech; written: boolean; at: number; answered: boolean } | undefined;
  #agentName: string | undefined;
  #nextIndex = 0;
  #unnamedSpeeches = 0;
  #ended = false;

  constructor(writer: ConversationWriter) {
    this.#writer = writer;
  }

  /** Whether the session has ended; signals after that are ignored. */
  get ended(): boolean {
    return this.#ended;
  }

  /** When `advance` is to be called next, in session time; `undefined` while nothing waits. */
  get nextDeadline(): number | undefined {
    let next: number | undefined;
    for (const { due } of this.#settling) if (next === undefined || due < next) next = due;
    return next;
  }

  /** Writes the turns that are due by `time`. */
  advance(time: number): void {
    const due = [...this.#settling]
      .filter((turn) => turn.due <= time)
      .sort((a, b) => a.turnIndex - b.turnIndex);
    for (const turn of due) {
      this.#settling.delete(turn);
      turn.write(time);
    }
  }

  signal(signal: VoiceSignal): void {
    if (this.#ended) return;
    this.advance(signal.time);
    switch (signal.type) {
      case 'user_speech_started':
        return this.#userSpeechStarted(signal);
      case 'user_speech_stopped':
        return this.#user?.stopped(signal.time, signal.stop);
      case 'user_transcript':
        return this.#userTranscript(signal);
      case 'user_turn_committed':
        return this.#userTurnCommitted(signal);
      case 'speech_created':
        return this.#speechCreated(signal);
      case 'agent_audio_started':
        return this.#agentAudioStarted(signal);
      case 'agent_audio_stopped':
        return this.#agentAudioStopped(signal);
      case 'agent_transcript':
        return this.#agentTranscript(signal);
      case 'speech_done':
        return this.#speechDone(signal);
      case 'false_interruption':
        return this.#falseInterruption(signal);
      case 'stage_finished':
        return this.#stageFinished(signal);
      case 'agent_handoff':
        return this.#agentHandoff(signal);
      case 'custom_event':
        return this.#writer.event({ name: signal.name, payload: signal.payload, time: signal.time });
      case 'session_ended':
        return this.#sessionEnded(signal);
    }
  }

  // --- the user's side

  #userSpeechStarted({ time, onset = time }: UserSpeechStarted): void {
    if (this.#user?.isOver(time)) this.#dropUser();
    this.#user ??= this.#newUser(onset, true);
    this.#user.started(time, onset);
    const audible = this.#audibleSpeech();
    if (audible !== undefined && this.#user.over === undefined) this.#user.over = audible;
  }

  #userTranscript({ time, text, final }: UserTranscript): void {
    if (text.trim() === '') return;
    const last = this.#lastUser;
    if (this.#user === undefined && last !== undefined && !last.speech.understood) {
      if (!last.written) last.speech.words(text, final);
      else if (final)
        this.#writer.event({ name: 'late_transcript', payload: { turn_id: last.speech.turnId, text }, time });
      return;
    }
    this.#user ??= this.#unannouncedUser(time);
    this.#user.words(text, final);
  }

  #userTurnCommitted(signal: UserTurnCommitted): void {
    this.#endUnnamedSpeeches(signal.time);
    const user = this.#user ?? this.#newUser(signal.onset ?? signal.time, false);
    this.#user = undefined;
    user.commit(signal);
    user.stages.unshift(...this.#waiting.splice(0));
    this.#noteBargeIn(user);
    const last = { speech: user, written: false, at: signal.time, answered: false };
    this.#lastUser = last;
    const reply = this.#replyTo(signal);
    if (reply !== undefined) this.#answer(reply, signal.time);
    this.#settle(user.turnIndex, signal.time, (now) => {
      last.written = true;
      this.#writer.turn(user.toRecord('completed', now));
    });
  }

  /** A source that never says when a speech is done: once the user has had their turn, a silent one is. */
  #endUnnamedSpeeches(time: number): void {
    for (const { speechId, audible, isDone, lastAudio } of this.#speeches.values()) {
      if (!speechId.startsWith(UNNAMED) || audible || isDone) continue;
      const cut = this.#user?.over?.speechId === speechId && this.#user.agentSilentAt !== undefined;
      this.#speechDone({ type: 'speech_done', time: lastAudio ?? time, speechId, interrupted: cut });
    }
  }

  /** The speech that answers a turn: the one the source names, else the latest that was begun ahead of the commit. */
  #replyTo({ speechId }: UserTurnCommitted): Speech | undefined {
    if (speechId !== undefined) return this.#speech(speechId);
    return [...this.#speeches.values()].findLast(
      (speech) => !speech.isTurn && !speech.isCommitted && !speech.isDone && !speech.prompted,
    );
  }

  #answer(speech: Speech, committedAt: number): void {
    const last = this.#lastUser;
    if (last === undefined || last.answered || speech.isCommitted) return;
    last.answered = true;
    speech.replyToId = last.speech.turnId;
    if (!speech.isTurn) speech.committedAt = committedAt;
  }

  /** Speech that no detector announced; its words are the first that is known of it. */
  #unannouncedUser(time: number): UserSpeech {
    const user = this.#newUser(time, false);
    user.over = this.#audibleSpeech();
    return user;
  }

  #newUser(onset: number, detected: boolean): UserSpeech {
    const turnIndex = this.#nextIndex++;
    return new UserSpeech(this.#writer.turnId('user', turnIndex), turnIndex, onset, detected);
  }

  /** What sounded like speech was none: no turn, and no gap in the numbering where that can be helped. */
  #dropUser(): void {
    const user = this.#user;
    if (user === undefined) return;
    this.#user = undefined;
    this.#waiting.push(...user.stages);
    if (user.turnIndex === this.#nextIndex - 1) this.#nextIndex -= 1;
  }

  #noteBargeIn(user: UserSpeech): void {
    const speech = user.over;
    if (speech === undefined || user.isBargeIn || !cutOff(user, speech)) return;
    speech.interrupted = true;
    user.isBargeIn = true;
    user.events.push({
      name: 'barge_in',
      payload: { agent_turn_id: speech.turnId },
      time: user.agentSilentAt ?? user.onset,
    });
  }

  // --- the agent's side

  #speechCreated({ speechId, origin }: SpeechCreated): void {
    const speech = this.#speech(speechId);
    speech.prompted = origin === 'prompted';
    const last = this.#lastUser;
    if (!speech.prompted)
      speech.trigger ??= this.#user ?? (last?.answered === false ? last.speech : undefined);
  }

  #agentAudioStarted({ time, speechId }: AgentAudioStarted): void {
    const speech = this.#speechAt(speechId) ?? this.#speech(`${UNNAMED}${++this.#unnamedSpeeches}`);
    const resumed = speech.firstAudio !== undefined && !speech.audible;
    speech.audioStarted(time);
    if (this.#lastUser !== undefined && !speech.prompted) this.#answer(speech, this.#lastUser.at);
    this.#becomeTurn(speech);
    if (resumed) this.#failedInterrupt(speech, time, true);
  }

  #agentAudioStopped({ time, speechId }: AgentAudioStopped): void {
    const speech = speechId === undefined ? this.#audibleSpeech() : this.#speech(speechId);
    if (speech === undefined) return;
    if (!speech.audible) return;
    speech.audioStopped(time);
    const user = this.#user ?? this.#lastUser?.speech;
    if (user !== undefined && user.over === speech) user.silenced(time);
  }

  #agentTranscript({ speechId, text, generated, interrupted }: AgentTranscript): void {
    const speech = this.#speechAt(speechId);
    if (speech === undefined) return;
    if (text !== '')
      speech.transcript = speech.transcript === undefined ? text : `${speech.transcript} ${text}`;
    if (generated !== undefined) speech.generated = generated;
    if (interrupted === true) this.#interrupted(speech);
  }

  #speechDone({ time, speechId, interrupted }: SpeechDone): void {
    const speech = this.#speechAt(speechId);
    if (speech === undefined || speech.isDone) return;
    speech.doneAt = time;
    if (interrupted) this.#interrupted(speech);
    if (!speech.isTurn && !interrupted && speech.hasSubstance) this.#becomeTurn(speech);
    if (speech.isTurn) this.#settle(speech.turnIndex, time, (now) => this.#writeSpeech(speech, now));
    else this.#discard(speech);
  }

  /** The source says that a speech was cut off; the user's turn that did it may have been committed before. */
  #interrupted(speech: Speech): void {
    speech.interrupted = true;
    const last = this.#lastUser;
    if (last !== undefined && !last.written && last.speech.over === speech) this.#noteBargeIn(last.speech);
  }

  #falseInterruption({ time, resumed }: FalseInterruption): void {
    const user = this.#user;
    if (user === undefined) return;
    if (user.over !== undefined) this.#failedInterrupt(user.over, time, resumed);
    else if (!user.heard && !user.speaking) this.#dropUser();
  }

  /** The agent was stopped for nothing: an event on its one turn, and no turn of the user where no word was heard. */
  #failedInterrupt(speech: Speech, time: number, resumed: boolean): void {
    const user = this.#user;
    if (user === undefined || user.over !== speech) return;
    speech.events.push({ name: 'failed_interrupt', payload: { resumed }, time });
    if (!user.heard) return this.#dropUser();
    user.unsilenced();
  }

  #becomeTurn(speech: Speech): void {
    if (speech.isTurn) return;
    speech.turnIndex = this.#nextIndex++;
    speech.turnId = this.#writer.turnId('agent', speech.turnIndex);
    speech.agentName = this.#agentName;
  }

  #writeSpeech(speech: Speech, now: number): void {
    if (speech.written || speech.turnId === undefined) return;
    speech.written = true;
    speech.audioStopped(speech.doneAt ?? now);
    this.#writer.turn(speech.toRecord(speech.turnId, now));
  }

  /** The speech of this id, known or new. */
  #speech(speechId: string): Speech {
    const known = this.#speeches.get(speechId);
    if (known !== undefined) return known;
    const speech = new Speech(speechId);
    this.#speeches.set(speechId, speech);
    if (this.#speeches.size > MAX_SPEECHES) this.#forgetOldestSpeech();
    return speech;
  }

  #forgetOldestSpeech(): void {
    for (const [id, speech] of this.#speeches) {
      this.#speeches.delete(id);
      if (speech.isDone) return;
      if (speech.isTurn) this.#writeSpeech(speech, speech.lastAudio ?? speech.firstAudio ?? 0);
      else this.#discard(speech);
      return;
    }
  }

  /** The speech of this id; without one, the speech that is the agent's now. */
  #speechAt(speechId: string | undefined): Speech | undefined {
    if (speechId !== undefined) return this.#speech(speechId);
    const open = [...this.#speeches.values()].filter((speech) => !speech.isDone);
    return open.find((speech) => speech.isTurn) ?? open.find((speech) => speech.isCommitted) ?? open[0];
  }

  #audibleSpeech(): Speech | undefined {
    return [...this.#speeches.values()].find((speech) => speech.audible);
  }

  // --- stages, hand-offs, the end

  #stageFinished({ stage, speechId, speaker }: StageFinished): void {
    const side = speaker ?? (stage.kind === 'stt' || stage.kind === 'vad' ? 'user' : 'agent');
    if (speechId === undefined && side === 'user') return this.#userStage(stage);
    const speech = this.#speechAt(speechId) ?? [...this.#speeches.values()].at(-1);
    if (speech === undefined) this.#writer.stage(stage, undefined);
    else if (speech.written) this.#writer.stage(stage, speech.turnId);
    else if (speech.isDone && !speech.isTurn) this.#discarded(stage, speech);
    else this.#stageOf(speech, stage);
  }

  #stageOf(speech: Speech, stage: StageRecord): void {
    speech.stages.push(stage);
    const oldest = speech.stages.length > MAX_SPEECH_STAGES ? speech.stages.shift() : undefined;
    if (oldest !== undefined) this.#writer.stage(oldest, undefined);
  }

  #userStage(stage: StageRecord): void {
    const last = this.#lastUser;
    if (this.#user !== undefined) this.#user.stages.push(stage);
    else if (last !== undefined && !last.written) last.speech.stages.push(stage);
    else this.#wait(stage);
  }

  #wait(stage: StageRecord): void {
    this.#waiting.push(stage);
    const oldest = this.#waiting.length > MAX_WAITING_STAGES ? this.#waiting.shift() : undefined;
    if (oldest !== undefined) this.#writer.stage(oldest, undefined);
  }

  /** A generation that nobody heard was no turn; its stages are those of the user turn that set it off. */
  #discard(speech: Speech): void {
    const last = this.#lastUser;
    if (last !== undefined && last.speech.turnId === speech.replyToId) last.answered = false;
    for (const stage of speech.stages.splice(0)) this.#discarded(stage, speech);
  }

  #discarded(stage: StageRecord, { replyToId, trigger }: Speech): void {
    const discarded = { ...stage, discarded: true };
    const last = this.#lastUser;
    const turnId = replyToId ?? trigger?.turnId;
    if (this.#user !== undefined && this.#user === trigger) this.#user.stages.push(discarded);
    else if (last !== undefined && last.speech.turnId === turnId && !last.written)
      last.speech.stages.push(discarded);
    else if (replyToId !== undefined || last?.speech === trigger) this.#writer.stage(discarded, turnId);
    else this.#userStage(discarded);
  }

  #agentHandoff({ time, from, to }: AgentHandoff): void {
    this.#agentName = to;
    this.#writer.event({ name: 'agent_handoff', payload: { from, to }, time });
  }

  #sessionEnded({ time, reason }: SessionEnded): void {
    this.#ended = true;
    for (const speech of this.#speeches.values()) {
      if (speech.written || speech.isDone) continue;
      if (!speech.isTurn) this.#discard(speech);
      else this.#settle(speech.turnIndex, time, (now) => this.#writeSpeech(speech, now));
    }
    const user = this.#user;
    if (user?.heard === true) {
      this.#noteBargeIn(user);
      user.stages.unshift(...this.#waiting.splice(0));
      this.#settle(user.turnIndex, time, () => this.#writer.turn(user.toRecord('session_closed', time)));
    } else if (user !== undefined) {
      this.#dropUser();
    }
    this.#user = undefined;
    const open = [...this.#settling].sort((a, b) => a.turnIndex - b.turnIndex);
    this.#settling.clear();
    for (const turn of open) turn.write(time);
    for (const stage of this.#waiting.splice(0)) this.#writer.stage(stage, this.#lastUser?.speech.turnId);
    this.#writer.end(reason, time);
  }

  #settle(turnIndex: number, time: number, write: (now: number) => void): void {
    this.#settling.add({ due: time + SETTLE_MS, turnIndex, write });
  }
}

/** Whether the user's speech cut the agent's off: by the source's word, else because the agent fell silent under it. */
function cutOff(user: UserSpeech, speech: Speech): boolean {
  if (speech.interrupted) return true;
  return !speech.isDone && !speech.audible && user.agentSilentAt !== undefined;
}
