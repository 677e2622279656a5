import { connect, type Socket } from 'node:net';
import type { Gateway } from '../../src/gateway/gateway.js';

/** A connection to a gateway for requests that no client would send. */
export class RawConnection {
  readonly #socket: Socket;
  #text = '';
  #closed = false;

  constructor(gateway: Gateway) {
    const { hostname, port } = new URL(gateway.url);
    this.#socket = connect(Number(port), hostname);
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => {
      this.#text += chunk;
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#closed = true;
    });
  }

  get text(): string {
    return this.#text;
  }

  get closed(): boolean {
    return this.#closed;
  }

  write(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** The status of the answer, once its first line is there. */
  async status(): Promise<number> {
    for (;;) {
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(this.#text) ?? [];
      if (status !== undefined) return Number(status);
      if (this.#closed) throw new Error(`closed without an answer: ${JSON.stringify(this.#text)}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
  }
}
