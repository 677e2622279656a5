import type { ReadableSpanLike } from '../otel/types.js';

/** Keeps undelivered spans where they outlive the process; `fileSpool()` of `voice-otel/node` makes one. */
export interface Spool {
  /** The part of one queue. `name` says what the queue sends to; a later process gets what was left under it. */
  open(name: string): SpoolPart;
}

/** What a queue and its spool say to each other. Nothing here throws or rejects. */
export interface SpoolPart {
  /** A span waits: it is written unless it is removed soon. */
  add(span: ReadableSpanLike): void;
  /** A span was delivered, or dropped for good. */
  remove(span: ReadableSpanLike): void;
  /**
   * Spans that processes which are gone have left, the oldest first, a bounded number at a time; they count as added.
   * None when there are no more.
   */
  recover(): Promise<readonly ReadableSpanLike[]>;
  /** Has exactly these spans written when it returns, synchronously. Returns whether they are. */
  keep(spans: readonly ReadableSpanLike[]): boolean;
  /** Nothing more is added. What is there stays for a later process. */
  close(): void;
}
