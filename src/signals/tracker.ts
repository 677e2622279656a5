import { AgentSpeeches } from './agent-speeches.js';
import { Settling } from './settling.js';
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
  UserSpeechStarted,
  UserTranscript,
  UserTurnCommitted,
  VoiceSignal,
} from './signal.js';
import type { Speech } from './speech.js';
import type { UserSpeech } from './user-speech.js';
import { UserTurns } from './user-turns.js';
import type { ConversationWriter } from './writer.js';

/**
 * The one state machine that makes turns of signals: where they begin and end, what is a barge-in, which turn a
 * stage belongs to. Signals with times go in, whole turns come out of the writer; there is no clock and no timer in
 * it. The owner calls `advance` when `nextDeadline` is reached.
 */
export class ConversationTracker {
  readonly #writer: ConversationWriter;
  readonly #users: UserTurns;
  readonly #speeches: AgentSpeeches;
  readonly #settling = new Settling();
  #nextIndex = 0;
  #ended = false;

  constructor(writer: ConversationWriter) {
    this.#writer = writer;
    const nextIndex = (): number => this.#nextIndex++;
    this.#users = new UserTurns(writer, nextIndex, (index) => {
      if (index === this.#nextIndex - 1) this.#nextIndex -= 1;
    });
    this.#speeches = new AgentSpeeches({ writer, nextIndex, discard: (speech) => this.#discard(speech) });
  }

  /** Whether the session has ended; signals after that are ignored. */
  get ended(): boolean {
    return this.#ended;
  }

  /** When `advance` is to be called next, in session time; `undefined` while nothing waits. */
  get nextDeadline(): number | undefined {
    return this.#settling.nextDeadline;
  }

  /** Writes the turns that are due by `time`. */
  advance(time: number): void {
    this.#settling.advance(time);
  }

  signal(signal: VoiceSignal): void {
    if (this.#ended) return;
    this.advance(signal.time);
    switch (signal.type) {
      case 'user_speech_started':
        return this.#userSpeechStarted(signal);
      case 'user_speech_stopped':
        return this.#users.current?.stopped(signal.time, signal.stop);
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

  #userSpeechStarted({ time, onset = time, measured = true }: UserSpeechStarted): void {
    if (this.#users.current?.isOver(time)) this.#users.drop();
    const user = this.#users.current ?? this.#users.begin(onset, measured);
    user.started(time, measured ? onset : undefined);
    const audible = this.#speeches.audible;
    if (audible !== undefined && user.over === undefined) user.over = audible;
  }

  #userTranscript({ time, text, final, ofCommitted = false }: UserTranscript): void {
    if (text.trim() === '') return;
    const last = this.#users.last;
    const isLate = this.#users.current === undefined && last?.speech.understood === false;
    if (last !== undefined && (ofCommitted || isLate)) {
      if (!last.written) last.speech.words(text, final);
      else if (final)
        this.#writer.event({ name: 'late_transcript', payload: { turn_id: last.speech.turnId, text }, time });
      return;
    }
    const user = this.#users.current ?? this.#unannouncedUser(time);
    user.words(text, final);
  }

  /** Speech that no detector announced; its words are the first that is known of it. */
  #unannouncedUser(time: number): UserSpeech {
    const user = this.#users.begin(time, false);
    user.over = this.#speeches.audible;
    return user;
  }

  #userTurnCommitted(signal: UserTurnCommitted): void {
    this.#endUnnamedSpeeches(signal.time);
    const committed = this.#users.commit(signal);
    const user = committed.speech;
    this.#noteBargeIn(user);
    const { speechId } = signal;
    const reply = speechId === undefined ? this.#speeches.begunAhead : this.#speeches.named(speechId);
    if (reply !== undefined) this.#answer(reply);
    this.#settling.add(user.turnIndex, signal.time, (now) => {
      committed.written = true;
      this.#writer.turn(user.toRecord('completed', now));
    });
  }

  /** A source that never says when a speech is done: once the user has had their turn, a silent one is. */
  #endUnnamedSpeeches(time: number): void {
    const user = this.#users.current;
    for (const speech of this.#speeches.openUnnamed) {
      const { speechId, lastAudio } = speech;
      const cut = user?.over === speech && user.agentSilentAt !== undefined;
      this.#speechDone({ type: 'speech_done', time: lastAudio ?? time, speechId, interrupted: cut });
    }
  }

  /** The speech is the answer to the user's latest turn, unless that has one. */
  #answer(speech: Speech): void {
    const last = this.#users.last;
    if (last === undefined || last.answered || speech.isCommitted) return;
    last.answered = true;
    speech.replyToId = last.speech.turnId;
    speech.latencySource = last.speech.stopSource;
    if (!speech.isTurn) speech.committedAt = last.at;
  }

  // --- barge-ins

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

  /** The source says that a speech was cut off; the user's turn that did it may have been committed before. */
  #interrupted(speech: Speech): void {
    speech.interrupted = true;
    const last = this.#users.last;
    if (last !== undefined && !last.written && last.speech.over === speech) this.#noteBargeIn(last.speech);
  }

  #falseInterruption({ time, resumed }: FalseInterruption): void {
    const user = this.#users.current;
    if (user === undefined) return;
    if (user.over !== undefined) this.#failedInterrupt(user.over, time, resumed);
    else if (!user.heard && !user.speaking) this.#users.drop();
  }

  /** The agent was stopped for nothing: an event on its one turn, and no turn of the user where no word was heard. */
  #failedInterrupt(speech: Speech, time: number, resumed: boolean): void {
    const user = this.#users.current;
    if (user === undefined || user.over !== speech) return;
    const name = 'failed_interrupt';
    if (!speech.written) speech.events.push({ name, payload: { resumed }, time });
    else this.#writer.event({ name, payload: { resumed, turn_id: speech.turnId }, time });
    if (!user.heard) return this.#users.drop();
    user.unsilenced();
  }

  // --- the agent's side

  #speechCreated({ speechId, origin }: SpeechCreated): void {
    const speech = this.#speeches.named(speechId);
    speech.prompted = origin === 'prompted';
    const { current, last } = this.#users;
    if (!speech.prompted) speech.trigger ??= current ?? (last?.answered === false ? last.speech : undefined);
  }

  #agentAudioStarted({ time, speechId }: AgentAudioStarted): void {
    const speech = this.#speeches.at(speechId) ?? this.#speeches.unnamed();
    const resumed = speech.firstAudio !== undefined && !speech.audible;
    speech.audioStarted(time);
    if (!speech.prompted) this.#answer(speech);
    this.#speeches.becomeTurn(speech);
    if (resumed) this.#failedInterrupt(speech, time, true);
  }

  #agentAudioStopped({ time, speechId }: AgentAudioStopped): void {
    const speech = speechId === undefined ? this.#speeches.audible : this.#speeches.named(speechId);
    if (speech === undefined || !speech.audible) return;
    speech.audioStopped(time);
    const user = this.#users.current ?? this.#users.last?.speech;
    if (user !== undefined && user.over === speech) user.silenced(time);
  }

  #agentTranscript({ speechId, text, generated, interrupted, whole }: AgentTranscript): void {
    const speech = this.#speeches.at(speechId);
    if (speech === undefined) return;
    if (text !== '') speech.said(text, whole === true);
    if (generated !== undefined) speech.generated = generated;
    if (interrupted === true) this.#interrupted(speech);
  }

  #speechDone({ time, speechId, interrupted }: SpeechDone): void {
    const speech = this.#speeches.at(speechId);
    if (speech === undefined || speech.isDone) return;
    speech.doneAt = time;
    if (interrupted) this.#interrupted(speech);
    if (!speech.isTurn && !interrupted && speech.hasSubstance) this.#speeches.becomeTurn(speech);
    if (speech.isTurn) this.#settle(speech, time);
    else this.#discard(speech);
  }

  #settle(speech: Speech, time: number): void {
    this.#settling.add(speech.turnIndex, time, (now) => this.#speeches.write(speech, now));
  }

  /** A generation that nobody heard was no turn; its stages are those of the user turn that set it off. */
  #discard(speech: Speech): void {
    const last = this.#users.last;
    if (last !== undefined && last.speech.turnId === speech.replyToId) last.answered = false;
    for (const stage of speech.stages.splice(0)) this.#users.discarded(stage, speech);
  }

  // --- stages, hand-offs, the end

  #stageFinished({ stage, speechId, speaker, ofCommitted = false }: StageFinished): void {
    const side = speaker ?? (stage.kind === 'stt' || stage.kind === 'vad' ? 'user' : 'agent');
    if (speechId === undefined && side === 'user') return this.#users.stage(stage, ofCommitted);
    const speech = this.#speeches.at(speechId) ?? this.#speeches.all.at(-1);
    if (speech === undefined) this.#writer.stage(stage, undefined);
    else if (speech.written) this.#writer.stage(stage, speech.turnId);
    else if (speech.isDone && !speech.isTurn) this.#users.discarded(stage, speech);
    else this.#speeches.hold(speech, stage);
  }

  #agentHandoff({ time, from, to }: AgentHandoff): void {
    this.#speeches.handedTo(to);
    this.#writer.event({ name: 'agent_handoff', payload: { from, to }, time });
  }

  #sessionEnded({ time, reason }: SessionEnded): void {
    this.#ended = true;
    for (const speech of this.#speeches.all) {
      if (speech.written || speech.isDone) continue;
      if (speech.isTurn) this.#settle(speech, time);
      else this.#discard(speech);
    }
    const user = this.#users.end();
    if (user !== undefined) {
      this.#noteBargeIn(user);
      this.#settling.add(user.turnIndex, time, () =>
        this.#writer.turn(user.toRecord('session_closed', time)),
      );
    }
    this.#settling.flush(time);
    this.#users.flushStages();
    this.#writer.end(reason, time);
  }
}

/** Whether the user's speech cut the agent's off: by the source's word, else because the agent fell silent under it. */
function cutOff(user: UserSpeech, speech: Speech): boolean {
  if (speech.interrupted) return true;
  return !speech.isDone && !speech.audible && user.agentSilentAt !== undefined;
}
