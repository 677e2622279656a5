import type { Dialect } from './dialect.js';

/** A start of the agent's sound of which the true time is not known yet. */
interface Pending {
  readonly time: number;
  readonly by: 'audio' | 'announcement';
}

export interface SoundHost {
  /** The agent was first heard at `time`, which may lie in the past. */
  heard(time: number): void;
}

/**
 * When the agent is first heard. Pipecat's output announces it when the first audio goes out; other pipelines announce
 * it before there is audio, or only show the audio. So an announcement without audio before it waits for the audio, and
 * audio of an output that may yet announce it waits for the announcement; whatever else happens ends the wait.
 */
export class Sound {
  readonly #host: SoundHost;
  readonly #dialect: Dialect;
  #pending: Pending | undefined;
  #audible = false;
  /** There was audio since the agent was last silent. */
  #audioSeen = false;

  constructor(host: SoundHost, dialect: Dialect) {
    this.#host = host;
    this.#dialect = dialect;
  }

  get audible(): boolean {
    return this.#audible;
  }

  /** The agent is heard, and since when is known. */
  get settled(): boolean {
    return this.#audible && this.#audioSeen && this.#pending?.by !== 'announcement';
  }

  /** @returns whether the agent begins to be heard by it */
  audio(time: number): boolean {
    this.#audioSeen = true;
    if (this.#pending?.by === 'announcement') this.#start(time);
    if (this.#audible || this.#dialect.tellsSpeaking) return false;
    this.#audible = true;
    this.#pending = { time, by: 'audio' };
    return true;
  }

  /** @returns whether the agent begins to be heard by it */
  announced(time: number): boolean {
    this.#dialect.tellsSpeaking = true;
    if (this.#pending?.by === 'audio') this.#start(time);
    if (this.#audible) return false;
    this.#audible = true;
    this.#pending = { time, by: 'announcement' };
    if (this.#audioSeen) this.#start(time);
    return true;
  }

  /** Says what waits. */
  flush(): void {
    if (this.#pending !== undefined) this.#start(this.#pending.time);
  }

  stopped(): void {
    this.flush();
    this.#audible = false;
    this.#audioSeen = false;
  }

  #start(time: number): void {
    this.#pending = undefined;
    this.#host.heard(time);
  }
}
