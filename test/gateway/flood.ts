import { Agent, request as httpRequest } from 'node:http';

const PARALLEL = 8;

/** Many requests to one gateway, eight at a time. */
export class Flood {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  readonly #url: URL;

  constructor(url: string) {
    this.#url = new URL('/v1/traces', url);
  }

  /** Sends all bodies, and counts the answers by their status. */
  async sendAll(contentType: string, bodies: Iterable<Uint8Array>): Promise<Map<number, number>> {
    const counts = new Map<number, number>();
    const iterator = bodies[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (let item = iterator.next(); item.done !== true; item = iterator.next()) {
        const status = await this.#send(contentType, item.value);
        counts.set(status, (counts.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    return counts;
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(contentType: string, body: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        this.#url,
        { agent: this.#agent, method: 'POST', headers: { 'content-type': contentType } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

/** A body cut off after every byte but the last. */
export function* cutOff(body: Uint8Array): Generator<Uint8Array> {
  for (let length = 1; length < body.length; length += 1) yield body.subarray(0, length);
}
