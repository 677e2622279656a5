import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { retryAfterMs } from '../otlp-http/http-error.js';

/** Answers are short; more than this is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Requests to the back end at a time. */
const MAX_SOCKETS = 8;

export interface HttpRequest {
  readonly method: 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the start to the end of the answer, in ms. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** What `Retry-After` asks for, in ms. */
  readonly retryAfterMs: number | undefined;
}

/** Requests over kept connections, without redirects. */
export class HttpClient {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });

  /** Rejects when there is no answer in time or no connection. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.#once(request);
    } catch (error) {
      // The server closed a kept connection just as it was used again: that is no failure of the back end.
      if (error instanceof StaleConnection) return this.#once(request);
      throw error;
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #once({ method, url, headers, body, timeoutMs }: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const secure = url.startsWith('https:');
      const options = { method, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } };
      const sent: ClientRequest = secure
        ? requestHttps(url, { ...options, agent: this.#https })
        : requestHttp(url, { ...options, agent: this.#http });
      const timer = setTimeout(() => sent.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
      const fail = (error: Error): void => {
        clearTimeout(timer);
        const stale = sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
        reject(stale ? new StaleConnection() : error);
      };
      sent.on('error', fail);
      sent.on('response', (response) => {
        readAnswer(response).then((text) => {
          clearTimeout(timer);
          resolve({
            status: response.statusCode ?? 0,
            body: text,
            retryAfterMs: retryAfterMs(response.headers['retry-after'], Date.now()),
          });
        }, fail);
      });
      sent.end(body);
    });
  }
}

class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
