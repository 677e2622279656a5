import type { ReadableSpanLike } from '../otel/types.js';
import { RingBuffer } from './ring-buffer.js';

interface Item {
  readonly span: ReadableSpanLike;
  readonly bytes: number;
}

/** Spans that left the backlog undelivered. */
export interface Losses {
  /** Pushed out by newer spans. */
  readonly evicted: number;
  /** Refused by the back end, each by itself. */
  readonly refused: number;
}

/**
 * The spans that wait, oldest first, bounded in count and bytes. A batch being exported stays at the head until
 * its fate is known, so a failed one needs no putting back; when it is pushed out meanwhile, whether it was lost
 * shows with the answer.
 */
export class Backlog {
  readonly #items = new RingBuffer<Item>();
  readonly #maxSize: number;
  readonly #maxBytes: number;
  readonly #onLeft: ((span: ReadableSpanLike) => void) | undefined;
  #bytes = 0;
  #left = 0;
  /** The first items that are part of the running export. */
  #inFlight = 0;
  /** Spans of the running export, those pushed out meanwhile included. */
  #taken = 0;
  /** Sizes of the next batches, while a refused one is being taken apart; they cover the first items. */
  #planned: number[] = [];
  #takenAsPlanned = false;

  /** @param onLeft told of every span that leaves, for whatever reason */
  constructor(maxSize: number, maxBytes: number, onLeft?: (span: ReadableSpanLike) => void) {
    this.#maxSize = maxSize;
    this.#maxBytes = maxBytes;
    this.#onLeft = onLeft;
  }

  get size(): number {
    return this.#items.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many spans have left so far; the oldest one has this number. */
  get left(): number {
    return this.#left;
  }

  /** The number that the next span will get. */
  get next(): number {
    return this.#left + this.#items.size;
  }

  /** All spans that wait or whose export is running, oldest first. */
  spans(): ReadableSpanLike[] {
    const spans: ReadableSpanLike[] = [];
    for (let item = this.#items.at(0); item !== undefined; item = this.#items.at(spans.length)) {
      spans.push(item.span);
    }
    return spans;
  }

  /** Adds a span; returns how many were dropped for it (itself, when it is larger than the whole backlog may be). */
  push(span: ReadableSpanLike, bytes: number): number {
    if (bytes > this.#maxBytes) return 1;
    let dropped = 0;
    while (this.#items.size >= this.#maxSize || this.#bytes + bytes > this.#maxBytes)
      dropped += this.#evict();
    this.#items.push({ span, bytes });
    this.#bytes += bytes;
    return dropped;
  }

  /** The next batch, at most `maxCount` spans and `maxBytes`, but one span at least while there is one. */
  take(maxCount: number, maxBytes: number): ReadableSpanLike[] {
    const planned = this.#planned.shift();
    const limit = Math.min(planned ?? maxCount, this.#items.size);
    const batch: ReadableSpanLike[] = [];
    let bytes = 0;
    for (let item = this.#items.at(0); item !== undefined; item = this.#items.at(batch.length)) {
      bytes += item.bytes;
      const tooLarge = planned === undefined && batch.length > 0 && bytes > maxBytes;
      if (batch.length >= limit || tooLarge) break;
      batch.push(item.span);
    }
    this.#takenAsPlanned = planned !== undefined;
    this.#inFlight = batch.length;
    this.#taken = batch.length;
    return batch;
  }

  /** The batch that was taken has arrived. */
  delivered(): void {
    while (this.#inFlight > 0) {
      this.#inFlight -= 1;
      this.#removeOldest();
    }
    this.#taken = 0;
  }

  /** The batch that was taken is to be sent again. Returns how many of it had been pushed out meanwhile. */
  keep(): number {
    const evicted = this.#taken - this.#inFlight;
    if (this.#takenAsPlanned && this.#inFlight > 0) this.#planned.unshift(this.#inFlight);
    this.#inFlight = 0;
    this.#taken = 0;
    return evicted;
  }

  /** The batch that was taken was refused as such: it is halved, and dropped when it was a single span. */
  refused(): Losses {
    if (this.#taken === 1) {
      this.delivered();
      return { evicted: 0, refused: 1 };
    }
    const rest = this.#inFlight;
    const first = Math.ceil(rest / 2);
    this.#planned.unshift(...[first, rest - first].filter((size) => size > 0));
    const evicted = this.#taken - rest;
    this.#inFlight = 0;
    this.#taken = 0;
    return { evicted, refused: 0 };
  }

  /** Empties the backlog; returns how many were dropped, without those whose export is still running. */
  clear(): number {
    let dropped = 0;
    while (this.#items.size > 0) dropped += this.#evict();
    return dropped;
  }

  /** Pushes out the oldest; returns 1 when it is lost, 0 when its export is still running. */
  #evict(): number {
    this.#removeOldest();
    if (this.#inFlight > 0) {
      this.#inFlight -= 1;
      return 0;
    }
    const [planned] = this.#planned;
    if (planned !== undefined && planned > 1) this.#planned[0] = planned - 1;
    else this.#planned.shift();
    return 1;
  }

  #removeOldest(): void {
    const item = this.#items.shift();
    if (item === undefined) return;
    this.#bytes -= item.bytes;
    this.#left += 1;
    this.#onLeft?.(item.span);
  }
}
