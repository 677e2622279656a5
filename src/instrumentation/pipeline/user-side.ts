import type { StageRecord, VoiceSignal } from '../../signals/signal.js';
import type { Dialect } from './dialect.js';
import type { EventOf } from './events.js';
import type { Recognition } from './recognition.js';

/** Words this shortly before a turn is announced are what it was announced for, in milliseconds. */
const RECENT_WORDS_MS = 100;
/** A stretch of speech that ended this long before a turn is announced is not its onset, in milliseconds. */
const RECENT_SPEECH_MS = 2000;
/** Words kept that came outside of a turn. */
const MAX_EARLY_WORDS = 32;

/** A stretch of speech as a detector heard it. */
interface Stretch {
  readonly onset: number | undefined;
  stop: number | undefined;
  announced: number | undefined;
}

interface Words {
  readonly text: string;
  readonly final: boolean;
  readonly time: number;
}

/** What is known of the turn that is under way. */
interface Turn {
  readonly startedAt: number;
  /** Of its first stretch of speech. */
  readonly onset: number | undefined;
  heard: boolean;
  understood: boolean;
  /** The end of speech by the recogniser's word. */
  recognisedStop: number | undefined;
  /** What the model was given, where no final transcript says it. */
  texts: string[];
  /** When it was released without a word; whether it was speech is known when words come, or do not. */
  undecidedAt: number | undefined;
}

/** What the user's side tells the agent's. */
export interface UserSideHost {
  emit(signal: VoiceSignal): void;
  /** The user has begun a turn. */
  began(time: number): void;
  /** The user's turn was committed. @returns the id of the speech that is its answer */
  committed(time: number, question: string): string;
}

/**
 * The user's side of a pipeline: brings together what detector, turn logic and recogniser say of the same speech, and
 * tells the commit of a turn from a noise that was released without a word.
 */
export class UserSide {
  readonly #host: UserSideHost;
  readonly #dialect: Dialect;
  readonly #recognition: Recognition;
  #stretch: Stretch | undefined;
  #turn: Turn | undefined;
  #early: Words[] = [];
  #finals: string[] = [];
  /** The latest turn was committed without a word, and none has come since. */
  #wordsDue = false;

  constructor(host: UserSideHost, dialect: Dialect, recognition: Recognition) {
    this.#host = host;
    this.#dialect = dialect;
    this.#recognition = recognition;
  }

