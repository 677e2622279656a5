/** The sound of the agent that began up to this long before the server's word is the one announced, in milliseconds. */
const RECENT_MS = 1000;

/** An announcement of the agent's speech that waits for its sound. */
export interface Announced {
  readonly time: number;
}

/**
 * When the user's own device plays the agent, by the level of the remote audio: the announcement of the server comes by
 * another way than the sound.
 */
export class DeviceSound {
  readonly #threshold: number;
  /** Since when the level has been above the threshold. */
  #loudSince: number | undefined;
  #announced: Announced | undefined;

  /** @param threshold of the level, 0–1 */
  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** @returns when the agent that was announced is heard, if that is now known */
  level(level: number, time: number): number | undefined {
    if (level < this.#threshold) {
      this.#loudSince = undefined;
      return undefined;
    }
    this.#loudSince ??= time;
    if (this.#announced === undefined) return undefined;
    this.#announced = undefined;
    return this.#loudSince;
  }

  /** The server says that the agent speaks. @returns since when it is heard, if that is known */
  announced(time: number): number | undefined {
    const since = this.#loudSince;
    if (since !== undefined && time - since <= RECENT_MS) return since;
    this.#announced = { time };
    return undefined;
  }

  /** Something else happened. @returns the announcement that was not heard, which then counts */
  giveUp(): number | undefined {
    const time = this.#announced?.time;
    this.#announced = undefined;
    return time;
  }
}
