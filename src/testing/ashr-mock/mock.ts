import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Blobs } from './blobs.js';
import { isObject } from './json-schema.js';
import { type AshrMockAudio, type AshrMockSession, AshrMockStore, refused, type Verdict } from './store.js';
import { wireProblems } from './wire-schema.js';

/** Options of `startAshrMock`. */
export interface AshrMockOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default `127.0.0.1`. */
  host?: string;
  /** The only key that is let in. Default: any that begins with `vo_`. */
  apiKey?: string;
  /** `any` accepts event types that the schema does not list, as Ashr's documentation promises. Default `listed`. */
  eventTypes?: 'listed' | 'any';
  /** How long an upload URL lives, in ms. Default 300 000. */
  uploadTtlMs?: number;
  /** Requests remembered; beyond, the oldest are forgotten. Default 10 000. */
  maxRequests?: number;
}

/** What the stand-in does instead of answering as it should. */
export type AshrFault =
  /** Answers with this status. `retryAfterS`: a `Retry-After`, in seconds. */
  | { readonly kind: 'refuse'; readonly status: number; readonly retryAfterS?: number }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Answers after `ms` milliseconds. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Closes the connection; `stored`: after the request was accepted. */
  | { readonly kind: 'drop'; readonly stored?: boolean };

/** One request, as it arrived. */
export interface AshrRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; of an upload `{ bytes, sha256 }`. */
  readonly body: unknown;
  /** What it was answered with; `undefined` where there was no answer. */
  status: number | undefined;
}

const MAX_BODY_BYTES = 8 * 1024 * 1024;
const DEFAULT_UPLOAD_TTL_MS = 300_000;

/** Starts a stand-in for Ashr's voice ingest in this process. Needs Node. */
export async function startAshrMock(options: AshrMockOptions = {}): Promise<AshrMock> {
  const { createServer } = await import('node:http');
  const { createHash } = await import('node:crypto');
  return AshrMock.listen(createServer, createHash, options);
}

/**
 * A stand-in for Ashr's voice ingest: it checks every body against the schemas of Ashr's own Python SDK, keeps what it
 * accepts by id, and fails on demand. It is no Ashr: it has no dashboard, and what the real server accepts beyond the
 * schemas is not known here.
 */
export class AshrMock {
  readonly store: AshrMockStore = new AshrMockStore();
  readonly requests: AshrRequest[] = [];
  /** Asked for each request before it is looked at; `undefined` lets it pass. */
  fault: ((request: AshrRequest) => AshrFault | undefined) | undefined;
  /** The base URL to give to `Client` or `AshrExporter`. */
  readonly url: string;
  readonly #server: Server;
  readonly #options: AshrMockOptions;
  readonly #blobs: Blobs;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, blobs: Blobs, options: AshrMockOptions, url: string) {
    this.#server = server;
    this.#options = options;
    this.#blobs = blobs;
    this.url = url;
  }

  /** @internal See `startAshrMock`. */
  static async listen(
    createServer: typeof import('node:http').createServer,
    createHash: typeof import('node:crypto').createHash,
    options: AshrMockOptions,
  ): Promise<AshrMock> {
    const server = createServer();
    const host = options.host ?? '127.0.0.1';
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(options.port ?? 0, host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const mock = new AshrMock(server, new Blobs(createHash), options, url);
    server.on('connection', (socket) => {
      mock.#sockets.add(socket);
      socket.on('close', () => mock.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      mock.#receive(request, response).catch(() => response.destroy());
    });
    return mock;
  }

  get sessions(): ReadonlyMap<string, AshrMockSession> {
    return this.store.sessions;
  }

  get audio(): ReadonlyMap<string, AshrMockAudio> {
    return this.store.audio;
  }

  /** Closes the port and every connection. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = message.method === 'PUT' ? await this.#blobs.read(message) : await readJson(message);
    const request: AshrRequest = {
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headers,
      body,
      status: undefined,
    };
    this.requests.push(request);
    if (this.requests.length > (this.#options.maxRequests ?? 10_000)) this.requests.shift();
    const fault = this.fault?.(request);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'drop' && fault.stored !== true) return void message.socket.destroy();
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const verdict = fault?.kind === 'refuse' ? refusal(fault) : this.#answer(request);
    if (fault?.kind === 'drop') return void message.socket.destroy();
    request.status = verdict.status;
    const retryAfter =
      fault?.kind === 'refuse' && fault.retryAfterS !== undefined
        ? { 'retry-after': String(fault.retryAfterS) }
        : {};
    response.writeHead(verdict.status, { 'content-type': 'application/json', ...retryAfter });
    response.end(JSON.stringify(verdict.body));
  }

  #answer(request: AshrRequest): Verdict {
    const { pathname } = new URL(request.path, this.url);
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /') return { status: 200, body: this.#summary() };
    if (request.method === 'PUT') return this.#blobs.put(request, this.store);
    if (!this.#isLetIn(request)) return { status: 401, body: { detail: 'no such key' } };
    if (request.body === TOO_LARGE) return { status: 413, body: { detail: 'the body is too large' } };
    if (request.body === NO_JSON) return { status: 400, body: { detail: 'the body is no JSON' } };
    if (route === 'POST /v1/voice/spans') {
      return this.store.takeSpans(request.body, this.#options.eventTypes === 'any');
    }
    if (route === 'POST /v1/voice/audio/presign') return this.#presign(request);
    if (route === 'POST /v1/voice/audio/committed') return this.store.takeCommit(request.body);
    const session = /^PATCH \/v1\/voice\/sessions\/([^/]+)$/.exec(route)?.[1];
    if (session !== undefined) return this.store.takePatch(decodeURIComponent(session), request.body);
    return { status: 404, body: { detail: `no such route: ${route}` } };
  }

  #presign(request: AshrRequest): Verdict {
    const problems = wireProblems('PresignRequest', request.body);
    if (problems.length > 0 || !isObject(request.body)) return refused(problems);
    const until = Date.now() + (this.#options.uploadTtlMs ?? DEFAULT_UPLOAD_TTL_MS);
    const { session_id: sessionId, codec } = request.body;
    return { status: 200, body: this.#blobs.presign(this.url, String(sessionId), String(codec), until) };
  }

  #isLetIn({ headers }: AshrRequest): boolean {
    const { apiKey } = this.#options;
    const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    return apiKey === undefined ? given.startsWith('vo_') : given === apiKey;
  }

  #summary(): Record<string, unknown> {
    const { sessions, turns, stages, turnEvents, audio } = this.store;
    return {
      what: "a stand-in for Ashr's voice ingest, by voice-otel",
      requests: this.requests.length,
      turns: turns.size,
      stages: stages.size,
      turn_events: turnEvents.size,
      recordings: audio.size,
      sessions: [...sessions].map(([id, { row, patch }]) => ({
        session_id: id,
        agent_id: row.agent_id,
        status: patch?.status ?? row.status,
        rollups: patch?.rollups ?? null,
      })),
    };
  }
}

const TOO_LARGE = Symbol('too large');
const NO_JSON = Symbol('no JSON');

async function readJson(message: IncomingMessage): Promise<unknown> {
  let text = '';
  let bytes = 0;
  const decoder = new TextDecoder();
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) text += decoder.decode(chunk, { stream: true });
  }
  if (bytes > MAX_BODY_BYTES) return TOO_LARGE;
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return NO_JSON;
  }
}

function refusal({ status }: { readonly status: number }): Verdict {
  return { status, body: { detail: 'told to refuse' } };
}
