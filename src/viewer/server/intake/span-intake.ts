import type { OtlpTraceRequest } from '../../../exporters/otlp-json.js';
import type { Parcel, Receipt, Target } from '../../../gateway/forward/target.js';
import { errorText, warn } from '../../../otel/diagnostics.js';
import type { Catalog } from '../catalog.js';
import { Digester } from '../scan/digest.js';
import type { Place, Shelf } from '../shelf/shelf.js';
import { bySession } from './by-session.js';

const TAKEN: Receipt = { rejected: 0, message: '' };

/** Takes finished spans in: keeps them, and tells the catalogue. A `Target` of the gateway's. */
export class SpanIntake implements Target {
  readonly name = 'viewer';
  readonly #catalog: Catalog;
  readonly #shelf: Shelf;
  /** Where lines go that the shelf did not take, such as on a full disk. */
  readonly #otherwise: Shelf | undefined;
  readonly #listeners = new Set<(sessionId: string) => void>();
  #failure: string | undefined;
  #taken = 0;

  constructor(catalog: Catalog, shelf: Shelf, otherwise?: Shelf) {
    this.#catalog = catalog;
    this.#shelf = shelf;
    this.#otherwise = otherwise;
  }

  /** Why the last line could not be kept; `undefined` while all is well. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Spans of conversations taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Tells of every session that something is taken of. @returns how to stop that */
  onTaken(listener: (sessionId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Logs and metrics have no place here; they are taken, so that exporters do not complain. */
  async send({ signal, request }: Parcel): Promise<Receipt> {
    if (signal === 'traces') await this.take(request as OtlpTraceRequest, Date.now());
    return TAKEN;
  }

  /** @param receivedAt epoch milliseconds; 0 where it was read from a file */
  async take(request: OtlpTraceRequest, receivedAt: number): Promise<void> {
    const { requests, otherScopes } = bySession(request);
    this.#catalog.countScopes(otherScopes);
    for (const one of requests) {
      const place = await this.#keep(JSON.stringify(one));
      const digester = new Digester();
      digester.pushRequest(one, place.offset, place.length);
      const digest = digester.digest();
      this.#catalog.add(digest, place.source, receivedAt);
      this.#taken += digest.spans;
      for (const { id } of digest.sessions) for (const listener of this.#listeners) listener(id);
    }
    await this.#catalog.bound(this.#shelf);
    if (this.#otherwise !== undefined) await this.#catalog.bound(this.#otherwise);
  }

  async #keep(line: string): Promise<Place> {
    try {
      const place = await this.#shelf.write(line);
      this.#failure = undefined;
      return place;
    } catch (error) {
      if (this.#otherwise === undefined) throw error;
      this.#failure = errorText(error);
      warn('viewer:keep', `spans are held in memory only, they could not be written: ${this.#failure}`);
      return this.#otherwise.write(line);
    }
  }

  async close(): Promise<void> {}
}
