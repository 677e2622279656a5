import type { ReadableSpanLike, SpanExporterLike } from '../otel/types.js';

/** A request that only needs to be sent. */
export interface PreparedRequest {
  readonly method: 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** For HTTPS: authorities to trust instead of the built-in ones, and a client certificate, all in PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
}

/**
 * What an exporter may have for the last moments of a process, when nothing asynchronous runs any more (after
 * `process.exit()` and an uncaught exception). One that has none of it can only be helped by a spool.
 */
export interface LastMomentExporter extends SpanExporterLike {
  /** Everything that has not arrived yet, as requests to be sent in this order. Synchronous; sends nothing. */
  pendingRequests?(spans: readonly ReadableSpanLike[]): readonly PreparedRequest[];
  /** Exports at once. Returns whether all of it is where it belongs. */
  exportSync?(spans: readonly ReadableSpanLike[]): boolean;
  /** Whether a span whose export succeeded still waits in the exporter, so that a spool must not forget it. */
  holds?(span: ReadableSpanLike): boolean;
}

/** What a queue still has when the process ends. */
export interface Remainder {
  /** The queue, by which two that ask for the same are recognised. */
  readonly queue: object;
  readonly exporterName: string;
  readonly exporter: LastMomentExporter;
  readonly spans: readonly ReadableSpanLike[];
  /** Puts what is there into the spool, synchronously. Returns whether it is safe; `false` where there is no spool. */
  keep(): boolean;
  /** All of it has been delivered. */
  delivered(): void;
  /** None of it can be delivered any more, or not in this process where it is `kept`. */
  left(kept: boolean): void;
}
