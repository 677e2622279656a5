import { apart } from '../../delivery/isolation.js';
import { errorText } from '../../otel/diagnostics.js';
import { type HttpAnswer, HttpClient } from './http.js';

/** Where and as whom to send. */
export interface Destination {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Of one request, in ms. */
  readonly timeoutMs: number;
}

/** A request as it would go out. */
export interface PreparedRequest {
  readonly method: 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The back end looked at the body and will never take it as it is (400, 413, 422). */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** A failure that passes or says nothing of its kind; a delivery queue reads `status` and `retryAfterMs`. */
export class FailedError extends Error {
  override readonly name = 'FailedError';
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status?: number, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

const REFUSED_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);
const MAX_DETAIL = 200;

export const SPANS_PATH = '/v1/voice/spans';
export const PRESIGN_PATH = '/v1/voice/audio/presign';
export const COMMIT_PATH = '/v1/voice/audio/committed';

export function sessionPath(sessionId: string): string {
  return `/v1/voice/sessions/${encodeURIComponent(sessionId)}`;
}

/** The requests of Ashr's voice ingest, each sent once, under suppressed tracing. */
export class AshrApi {
  readonly #destination: Destination;
  readonly #http = new HttpClient();
  #accepted = 0;

  constructor(destination: Destination) {
    this.#destination = destination;
  }

  /** Requests accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  prepare(method: 'POST' | 'PATCH', path: string, body: object): PreparedRequest {
    const { baseUrl, apiKey } = this.#destination;
    return {
      method,
      url: `${baseUrl}${path}`,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
  }

  /**
   * Sends and waits for the answer; every 2xx will do.
   *
   * @throws RefusedError, FailedError
   */
  async send(method: 'POST' | 'PATCH', path: string, body: object): Promise<HttpAnswer> {
    const { timeoutMs } = this.#destination;
    const request = { ...this.prepare(method, path, body), timeoutMs };
    const answer = await apart(() => this.#http.send(request)).catch((error: unknown) => {
      throw new FailedError(`${method} ${path}: ${errorText(error)}`);
    });
    if (answer.status >= 200 && answer.status < 300) {
      this.#accepted += 1;
      return answer;
    }
    const detail = answer.body.replace(/\s+/g, ' ').slice(0, MAX_DETAIL);
    const message = `${method} ${path} was answered with ${answer.status}${detail === '' ? '' : `: ${detail}`}`;
    if (REFUSED_STATUSES.has(answer.status)) throw new RefusedError(message);
    throw new FailedError(message, answer.status, answer.retryAfterMs);
  }

  close(): void {
    this.#http.close();
  }
}
