import { stat } from 'node:fs/promises';
import type { SessionReport } from '../../../report/model.js';

const INTERVAL_MS = 500;
/** A recording that is not stored so long after the end of its call does not come. */
const MAX_WAIT_MS = 5 * 60 * 1000;
const MAX_FILES = 100;

/** Looks for recordings that are stored after the end of their call, and tells when one is there. */
export class WaitForFiles {
  readonly #onStored: (sessionId: string) => void;
  readonly #paths = new Map<string, { readonly path: string; readonly untilMs: number }>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(onStored: (sessionId: string) => void) {
    this.#onStored = onStored;
  }

  add({ sessionId, startTime, durationMs }: SessionReport, path: string): void {
    const untilMs = startTime + durationMs + MAX_WAIT_MS;
    if (untilMs < Date.now() || untilMs > Date.now() + 2 * MAX_WAIT_MS || this.#paths.size >= MAX_FILES)
      return;
    this.#paths.set(sessionId, { path, untilMs });
    this.#timer ??= setInterval(() => void this.#look(), INTERVAL_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#paths.clear();
  }

  async #look(): Promise<void> {
    for (const [sessionId, { path, untilMs }] of [...this.#paths]) {
      const isThere = await stat(path).then(
        () => true,
        () => false,
      );
      if (!isThere && Date.now() < untilMs) continue;
      this.#paths.delete(sessionId);
      if (isThere) this.#onStored(sessionId);
    }
    if (this.#paths.size === 0) this.close();
  }
}
