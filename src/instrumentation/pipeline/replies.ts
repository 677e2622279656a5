import type { VoiceSignal } from '../../signals/signal.js';
import type { Dialect } from './dialect.js';
import { Reply } from './reply.js';
import type { Services } from './services.js';
import { Sound } from './sound.js';

/** An interruption has cut the agent off when it falls silent within this time, in milliseconds. */
const CUT_WINDOW_MS = 1000;
/** What was under way when a reply was cut off still says its end within this time, in milliseconds. */
const AFTERMATH_MS = 250;
/** An answer without a word is none when no error explains it within this time, in milliseconds. */
const EMPTY_MS = 100;

export interface RepliesOptions {
  readonly emit: (signal: VoiceSignal) => void;
  readonly dialect: Dialect;
  readonly services: Services;
  /** The agent has fallen silent. */
  readonly onSilent: (time: number) => void;
}

/**
 * Which reply the agent is at. A pipeline names none, so one lasts from the user's commit, the model's start or the
 * first sound until the agent is silent and nothing of it is under way, or until an interruption.
 */
export class Replies {
  readonly sound: Sound;
  readonly #emit: (signal: VoiceSignal) => void;
  readonly #dialect: Dialect;
  readonly #services: Services;
  readonly #onSilent: (time: number) => void;
  /** What is being generated or awaited. */
  #current: Reply | undefined;
  /** What still plays although the user's next turn was committed. */
  #playing: Reply | undefined;
  /** The latest that is over, and whether all of its stages were given. */
  #previous: Reply | undefined;
  #released = true;
  #count = 0;
  #interruptedAt = Number.NEGATIVE_INFINITY;
  #withdrawnAt = Number.NEGATIVE_INFINITY;

