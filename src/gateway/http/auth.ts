import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { HttpProblem } from './problem.js';

/** Checks the bearer token of requests; compares digests, so that the time taken tells nothing. */
export class BearerAuth {
  readonly #expected: Uint8Array;

  constructor(token: string) {
    this.#expected = digest(token);
  }

  /** @throws HttpProblem 401 */
  check(authorization: string | undefined): void {
    const given = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1]?.trim();
    if (given !== undefined && timingSafeEqual(digest(given), this.#expected)) return;
    throw new HttpProblem(401, 'the request needs the bearer token of this gateway', {
      'www-authenticate': 'Bearer',
    });
  }
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || /^::ffff:127\./i.test(host);
}
