import type { ServerResponse } from 'node:http';
import type { Change } from '../../api.js';

/** News are gathered for so long, so that a busy call is told of a few times a second. */
const GATHER_MS = 300;
const HEARTBEAT_MS = 15_000;
const MAX_LISTENERS = 64;
/** A page that does not read is let go beyond. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** Tells pages which sessions have news, by server-sent events. */
export class ChangeFeed {
  readonly #listeners = new Set<ServerResponse>();
  #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  /** @returns `false` where too many listen already */
  listen(response: ServerResponse): boolean {
    if (this.#listeners.size >= MAX_LISTENERS) return false;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('retry: 1000\n\n');
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
    this.#heartbeat ??= setInterval(() => this.#write(': still here\n\n'), HEARTBEAT_MS);
    this.#heartbeat.unref();
    return true;
  }

  changed(sessionId: string): void {
    if (this.#listeners.size === 0) return;
    this.#changed.add(sessionId);
    this.#timer ??= setTimeout(() => this.#tell(), GATHER_MS);
    this.#timer.unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    for (const response of this.#listeners) response.end();
  }

  #tell(): void {
    this.#timer = undefined;
    const change: Change = { sessionIds: [...this.#changed] };
    this.#changed = new Set();
    this.#write(`event: change\ndata: ${JSON.stringify(change)}\n\n`);
  }

  #write(text: string): void {
    for (const response of this.#listeners) {
      if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
      else response.write(text);
    }
  }
}
