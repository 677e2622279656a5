import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Request {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A real HTTP server that keeps every request and answers as it is told. */
export class BackEnd {
  readonly requests: Request[] = [];
  answer: (request: Request) => Answer = () => ({ status: 200 });
  readonly #server: Server = createServer((incoming, response) => {
    const chunks: Uint8Array[] = [];
    incoming.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = { headers: incoming.headers, body: Buffer.concat(chunks) };
      this.requests.push(request);
      const { status, headers, body } = this.answer(request);
      response.writeHead(status, headers);
      response.end(body);
    });
  });

  static async start(): Promise<BackEnd> {
    const backEnd = new BackEnd();
    await new Promise<void>((resolve) => backEnd.#server.listen(0, '127.0.0.1', resolve));
    return backEnd;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
