/** What time it is for a source that brings its own times: that of its latest event and what has gone by since. */
export class SourceTime {
  #latest: number | undefined;
  #received = 0;

  /** @param time epoch milliseconds */
  note(time: number): void {
    this.#latest = Math.max(this.#latest ?? time, time);
    this.#received = performance.now();
  }

  readonly now = (): number =>
    this.#latest === undefined ? Date.now() : this.#latest + (performance.now() - this.#received);
}
