import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { OtlpHttpSender } from '../../src/exporters/otlp-http/sender.js';
import type { OtlpSpan, OtlpTraceRequest } from '../../src/exporters/otlp-json.js';
import { HttpTarget } from '../../src/gateway/forward/http-target.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import type { SpanNormalizer } from '../../src/gateway/normalise/normalizer.js';
import type { GatewayOptions } from '../../src/gateway/options.js';
import { decodeRequest } from '../../src/gateway/otlp/codec.js';
import type { Encoding, Signal } from '../../src/gateway/otlp/signals.js';

const FIXTURES = join(import.meta.dirname, '../fixtures/pipecat');

/** The body of one recorded request: the bytes, and the JSON that the recorder's own library made of them. */
export interface Recorded {
  readonly name: string;
  readonly protobuf: Uint8Array;
  readonly json: string;
}

/** Recorded bodies, all scenarios or one. */
export function recordings(scenario?: string): Recorded[] {
  const scenarios = readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && (scenario === undefined || entry.name === scenario))
    .map(({ name }) => name);
  return scenarios.flatMap((name) => {
    const folder = join(FIXTURES, name, 'otlp');
    return readdirSync(folder)
      .filter((file) => file.endsWith('.pb'))
      .sort()
      .map((file) => ({
        name: `${name}/${file}`,
        protobuf: new Uint8Array(readFileSync(join(folder, file))),
        json: JSON.stringify(JSON.parse(readFileSync(join(folder, file.replace(/pb$/, 'json')), 'utf8'))),
      }));
  });
}

/** Hands everything on as it came: the receiver is tested without the normaliser. */
export function identityNormalizer(): SpanNormalizer {
  return { push: (request) => [request], poll: () => [], flush: () => [], nextDeadline: undefined };
}

export interface Received {
  readonly signal: Signal;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  readonly encoding: Encoding;
}

/** A back end that keeps what it gets and answers as it is told. */
export class BackEnd {
  readonly received: Received[] = [];
  answer: { status: number; headers?: Record<string, string>; body?: string | Uint8Array } = { status: 200 };
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<BackEnd> {
    const server = createServer((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      request.on('end', () => {
        const { status, headers, body } = backEnd.answer;
        const packed = Buffer.concat(chunks);
        if (status < 300) {
          backEnd.received.push({
            signal: (request.url ?? '').split('/').at(-1) as Signal,
            headers: request.headers,
            body: request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed,
            encoding: request.headers['content-type'] === 'application/json' ? 'json' : 'protobuf',
          });
        }
        response.writeHead(status, headers);
        response.end(body);
      });
    });
    const backEnd = new BackEnd(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return backEnd;
  }

  get url(): URL {
    const { port } = this.#server.address() as AddressInfo;
    return new URL(`http://127.0.0.1:${port}`);
  }

  /** Every request of a signal that was taken, in the JSON form. */
  requests(signal: Signal): object[] {
    return this.received
      .filter((one) => one.signal === signal)
      .map(({ encoding, body }) => decodeRequest(signal, encoding, body));
  }

  spans(): OtlpSpan[] {
    return this.requests('traces').flatMap((request) => spansOf(request as OtlpTraceRequest));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

export function spansOf(request: OtlpTraceRequest): OtlpSpan[] {
  return request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

/** A gateway on a free port in front of `backEnd`, without a normaliser unless one is given. */
export function gatewayTo(
  backEnd: BackEnd,
  options: Partial<GatewayOptions> = {},
  encoding: Encoding = 'protobuf',
): Promise<Gateway> {
  const target = new HttpTarget(backEnd.url, new OtlpHttpSender(), encoding);
  return startGateway({ port: 0, targets: [target], normalizer: identityNormalizer(), ...options });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Posts a body and reads the answer. */
export async function post(
  gateway: Gateway,
  path: string,
  contentType: string,
  body: Uint8Array | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: new Uint8Array(await response.arrayBuffer()),
  };
}

export const PROTOBUF = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';
