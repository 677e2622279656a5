import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { untraced } from '../../otel/suppress.js';
import { VERSION } from '../../semconv/version.js';
import { OtlpHttpError, retryAfterMs } from './http-error.js';

const compress = promisify(gzip);

/** More of a response is not read (OTLP specification, "OTLP/HTTP Response"). */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_SOCKETS = 8;
/** Smaller bodies do not get smaller. */
const MIN_GZIP_BYTES = 1024;

export interface OtlpHttpSenderOptions {
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default `gzip`. */
  readonly compression?: 'gzip' | 'none' | undefined;
  /** For one request, the answer included, in ms. Default 10 000, that of the official exporters. */
  readonly timeoutMs?: number | undefined;
  /** Connections kept open at most. Default 8. */
  readonly maxSockets?: number | undefined;
  /** For HTTPS: authorities to trust instead of the built-in ones, and a client certificate, all in PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
}

/** What a back end said when it took a request. */
export interface OtlpHttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * Sends OTLP over HTTP with Node's own client: kept-alive connections, gzip, a time limit, no redirects, never traced.
 * It tries once; delivery decides about trying again.
 */
export class OtlpHttpSender {
  readonly #options: OtlpHttpSenderOptions;
  readonly #httpAgent: HttpAgent;
  readonly #httpsAgent: HttpsAgent;

  constructor(options: OtlpHttpSenderOptions = {}) {
    this.#options = options;
    const sockets = { keepAlive: true, maxSockets: options.maxSockets ?? DEFAULT_MAX_SOCKETS };
    this.#httpAgent = new HttpAgent(sockets);
    this.#httpsAgent = new HttpsAgent({ ...sockets, ...options.tls });
  }

  /**
   * Posts `body` and resolves with the answer when its status is 2xx.
   * @throws OtlpHttpError for every other answer and where none came
   */
  async send(url: URL, contentType: string, body: Uint8Array): Promise<OtlpHttpResponse> {
    const zip = this.#options.compression !== 'none' && body.length >= MIN_GZIP_BYTES;
    const payload = zip ? await compress(body) : body;
    const headers = {
      ...this.#options.headers,
      'content-type': contentType,
      'content-length': String(payload.length),
      'user-agent': `voice-otel/${VERSION}`,
      ...(zip ? { 'content-encoding': 'gzip' } : {}),
    };
    return untraced(() => this.#post(url, headers, payload));
  }

  /** Closes the connections. */
  close(): void {
    this.#httpAgent.destroy();
    this.#httpsAgent.destroy();
  }

  #post(url: URL, headers: Record<string, string>, payload: Uint8Array): Promise<OtlpHttpResponse> {
    const timeoutMs = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const secure = url.protocol === 'https:';
    const options: RequestOptions = {
      method: 'POST',
      headers,
      agent: secure ? this.#httpsAgent : this.#httpAgent,
      signal: AbortSignal.timeout(timeoutMs),
    };
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(
          error.name === 'AbortError' || error.name === 'TimeoutError'
            ? new OtlpHttpError(`no answer within ${timeoutMs} ms`)
            : new OtlpHttpError(`no answer: ${error.message}`),
        );
      const onResponse = (response: IncomingMessage): void => {
        readResponse(response)
          .then((answer) => resolve(accepted(response, answer)), fail)
          .catch(reject);
      };
      const request = secure ? httpsRequest(url, options, onResponse) : httpRequest(url, options, onResponse);
      request.on('error', fail);
      request.end(payload);
    });
  }
}

function accepted(response: IncomingMessage, body: Uint8Array): OtlpHttpResponse {
  const status = response.statusCode ?? 0;
  const contentType = response.headers['content-type'] ?? '';
  if (status >= 200 && status < 300) return { status, contentType, body };
  throw new OtlpHttpError(
    `the back end answered ${status} ${response.statusMessage ?? ''}`.trim(),
    status,
    retryAfterMs(response.headers['retry-after'], Date.now()),
  );
}

async function readResponse(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new Error('the answer is larger than 4 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
