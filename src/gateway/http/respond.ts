import type { IncomingMessage, ServerResponse } from 'node:http';
import { create, toBinary } from '@bufbuild/protobuf';
import { jsonToMessage } from '../otlp/from-json.js';
import { CONTENT_TYPES, type Encoding, SIGNALS, type Signal } from '../otlp/signals.js';
import { StatusSchema } from '../proto/google/rpc/status_pb.js';
import type { HttpProblem } from './problem.js';

/** A body that was refused is still read for so long, so that a client that only listens after sending hears why. */
const LINGER_MS = 1000;
const LINGER_BYTES = 1024 * 1024;

/** The answer to a request that was taken, with what was rejected of it. */
export function accept(
  response: ServerResponse,
  signal: Signal,
  encoding: Encoding,
  rejected: number,
  message: string,
): void {
  const { rejected: field, response: descriptor } = SIGNALS[signal];
  const json =
    rejected === 0 && message === ''
      ? {}
      : { partialSuccess: { [field]: String(rejected), errorMessage: message } };
  const body =
    encoding === 'json' ? JSON.stringify(json) : toBinary(descriptor, jsonToMessage(descriptor, json));
  write(response, 200, CONTENT_TYPES[encoding], body);
}

/** The answer to a request that was not taken: a `google.rpc.Status` in the encoding of the request. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  encoding: Encoding,
  problem: HttpProblem,
): void {
  if (response.headersSent || response.destroyed) return;
  const { message, status, headers } = problem;
  const body =
    encoding === 'json'
      ? JSON.stringify({ message })
      : toBinary(StatusSchema, create(StatusSchema, { message }));
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (request.complete) {
    write(response, status, CONTENT_TYPES[encoding], body);
    return;
  }
  response.setHeader('connection', 'close');
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'content-type': CONTENT_TYPES[encoding],
    'content-length': String(bytes.length),
  });
  response.write(bytes);
  linger(request, () => response.end());
}

/** Plain text or JSON for people and scrapers. */
export function write(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': String(bytes.length) });
  response.end(bytes);
}

function linger(request: IncomingMessage, done: () => void): void {
  let bytes = 0;
  let over = false;
  const finish = (): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    done();
  };
  const timer = setTimeout(finish, LINGER_MS);
  request.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) finish();
  });
  request.on('end', finish);
  request.on('close', finish);
  request.on('error', finish);
  request.resume();
}
