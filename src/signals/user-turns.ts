import type { StageRecord, UserTurnCommitted } from './signal.js';
import type { Speech } from './speech.js';
import { UserSpeech } from './user-speech.js';
import type { ConversationWriter } from './writer.js';

/** Stages that wait for a user turn; beyond, the oldest go to the session. */
const MAX_WAITING_STAGES = 64;

/** A user turn that was committed at `at`; `answered` once a speech of the agent is its reply. */
export interface CommittedTurn {
  readonly speech: UserSpeech;
  readonly at: number;
  written: boolean;
  answered: boolean;
}

/** The user's turn in the making and the latest one, and the stages that belong to either. */
export class UserTurns {
  readonly #writer: ConversationWriter;
  readonly #nextIndex: () => number;
  readonly #freeIndex: (index: number) => void;
  /** Stages of the user's side that came while there was no turn to put them on. */
  readonly #waiting: StageRecord[] = [];
  #current: UserSpeech | undefined;
  #last: CommittedTurn | undefined;

  /** @param freeIndex gives back the number of a turn that was none */
  constructor(writer: ConversationWriter, nextIndex: () => number, freeIndex: (index: number) => void) {
    this.#writer = writer;
    this.#nextIndex = nextIndex;
    this.#freeIndex = freeIndex;
  }

  get current(): UserSpeech | undefined {
    return this.#current;
  }

  get last(): CommittedTurn | undefined {
    return this.#last;
  }

  /** @param detected whether a detector announced the speech */
  begin(onset: number, detected: boolean): UserSpeech {
    this.#current = this.#newSpeech(onset, detected);
    return this.#current;
  }

  /** What sounded like speech was none: no turn, and no gap in the numbering where that can be helped. */
  drop(): void {
    const user = this.#current;
    if (user === undefined) return;
    this.#current = undefined;
    this.#waiting.push(...user.stages);
    this.#freeIndex(user.turnIndex);
  }

  commit(signal: UserTurnCommitted): CommittedTurn {
    const speech = this.#current ?? this.#newSpeech(signal.onset ?? signal.time, false);
    this.#current = undefined;
    speech.commit(signal);
    speech.stages.unshift(...this.#waiting.splice(0));
    this.#last = { speech, at: signal.time, written: false, answered: false };
    return this.#last;
  }

  /** The session is over. @returns the turn that was under way, if a word of it was heard */
  end(): UserSpeech | undefined {
    const user = this.#current;
    if (user?.heard !== true) this.drop();
    else user.stages.unshift(...this.#waiting.splice(0));
    this.#current = undefined;
    return user?.heard === true ? user : undefined;
  }

  /** Writes the stages that found no turn. */
  flushStages(): void {
    for (const stage of this.#waiting.splice(0)) this.#writer.stage(stage, this.#last?.speech.turnId);
  }

  /** @param ofCommitted whether it belongs to the turn that was committed last, whatever has begun since */
  stage(stage: StageRecord, ofCommitted = false): void {
    const last = this.#last;
    if (ofCommitted && last?.written === true) this.#writer.stage(stage, last.speech.turnId);
    else if (ofCommitted && last !== undefined) last.speech.stages.push(stage);
    else if (this.#current !== undefined) this.#current.stages.push(stage);
    else if (last !== undefined && !last.written) last.speech.stages.push(stage);
    else this.#wait(stage);
  }

  /** A stage of a speech that nobody heard belongs to the user turn that set it off. */
  discarded(stage: StageRecord, { replyToId, trigger }: Speech): void {
    const discarded = { ...stage, discarded: true };
    const last = this.#last;
    const turnId = replyToId ?? trigger?.turnId;
    if (this.#current !== undefined && this.#current === trigger) this.#current.stages.push(discarded);
    else if (last !== undefined && last.speech.turnId === turnId && !last.written)
      last.speech.stages.push(discarded);
    else if (replyToId !== undefined || last?.speech === trigger) this.#writer.stage(discarded, turnId);
    else this.stage(discarded);
  }

  #newSpeech(onset: number, detected: boolean): UserSpeech {
    const turnIndex = this.#nextIndex();
    return new UserSpeech(this.#writer.turnId('user', turnIndex), turnIndex, onset, detected);
  }

  #wait(stage: StageRecord): void {
    this.#waiting.push(stage);
    const oldest = this.#waiting.length > MAX_WAITING_STAGES ? this.#waiting.shift() : undefined;
    if (oldest !== undefined) this.#writer.stage(oldest, undefined);
  }
}
