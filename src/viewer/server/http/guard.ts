import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../../gateway/http/auth.js';
import { HttpProblem } from '../../../gateway/http/problem.js';

export interface GuardOptions {
  /** Where the server listens. */
  readonly host: string;
  /** Needed where other machines can reach it. */
  readonly token: string | undefined;
  readonly secure: boolean;
}

const COOKIE = 'voice_otel_viewer';

/** Decides who may ask: only this server's own page, and whoever has the token where there is one. */
export class Guard {
  readonly #host: string;
  readonly #token: string | undefined;
  readonly #secure: boolean;

  constructor({ host, token, secure }: GuardOptions) {
    this.#host = host;
    this.#token = token;
    this.#secure = secure;
  }

  /**
   * What holds for every request, OTLP's too: a web page of another origin may neither read nor write here, also not
   * under a name that it made point to this machine (DNS rebinding).
   * @throws HttpProblem 403
   */
  checkOrigin(request: IncomingMessage): void {
    const { host, origin } = request.headers;
    if (isLoopback(this.#host) && !isOwnName(host, this.#host)) {
      throw new HttpProblem(403, 'this viewer answers under the names localhost and 127.0.0.1 only');
    }
    const scheme = this.#secure ? 'https' : 'http';
    if (origin !== undefined && origin !== `${scheme}://${host}`) {
      throw new HttpProblem(403, 'another web site may not use this viewer');
    }
    const site = request.headers['sec-fetch-site'];
    const opensPage =
      request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate' && isPage(request);
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opensPage) {
      throw new HttpProblem(403, 'another web site may not use this viewer');
    }
  }

  /** @throws HttpProblem 401 */
  checkToken(request: IncomingMessage): void {
    if (this.#token === undefined) return;
    const [, bearer] = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (bearer !== undefined && same(bearer.trim(), this.#token)) return;
    const cookie = cookieOf(request, this.#cookieName(request));
    if (cookie !== undefined && same(cookie, this.#cookieValue(this.#token))) return;
    throw new HttpProblem(
      401,
      'this viewer asks for its token: open the address that voice-otel view printed when it started',
      { 'www-authenticate': 'Bearer' },
    );
  }

  /** The cookie for a request that brings the token in its query; `undefined` for another one. */
  cookieFor(request: IncomingMessage): string | undefined {
    const given = queryOf(request).get('token');
    if (this.#token === undefined || given === null || !same(given, this.#token)) return undefined;
    const secure = this.#secure ? '; Secure' : '';
    return `${this.#cookieName(request)}=${this.#cookieValue(this.#token)}; Path=/; HttpOnly; SameSite=Strict${secure}`;
  }

  /** Cookies do not know ports: two viewers on one machine have two. */
  #cookieName(request: IncomingMessage): string {
    return `${COOKIE}_${request.socket.localPort ?? 0}`;
  }

  #cookieValue(token: string): string {
    return createHash('sha256').update(`cookie ${token}`).digest('hex');
  }
}

export function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'));
}

function isPage(request: IncomingMessage): boolean {
  return (request.url ?? '').split('?', 1)[0] === '/';
}

/** Whether a Host header names this machine itself; the port is another one where it was forwarded. */
function isOwnName(header: string | undefined, host: string): boolean {
  const [, name] = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(header ?? '') ?? [];
  if (name === undefined) return false;
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase();
  return isLoopback(bare) || bare === host.toLowerCase();
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

function same(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
