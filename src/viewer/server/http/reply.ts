import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProblemAnswer } from '../../api.js';

/** What the page may do: run its own script and style, ask its own server, play sound. Nothing of another host. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On every answer. */
export function setSafeHeaders(response: ServerResponse): void {
  response.setHeader('content-security-policy', PAGE_POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
}

export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, {
    ...headers,
    'content-type': contentType,
    'content-length': String(bytes.length),
  });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

export function sendJson(response: ServerResponse, value: object): void {
  send(response, 200, 'application/json; charset=utf-8', JSON.stringify(value));
}

export function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const answer: ProblemAnswer = { error };
  // A body that nobody reads would be taken for the next request.
  const close = request.complete ? {} : { connection: 'close' };
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(answer), { ...headers, ...close });
}

/** For a file to be saved; the name may hold anything. */
export function attachment(name: string): Readonly<Record<string, string>> {
  const plain = name.replace(/[^\w.-]/g, '_').slice(-100);
  return { 'content-disposition': `attachment; filename="${plain}"` };
}
