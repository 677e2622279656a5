import type { Encoding, Signal } from '../otlp/signals.js';

/** A request on its way out. */
export interface Parcel {
  readonly signal: Signal;
  /** The JSON form. */
  readonly request: object;
  /** The body as it came, where nothing in it was changed. */
  readonly original?: { readonly encoding: Encoding; readonly body: Uint8Array } | undefined;
}

/** What a back end refused of a request that it took; `rejected` is 0 where it took all. */
export interface Receipt {
  readonly rejected: number;
  /** The back end's words; empty where it said nothing. */
  readonly message: string;
}

/** Where the gateway sends to. */
export interface Target {
  readonly name: string;
  /** Rejects where the request was not taken, with an `OtlpHttpError` where HTTP is behind it. */
  send(parcel: Parcel): Promise<Receipt>;
  close(): Promise<void>;
}
