import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { apart } from '../../../delivery/isolation.js';
import { errorText } from '../../../otel/diagnostics.js';
import { FailedError } from '../api.js';
import type { AudioSource } from './source.js';

/** Without a byte going either way for so long, an upload has failed; the Python SDK's time for the whole of it. */
const IDLE_TIMEOUT_MS = 60_000;

/** An upload URL as the ingest gave it. */
export interface UploadTicket {
  readonly url: string;
  /** Part of the signature: to be sent exactly so. */
  readonly headers: Readonly<Record<string, string>>;
  readonly objectKey: string;
  /** When it was asked for, epoch ms. */
  readonly at: number;
}

/**
 * Streams a recording to its upload URL with the headers that were signed, its length, and no others; never traced.
 *
 * @throws FailedError for every answer but 2xx, and where none came
 */
export async function put(ticket: UploadTicket, source: AudioSource, signal: AbortSignal): Promise<void> {
  const status = await apart(() => send(ticket, source, signal)).catch((error: unknown) => {
    throw new FailedError(`the upload broke off: ${errorText(error)}`);
  });
  if (status < 200 || status >= 300) throw new FailedError(`the upload was answered with ${status}`, status);
}

function send(ticket: UploadTicket, source: AudioSource, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = (ticket.url.startsWith('https:') ? requestHttps : requestHttp)(ticket.url, {
      method: 'PUT',
      headers: { 'content-length': String(source.size), ...ticket.headers },
      agent: false,
      signal,
      timeout: IDLE_TIMEOUT_MS,
    });
    request.on('timeout', () => request.destroy(new Error(`nothing moved for ${IDLE_TIMEOUT_MS} ms`)));
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    // A server that answers before it has read everything closes the stream under it: then the answer counts.
    pipeline(source.open(), request).catch((error: unknown) => {
      setImmediate(() => reject(error));
    });
  });
}
