import type { StageRecord } from './signal.js';
import { Speech } from './speech.js';
import type { ConversationWriter } from './writer.js';

/** Speeches remembered; of the oldest, late stages go to the session. */
const MAX_SPEECHES = 64;
/** Stages held for one speech; beyond, the oldest go to the session. */
const MAX_SPEECH_STAGES = 256;
/** Begins the id of a speech that the source does not name. */
const UNNAMED = 'unnamed_';

/** What the agent's side needs of the conversation. */
export interface AgentHost {
  readonly writer: ConversationWriter;
  /** The number of a turn that begins. */
  nextIndex(): number;
  /** A speech will never be a turn. */
  discard(speech: Speech): void;
}

/** Everything that the agent says or was about to say: which speech is meant, and when one becomes a turn. */
export class AgentSpeeches {
  readonly #host: AgentHost;
  readonly #speeches = new Map<string, Speech>();
  #agentName: string | undefined;
  #unnamed = 0;

  constructor(host: AgentHost) {
    this.#host = host;
  }

  get all(): Speech[] {
    return [...this.#speeches.values()];
  }

  get audible(): Speech | undefined {
    return this.all.find((speech) => speech.audible);
  }

  /** Another agent speaks from now on. */
  handedTo(agentName: string): void {
    this.#agentName = agentName;
  }

  /** The speech of this id, known or new. */
  named(speechId: string): Speech {
    const known = this.#speeches.get(speechId);
    if (known !== undefined) return known;
    const speech = new Speech(speechId);
    this.#speeches.set(speechId, speech);
    if (this.#speeches.size > MAX_SPEECHES) this.#forgetOldest();
    return speech;
  }

  /** A speech that the source does not name. */
  unnamed(): Speech {
    this.#unnamed += 1;
    return this.named(`${UNNAMED}${this.#unnamed}`);
  }

  /** The speech of this id; without one, the speech that is the agent's now. */
  at(speechId: string | undefined): Speech | undefined {
    if (speechId !== undefined) return this.named(speechId);
    const open = this.all.filter((speech) => !speech.isDone);
    return open.find((speech) => speech.isTurn) ?? open.find((speech) => speech.isCommitted) ?? open[0];
  }

  /** The latest that was begun ahead of the commit that it answers. */
  get begunAhead(): Speech | undefined {
    return this.all.findLast(
      (speech) => !speech.isTurn && !speech.isCommitted && !speech.isDone && !speech.prompted,
    );
  }

  /** Silent speeches of a source that never says when one is done. */
  get openUnnamed(): Speech[] {
    return this.all.filter(
      ({ speechId, audible, isDone }) => speechId.startsWith(UNNAMED) && !audible && !isDone,
    );
  }

  becomeTurn(speech: Speech): void {
    if (speech.isTurn) return;
    speech.turnIndex = this.#host.nextIndex();
    speech.turnId = this.#host.writer.turnId('agent', speech.turnIndex);
    speech.agentName = this.#agentName;
  }

  write(speech: Speech, now: number): void {
    if (speech.written || speech.turnId === undefined) return;
    speech.written = true;
    speech.audioStopped(speech.doneAt ?? now);
    this.#host.writer.turn(speech.toRecord(speech.turnId, now));
  }

  hold(speech: Speech, stage: StageRecord): void {
    speech.stages.push(stage);
    const oldest = speech.stages.length > MAX_SPEECH_STAGES ? speech.stages.shift() : undefined;
    if (oldest !== undefined) this.#host.writer.stage(oldest, undefined);
  }

  #forgetOldest(): void {
    for (const [id, speech] of this.#speeches) {
      this.#speeches.delete(id);
      if (speech.isDone) return;
      if (speech.isTurn) this.write(speech, speech.lastAudio ?? speech.firstAudio ?? 0);
      else this.#host.discard(speech);
      return;
    }
  }
}