  speechStarted({ onset }: EventOf<'user_speech_started'>, time: number): void {
    if (this.#stretch !== undefined && this.#stretch.announced === undefined) return;
    this.#stretch = {
      onset: onset === undefined || onset > time ? time : onset,
      stop: undefined,
      announced: undefined,
    };
    // A detector's word is no turn where turns have a logic of their own: a backchannel is none.
    if (this.#turn !== undefined) this.#emitStretch(time);
    else if (!this.#dialect.hasTurns) this.#begin(time);
  }

  speechStopped({ stop }: EventOf<'user_speech_stopped'>, time: number): void {
    const stretch = this.#stretch;
    if (stretch === undefined || stretch.announced !== undefined) return;
    stretch.announced = time;
    stretch.stop = stop === undefined || stop > time ? undefined : stop;
    if (this.#turn !== undefined) this.#emitStop(stretch);
  }

  turnStarted(time: number): void {
    this.#dialect.hasTurns = true;
    if (this.#turn?.undecidedAt !== undefined) this.#wasNoise(time);
    if (this.#turn === undefined) this.#begin(time);
    else if (!this.#dialect.releases && this.#stretch?.announced !== undefined) this.#goOn(time);
  }

  turnStopped(time: number): void {
    const turn = this.#turn;
    if (turn === undefined || turn.undecidedAt !== undefined) return;
    if (!this.#dialect.releases) return this.#fellSilent(time);
    if (turn.heard || this.#dialect.realtime === true) return this.#commit(turn, time);
    if (this.#dialect.realtime === false) return this.#wasNoise(time);
    turn.undecidedAt = time;
  }

  words({ text, final, language, speechEndedMsAgo }: EventOf<'transcript'>, time: number): void {
    if (text.trim() === '') return;
    const realtime = this.#dialect.realtime === true;
    if (!realtime) this.#recognition.words(text, final, language, time);
    const turn = this.#turn;
    if (turn !== undefined) {
      this.#say(turn, { text, final, time });
      if (final && turn.undecidedAt === undefined) this.#dialect.realtime ??= false;
      if (final) turn.recognisedStop = speechEndedMsAgo === undefined ? undefined : time - speechEndedMsAgo;
      if (final && turn.undecidedAt !== undefined) this.#understoodLate(turn, turn.undecidedAt);
    } else if (this.#wordsDue) {
      this.#wordsDue = !final;
      this.#host.emit({ type: 'user_transcript', time, text, final });
    } else if (this.#dialect.hasTurns) this.#keepEarly({ text, final, time });
    else this.#say(this.#begin(time), { text, final, time });
  }

  turnText({ text }: EventOf<'user_turn_text'>): void {
    const texts = this.#turn?.texts;
    if (texts === undefined || text.trim() === '') return;
    // A speculation is asked again with all that was said by then.
    const before = texts.at(-1);
    if (before !== undefined && text.startsWith(before)) texts.pop();
    texts.push(text.trim());
  }

  /** The agent's side has begun to answer: where nothing else says so, the turn is over. */
  answered(time: number): void {
    const turn = this.#turn;
    const speaking = this.#stretch !== undefined && this.#stretch.announced === undefined;
    if (turn?.understood === true && !this.#dialect.releases && !speaking) this.#commit(turn, time);
  }

  /** A release without a word that the agent has answered to the end was none. */
  agentSilent(time: number): void {
    if (this.#turn?.undecidedAt !== undefined) this.#wasNoise(time);
  }

  /** The session is over: the recogniser's last usage is said. */
  finish(time: number): void {
    if (this.#turn?.undecidedAt !== undefined) this.#wasNoise(time);
    const stage =
      (this.#turn?.heard === true ? this.#recognition.turnOver(this.#turn.onset) : undefined) ??
      this.#recognition.leftover();
    if (stage !== undefined) this.#stage(stage, time);
    this.#turn = undefined;
  }

  #begin(time: number): Turn {
    this.#host.began(time);
    const stretch = this.#freshStretch(time);
    const turn: Turn = {
      startedAt: time,
      onset: stretch?.onset,
      heard: false,
      understood: false,
      recognisedStop: undefined,
      texts: [],
      undecidedAt: undefined,
    };
    this.#turn = turn;
    this.#wordsDue = false;
    this.#stretch = stretch;
    this.#emitStretch(time);
    if (stretch?.announced !== undefined) this.#emitStop(stretch);
    const early = this.#early.filter((words) => time - words.time <= RECENT_WORDS_MS);
    this.#early = [];
    if (early.length === 0) this.#recognition.dropWords();
    for (const words of early) this.#say(turn, words);
    return turn;
  }

  /** Speech that had fallen silent and got no answer goes on. */
  #goOn(time: number): void {
    this.#stretch = undefined;
    this.#emitStretch(time);
  }

  /** The stretch that a turn announced now begins with. */
  #freshStretch(time: number): Stretch | undefined {
    const announced = this.#stretch?.announced;
    return announced === undefined || time - announced < RECENT_SPEECH_MS ? this.#stretch : undefined;
  }

  #emitStretch(time: number): void {
    const onset = this.#stretch?.onset;
    this.#host.emit({
      type: 'user_speech_started',
      time,
      ...(onset === undefined ? { measured: false } : { onset }),
    });
  }

  #emitStop({ announced, stop }: Stretch): void {
    if (announced === undefined) return;
    this.#host.emit({
      type: 'user_speech_stopped',
      time: announced,
      ...(stop === undefined ? {} : { stop }),
    });
  }

  #say(turn: Turn, { text, final, time }: Words): void {
    turn.heard = true;
    turn.understood ||= final;
    if (final) this.#finals.push(text.trim());
    this.#host.emit({ type: 'user_transcript', time, text, final });
  }

  #keepEarly(words: Words): void {
    this.#early.push(words);
    if (this.#early.length > MAX_EARLY_WORDS) this.#early.shift();
  }

  /** Without a logic of turns, the end of a turn is the detector's silence. */
  #fellSilent(time: number): void {
    const stretch = this.#stretch ?? { onset: undefined, stop: undefined, announced: undefined };
    if (stretch.announced !== undefined) return;
    stretch.announced = time;
    this.#stretch = stretch;
    this.#emitStop(stretch);
  }

  #understoodLate(turn: Turn, releasedAt: number): void {
    // Words after the release are a speech-to-speech model's; what transcribes them is no recogniser of its own.
    this.#dialect.realtime = true;
    this.#recognition.dropWords();
    this.#commit(turn, releasedAt);
  }

  #commit(turn: Turn, time: number): void {
    const question = this.#finals.length > 0 ? this.#finals.join(' ') : turn.texts.join(' ');
    const stop = this.#stretch?.announced === undefined ? turn.recognisedStop : this.#stretch.stop;
    const stt = this.#recognition.turnOver(turn.onset ?? turn.startedAt);
    if (stt !== undefined) this.#stage(stt, time);
    if (turn.onset !== undefined && stop !== undefined) this.#endpointing(turn.onset, stop, time);
    const speechId = this.#host.committed(time, question);
    this.#host.emit({
      type: 'user_turn_committed',
      time,
      ...(this.#finals.length === 0 && question !== '' ? { transcript: question } : {}),
      ...(turn.recognisedStop === undefined || stop !== turn.recognisedStop
        ? {}
        : { stop, onset: Math.min(turn.startedAt, stop), stopSource: 'derived' }),
      speechId,
    });
    this.#wordsDue = !turn.heard && question === '';
    this.#over();
  }

  #wasNoise(time: number): void {
    if (this.#stretch?.announced === undefined) this.#host.emit({ type: 'user_speech_stopped', time });
    this.#host.emit({ type: 'false_interruption', time, resumed: false });
    this.#over();
  }

  #over(): void {
    this.#turn = undefined;
    this.#stretch = undefined;
    this.#finals = [];
    this.#early = [];
  }

  /** From the onset of speech to the decision that the turn is over, where a detector heard its end. */
  #endpointing(onset: number, stop: number, time: number): void {
    this.#stage(
      {
        kind: 'vad',
        startTime: onset,
        endTime: time,
        payload: { speechStartedAt: onset, speechEndedAt: stop },
      },
      time,
    );
  }

  #stage(stage: StageRecord, time: number): void {
    this.#host.emit({ type: 'stage_finished', time, stage });
  }
}
