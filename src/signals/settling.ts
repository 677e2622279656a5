/** How long a turn that is over waits for its late stages and transcripts, in milliseconds. */
export const SETTLE_MS = 1000;

interface Waiting {
  readonly due: number;
  readonly turnIndex: number;
  write(now: number): void;
}

/** Turns that are over and wait for what comes late. */
export class Settling {
  readonly #waiting = new Set<Waiting>();

  /** When the next of them is due, in session time; `undefined` while none waits. */
  get nextDeadline(): number | undefined {
    let next: number | undefined;
    for (const { due } of this.#waiting) if (next === undefined || due < next) next = due;
    return next;
  }

  /** The turn was over at `time`. */
  add(turnIndex: number, time: number, write: (now: number) => void): void {
    this.#waiting.add({ due: time + SETTLE_MS, turnIndex, write });
  }

  /** Writes, in order of the turns, those that are due by `time`. */
  advance(time: number): void {
    for (const turn of this.#inOrder()) {
      if (turn.due > time) continue;
      this.#waiting.delete(turn);
      turn.write(time);
    }
  }

  /** Writes all of them. */
  flush(time: number): void {
    const all = this.#inOrder();
    this.#waiting.clear();
    for (const turn of all) turn.write(time);
  }

  #inOrder(): Waiting[] {
    return [...this.#waiting].sort((a, b) => a.turnIndex - b.turnIndex);
  }
}
