import type { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isObject } from './json-schema.js';
import type { AshrRequest } from './mock.js';
import type { AshrMockStore, Verdict } from './store.js';

/** An upload URL that was given out. */
interface Ticket {
  readonly objectKey: string;
  readonly sessionId: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly until: number;
}

/** Upload URLs remembered. */
const MAX_TICKETS = 10_000;
/** Headers that every client sends and no signature covers. */
const UNSIGNED: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

/** The object store behind the stand-in: it takes an upload with exactly the headers that were signed. */
export class Blobs {
  readonly #createHash: typeof createHash;
  readonly #tickets = new Map<string, Ticket>();
  #made = 0;

  constructor(hash: typeof createHash) {
    this.#createHash = hash;
  }

  /** The answer to a presign request. */
  presign(baseUrl: string, sessionId: string, codec: string, until: number): Record<string, unknown> {
    this.#made += 1;
    const objectKey = `voice/${encodeURIComponent(sessionId)}/${this.#made}.${codec.replace(/[^a-z\d]/gi, '')}`;
    const headers = { 'Content-Type': `audio/${codec}` };
    const path = `/blob/${objectKey}?sig=${this.#made}`;
    this.#tickets.set(path, { objectKey, sessionId, headers, until });
    if (this.#tickets.size > MAX_TICKETS) this.#tickets.delete(this.#tickets.keys().next().value ?? '');
    return { upload_url: `${baseUrl}${path}`, object_key: objectKey, headers };
  }

  /** Reads an upload without keeping it. */
  async read(message: IncomingMessage): Promise<{ bytes: number; sha256: string }> {
    const hash = this.#createHash('sha256');
    let bytes = 0;
    for await (const chunk of message as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  put(request: AshrRequest, store: AshrMockStore): Verdict {
    const ticket = this.#tickets.get(request.path);
    if (ticket === undefined) return denied('the signature does not match');
    if (Date.now() > ticket.until) return denied('the URL has expired');
    const given = Object.entries(request.headers).filter(([name]) => !UNSIGNED.has(name));
    const signed = Object.entries(ticket.headers).map(([name, value]) => [name.toLowerCase(), value]);
    if (JSON.stringify(given.toSorted()) !== JSON.stringify(signed.toSorted())) {
      return denied(`the headers are not those that were signed: ${given.map(([name]) => name).join(', ')}`);
    }
    if (request.headers['content-length'] === undefined) {
      return { status: 411, body: { detail: 'an upload needs a content-length' } };
    }
    const { bytes, sha256 } = isObject(request.body) ? request.body : {};
    store.audio.set(ticket.objectKey, {
      sessionId: ticket.sessionId,
      bytes: Number(bytes),
      sha256: String(sha256),
      committed: undefined,
    });
    return { status: 200, body: {} };
  }
}

function denied(detail: string): Verdict {
  return { status: 403, body: { detail } };
}
