interface Request {
  /** Done when all spans below this number have left. */
  readonly target: number;
  /** Exports started before the request. */
  readonly startedBefore: number;
  /** Goes on after a failed try, at the pace of the back-off. */
  readonly persistent: boolean;
  tried: boolean;
  readonly done: () => void;
}

/** Those who wait for what was queued at their call to be sent. */
export class FlushRequests {
  readonly #requests = new Set<Request>();

  /** Whether somebody waits who has not yet had a try of their own. */
  get urgent(): boolean {
    for (const request of this.#requests) if (!request.tried) return true;
    return false;
  }

  /**
   * Resolves when all spans below `target` have left, or, unless `persistent`, after the first export that began
   * after this call and failed.
   */
  add(target: number, startedBefore: number, persistent: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#requests.add({ target, startedBefore, persistent, tried: false, done: resolve });
    });
  }

  /** All spans below `left` have left. */
  reached(left: number): void {
    for (const request of this.#requests) if (request.target <= left) this.#finish(request);
  }

  /** Export number `attempt`, counted from 1, failed. */
  failed(attempt: number): void {
    for (const request of this.#requests) {
      if (attempt <= request.startedBefore) continue;
      if (request.persistent) request.tried = true;
      else this.#finish(request);
    }
  }

  /** Nothing can be sent for now. */
  stopped(): void {
    this.failed(Number.POSITIVE_INFINITY);
  }

  #finish(request: Request): void {
    this.#requests.delete(request);
    request.done();
  }
}
