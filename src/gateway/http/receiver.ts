import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorText, warn } from '../../otel/diagnostics.js';
import type { Intake } from '../intake.js';
import type { GatewayLimits } from '../options.js';
import { CONTENT_TYPES, type Encoding, SIGNAL_NAMES, SIGNALS, type Signal } from '../otlp/signals.js';
import type { Allowance, Lease } from './allowance.js';
import type { BearerAuth } from './auth.js';
import { checkDeclaredLength, contentEncodingOf, readBody } from './body.js';
import type { Counters } from './counters.js';
import { HttpProblem, tooMuch } from './problem.js';
import { accept, refuse, write } from './respond.js';

const BUSY_RETRY_AFTER_S = 1;
const STOPPING_RETRY_AFTER_S = 5;

export interface ReceiverParts {
  readonly limits: GatewayLimits;
  readonly auth: BearerAuth | undefined;
  readonly allowance: Allowance;
  readonly intake: Intake;
  readonly counters: Counters;
  /** The lines of `/metrics`. */
  readonly metrics: () => string;
}

/** Answers HTTP requests as OTLP/HTTP has it. */
export class Receiver {
  readonly #parts: ReceiverParts;
  /** Set while the gateway shuts down: what comes now is asked to come again, to the next process. */
  stopping = false;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  /** Answers one request. Never throws or rejects. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => {});
    request.on('error', () => {});
    const signal = signalOf(request);
    const encoding = encodingOf(request.headers['content-type']);
    this.#answer(request, response, signal, encoding)
      .catch((error: unknown) => refuse(request, response, encoding ?? 'json', problemOf(error)))
      .finally(() => {
        const labels = { signal: signal ?? 'other', code: String(response.statusCode) };
        this.#parts.counters.add('voice_otel_gateway_requests_total', labels, 1);
      })
      .catch((error: unknown) => warn('gateway:answer', `a request was not answered: ${errorText(error)}`));
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    signal: Signal | undefined,
    encoding: Encoding | undefined,
  ): Promise<void> {
    if (signal === undefined) return this.#other(request, response);
    if (request.method !== 'POST') throw new HttpProblem(405, 'use POST', { allow: 'POST' });
    this.#parts.auth?.check(request.headers.authorization);
    if (this.stopping) {
      const headers = { 'retry-after': String(STOPPING_RETRY_AFTER_S), connection: 'close' };
      throw new HttpProblem(503, 'the gateway is stopping', headers);
    }
    if (encoding === undefined) {
      throw new HttpProblem(415, 'the content type must be application/x-protobuf or application/json', {
        accept: 'application/x-protobuf, application/json',
      });
    }
    const lease = this.#parts.allowance.lease();
    if (lease === undefined) throw tooMuch('too many requests at the same time', BUSY_RETRY_AFTER_S);
    try {
      await this.#take(request, response, signal, encoding, lease);
    } finally {
      lease.release();
    }
  }

  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    signal: Signal,
    encoding: Encoding,
    lease: Lease,
  ): Promise<void> {
    const { limits, intake, counters } = this.#parts;
    const packing = contentEncodingOf(request.headers['content-encoding']);
    checkDeclaredLength(request.headers['content-length'], limits.maxBodyBytes);
    if (signal === 'traces') intake.checkRoom();
    if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
    const body = await readBody(request, packing, limits.maxBodyBytes, lease);
    counters.add('voice_otel_gateway_received_bytes_total', { signal }, body.length);
    const { spans, rejected, message } = await intake.take(signal, encoding, body);
    counters.add('voice_otel_gateway_received_spans_total', {}, spans);
    counters.add('voice_otel_gateway_rejected_items_total', { signal }, rejected);
    accept(response, signal, encoding, rejected, message);
  }

  /** Health, for load balancers, and metrics. */
  async #other(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (path !== '/health' && path !== '/metrics') throw new HttpProblem(404, 'there is nothing here');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpProblem(405, 'use GET', { allow: 'GET, HEAD' });
    }
    if (path === '/health') {
      const status = this.stopping ? 503 : 200;
      write(response, status, 'application/json', `{"status":"${this.stopping ? 'stopping' : 'ok'}"}\n`);
      return;
    }
    this.#parts.auth?.check(request.headers.authorization);
    write(response, 200, 'text/plain; version=0.0.4; charset=utf-8', this.#parts.metrics());
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function signalOf(request: IncomingMessage): Signal | undefined {
  const path = pathOf(request);
  return SIGNAL_NAMES.find((signal) => SIGNALS[signal].path === path);
}

function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPES.protobuf) return 'protobuf';
  return type === CONTENT_TYPES.json ? 'json' : undefined;
}

function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  warn('gateway:internal', `a request failed inside the gateway: ${errorText(error)}`);
  return new HttpProblem(500, 'the gateway failed on this request');
}
