import type { IncomingMessage } from 'node:http';
import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import type { Lease } from './allowance.js';
import { HttpProblem, tooMuch } from './problem.js';

/** How a body may be packed. */
export type ContentEncoding = 'identity' | 'gzip' | 'deflate';

const RETRY_AFTER_S = 1;

/** @throws HttpProblem 415 for an encoding that is not understood */
export function contentEncodingOf(header: string | undefined): ContentEncoding {
  const encoding = header?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return 'identity';
  if (encoding === 'gzip' || encoding === 'x-gzip') return 'gzip';
  if (encoding === 'deflate') return 'deflate';
  throw new HttpProblem(415, 'the content encoding must be gzip, deflate or none', {
    'accept-encoding': 'gzip, deflate',
  });
}

/** @throws HttpProblem 413 for a body that is announced as larger than `maxBytes` */
export function checkDeclaredLength(header: string | undefined, maxBytes: number): void {
  if (header === undefined) return;
  if (Number(header) > maxBytes) throw tooLarge(maxBytes);
}

/**
 * Reads a body and unpacks it. It stops at the first byte beyond a limit, so that a small body that unpacks to a large
 * one takes no more memory than an honest one. Leaves the rest of a refused body unread.
 * @throws HttpProblem 413 beyond `maxBytes`, packed or unpacked; 429 where the lease has no room; 400 for a body that
 * cannot be unpacked or ends early
 */
export function readBody(
  request: IncomingMessage,
  encoding: ContentEncoding,
  maxBytes: number,
  lease: Lease,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const unpacker = unpackerFor(encoding);
    const chunks: Uint8Array[] = [];
    let packed = 0;
    let unpacked = 0;
    let over = false;

    const finish = (problem: HttpProblem | undefined): void => {
      if (over) return;
      over = true;
      request.off('data', onPacked);
      request.off('close', onClose);
      if (unpacker !== undefined) request.unpipe(unpacker);
      if (problem === undefined) {
        resolve(Buffer.concat(chunks, unpacked));
        return;
      }
      request.pause();
      unpacker?.destroy();
      chunks.length = 0;
      reject(problem);
    };
    const onPacked = (chunk: Uint8Array): void => {
      packed += chunk.length;
      if (packed > maxBytes) finish(tooLarge(maxBytes));
      else if (unpacker === undefined) take(chunk);
    };
    const take = (chunk: Uint8Array): void => {
      if (over) return;
      unpacked += chunk.length;
      if (unpacked > maxBytes) finish(tooLarge(maxBytes));
      else if (!lease.grow(chunk.length))
        finish(tooMuch('the requests being read are too large together', RETRY_AFTER_S));
      else chunks.push(chunk);
    };
    const onClose = (): void => {
      // A request also closes when it has arrived whole; the unpacker may still be at work then.
      if (!request.complete) finish(new HttpProblem(400, 'the body ended early'));
    };

    request.on('data', onPacked);
    request.on('close', onClose);
    request.on('error', onClose);
    if (unpacker === undefined) {
      request.on('end', () => finish(undefined));
      return;
    }
    unpacker.on('data', take);
    unpacker.on('error', () => finish(new HttpProblem(400, `the body is not ${encoding}, or it is cut off`)));
    unpacker.on('end', () => finish(undefined));
    request.pipe(unpacker);
  });
}

function unpackerFor(encoding: ContentEncoding): Gunzip | Inflate | undefined {
  if (encoding === 'gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  return undefined;
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, `the body is larger than ${maxBytes} bytes, packed or unpacked`);
}