  constructor({ emit, dialect, services, onSilent }: RepliesOptions) {
    this.#emit = emit;
    this.#dialect = dialect;
    this.#services = services;
    this.#onSilent = onSilent;
    this.sound = new Sound({ heard: (time) => this.#heard(time) }, dialect);
  }

  get current(): Reply | undefined {
    return this.#current;
  }

  /** The reply whose sound is or was heard latest. */
  get heardLatest(): Reply | undefined {
    return this.#playing ?? (this.#current?.heard === true ? this.#current : this.#previous);
  }

  /** When timers that were open were last closed, and reported as if they had measured something. */
  get timersClosedAt(): number {
    return Math.max(this.#interruptedAt, this.#withdrawnAt);
  }

  get active(): boolean {
    return this.#playing !== undefined || this.#current?.begun === true || this.#current?.audible === true;
  }

  /** When `advance` is to be called next. */
  get nextDeadline(): number | undefined {
    const empty = this.#current?.emptySince;
    const over = this.#released ? undefined : this.#previous?.finishedAt;
    const deadlines = [
      ...(empty === undefined ? [] : [empty + EMPTY_MS]),
      ...(over === undefined ? [] : [over + AFTERMATH_MS]),
    ];
    return deadlines.length === 0 ? undefined : Math.min(...deadlines);
  }

  advance(time: number): void {
    const current = this.#current;
    if (current?.emptySince !== undefined && time >= current.emptySince + EMPTY_MS) {
      current.emptySince = undefined;
      if (!current.busy) this.#finish(current, !current.heard, time);
    }
    const over = this.#previous?.finishedAt;
    if (over !== undefined && time >= over + AFTERMATH_MS) this.#release(time);
  }

  /** The reply that is under way, else a new one. */
  open(time: number): Reply {
    this.advance(time);
    this.#current ??= this.#begin(time);
    return this.#current;
  }

  /** The reply that something belongs to which is no beginning: what was cut off says its ends a little later. */
  at(time: number): Reply | undefined {
    if (this.#current !== undefined) return this.#current;
    const over = this.#previous;
    const aftermath = over?.finishedAt !== undefined && time - over.finishedAt <= AFTERMATH_MS;
    return aftermath && over.interrupted ? over : undefined;
  }

  /** Whose turn it is to be synthesised. */
  speaking(time: number): Reply {
    return this.at(time) ?? this.open(time);
  }

  /** The user begins a turn: what was generated before is no answer to it. */
  userBegan(time: number): void {
    this.sound.flush();
    const current = this.#current;
    if (current === undefined) return;
    if (this.#isSilentAnswer(current)) this.#giveUp(current, time);
    else current.outdated = current.begun;
  }

  /** The user's turn is over. @returns the reply that answers it */
  committed(time: number, question: string): Reply {
    const ahead = this.#current;
    if (ahead?.audible === true) {
      this.#playing = ahead;
      this.#current = undefined;
    } else if (ahead?.heard === true) this.#finish(ahead, false, time);
    else if (ahead?.outdated === true) this.#giveUp(ahead, time);
    const reply = this.open(time);
    reply.committedAt = time;
    reply.question = question;
    return reply;
  }

  interruption(time: number): void {
    this.#interruptedAt = time;
    this.sound.flush();
    if (this.sound.audible) {
      const audible = this.#playing ?? this.#current;
      if (audible !== undefined) audible.interruptedAt = time;
      // Where the output tells when the agent falls silent, that shows whether it was cut off.
      if (!this.#dialect.tellsSpeaking) this.silent(time);
    } else if (this.#current?.heard === true) this.#finish(this.#current, true, time);
    else if (this.#current !== undefined) this.#giveUp(this.#current, time);
  }

  /** A speculation is withdrawn, if one is under way. */
  withdrawn(time: number): void {
    this.#withdrawnAt = time;
    const current = this.#current;
    const speculation = current?.openCall;
    if (current !== undefined && speculation !== undefined && !speculation.started && !current.heard)
      this.#finish(current, true, time);
  }

  /** The agent has begun to be heard. */
  audible(time: number): void {
    const reply = this.#playing ?? this.open(time);
    reply.audible = true;
    reply.heard = true;
    reply.emptySince = undefined;
  }

  silent(time: number): void {
    const reply = this.#playing ?? this.#current;
    this.sound.stopped();
    if (reply?.audible !== true) return;
    this.#stopSound(reply, time);
    const { interruptedAt } = reply;
    if (interruptedAt !== undefined && time - interruptedAt <= CUT_WINDOW_MS)
      return this.#finish(reply, true, time);
    reply.unspoken = reply.openCall !== undefined || reply.openSynthesis !== undefined;
    this.#onSilent(time);
    this.settle(reply, time);
  }

  /** Finishes the reply if nothing of it is under way. */
  settle(reply: Reply, time: number): void {
    if (reply.finishedAt !== undefined || reply.audible) return;
    if (reply.failed && !reply.heard && reply.openCall === undefined && reply.silentFailure)
      return this.#finish(reply, false, time);
    if (reply.busy) return;
    if (reply.heard) this.#finish(reply, false, time);
    else if (reply.begun) reply.emptySince ??= time;
  }

  /** What was heard, or remembered, of a reply that is over has become known better. */
  say(reply: Reply, time: number): void {
    const said = reply.said();
    if (said !== undefined)
      this.#emit({ type: 'agent_transcript', time, speechId: reply.speechId, ...said, whole: true });
  }

  /** Nothing more comes: what is known is said. */
  finish(time: number): void {
    this.sound.flush();
    this.#release(time);
    for (const reply of [this.#playing, this.#current]) {
      if (reply === undefined) continue;
      this.#giveStages(reply, time, true);
      if (reply.heard) {
        const said = reply.saidSoFar();
        if (said !== undefined)
          this.#emit({ type: 'agent_transcript', time, speechId: reply.speechId, ...said, whole: true });
      } else if (this.#isSilentAnswer(reply)) this.#giveUp(reply, time);
    }
  }

  #begin(time: number): Reply {
    this.#count += 1;
    const reply = new Reply(`reply_${this.#count}`);
    this.#emit({ type: 'speech_created', time, speechId: reply.speechId, origin: 'reply' });
    return reply;
  }

  #heard(time: number): void {
    const reply = this.#playing ?? this.open(time);
    this.#emit({ type: 'agent_audio_started', time, speechId: reply.speechId });
  }

  #stopSound(reply: Reply, time: number): void {
    this.sound.stopped();
    reply.audible = false;
    this.#emit({ type: 'agent_audio_stopped', time, speechId: reply.speechId });
  }

  /** A reply that was not heard and will not be. */
  #giveUp(reply: Reply, time: number): void {
    reply.shown = this.#isSilentAnswer(reply);
    this.#finish(reply, !reply.shown, time);
  }

  /** In a pipeline without a voice, an answer is complete when the model has given it. */
  #isSilentAnswer(reply: Reply): boolean {
    return !this.#dialect.speaks && reply.begun && reply.openCall === undefined && reply.unspoken;
  }

  #finish(reply: Reply, interrupted: boolean, time: number): void {
    if (reply.finishedAt !== undefined) return;
    if (reply.audible) this.#stopSound(reply, time);
    reply.finishedAt = time;
    reply.interrupted = interrupted;
    if (this.#playing === reply) this.#playing = undefined;
    if (this.#current === reply) this.#current = undefined;
    if (reply.begun || reply.heard) {
      this.#release(time);
      this.#previous = reply;
      this.#released = false;
      this.#giveStages(reply, time, reply.failed && !reply.heard);
      this.say(reply, time);
    }
    this.#emit({ type: 'speech_done', time, speechId: reply.speechId, interrupted });
  }

  #release(time: number): void {
    if (this.#released || this.#previous === undefined) return;
    this.#released = true;
    this.#giveStages(this.#previous, time, true);
  }

  #giveStages(reply: Reply, time: number, all: boolean): void {
    const realtime = this.#dialect.realtime === true;
    for (const stage of reply.takeStages(this.#services, realtime, time, all))
      this.#emit({ type: 'stage_finished', time, stage, speechId: reply.speechId });
  }
}
