/** How much the requests that are being read may hold together. */
export class Allowance {
  readonly #maxRequests: number;
  readonly #maxBytes: number;
  #requests = 0;
  #bytes = 0;

  constructor(maxRequests: number, maxBytes: number) {
    this.#maxRequests = maxRequests;
    this.#maxBytes = maxBytes;
  }

  get requests(): number {
    return this.#requests;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A lease for one more request; `undefined` where there are too many already. */
  lease(): Lease | undefined {
    if (this.#requests >= this.#maxRequests) return undefined;
    this.#requests += 1;
    return new Lease(
      (bytes) => this.#grow(bytes),
      (bytes) => {
        this.#requests -= 1;
        this.#bytes -= bytes;
      },
    );
  }

  #grow(bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }
}

/** What one request holds of the allowance. */
export class Lease {
  readonly #grow: (bytes: number) => boolean;
  readonly #release: (bytes: number) => void;
  #held = 0;
  #over = false;

  constructor(grow: (bytes: number) => boolean, release: (bytes: number) => void) {
    this.#grow = grow;
    this.#release = release;
  }

  /** Takes so many bytes more; `false` where there is no room for them. */
  grow(bytes: number): boolean {
    if (!this.#grow(bytes)) return false;
    this.#held += bytes;
    return true;
  }

  /** Gives everything back; later calls do nothing. */
  release(): void {
    if (this.#over) return;
    this.#over = true;
    this.#release(this.#held);
  }
}
