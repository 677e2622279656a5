import { readFile } from 'node:fs/promises';
import type { SpoolPart } from '../../delivery/spool.js';
import { startTimer, type Timer, yieldToEventLoop } from '../../delivery/timers.js';
import { isMasked, maskedCopy } from '../../masking/span.js';
import type { Masker } from '../../masking/types.js';
import { debug, errorText, warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import type { ReadableSpanLike } from '../../otel/types.js';
import { encodeTraceRequest } from '../otlp-json.js';
import { decodeLine } from './decode.js';
import type { SpoolFolder } from './folder.js';
import { Segment } from './segment.js';

/** A file is full with so many spans, or so many bytes. */
const MAX_SEGMENT_SPANS = 512;
const MAX_SEGMENT_BYTES = 1024 * 1024;
/** Spans of one line: encoding them takes about a millisecond. */
const LINE_SPANS = 64;

/** What a part needs of its spool. */
export interface PartSettings {
  readonly name: string;
  readonly syncIntervalMs: number;
  readonly masker: Masker;
}

/** The spans of one queue, in files of up to a megabyte; a file goes when the last of its spans has gone. */
export class FileSpoolPart implements SpoolPart {
  readonly #folder: SpoolFolder;
  readonly #settings: PartSettings;
  readonly #onClose: () => void;
  /** In no file yet. */
  readonly #unwritten = new Set<ReadableSpanLike>();
  readonly #segmentOf = new Map<ReadableSpanLike, Segment>();
  /** The oldest first. */
  readonly #segments = new Set<Segment>();
  /** Files that are being deleted. */
  readonly #leaving = new Set<Segment>();
  #current: Segment | undefined;
  #timer: Timer | undefined;
  #writing = false;
  #closed = false;

  constructor(folder: SpoolFolder, settings: PartSettings, onClose: () => void) {
    this.#folder = folder;
    this.#settings = settings;
    this.#onClose = onClose;
  }

  add(span: ReadableSpanLike): void {
    if (this.#closed) return;
    this.#unwritten.add(span);
    this.#timer ??= startTimer(() => void this.#write(), this.#settings.syncIntervalMs);
  }

  remove(span: ReadableSpanLike): void {
    this.#unwritten.delete(span);
    const segment = this.#segmentOf.get(span);
    if (segment === undefined) return;
    this.#segmentOf.delete(span);
    segment.waiting.delete(span);
    if (segment.waiting.size === 0 && !segment.busy) this.#discard(segment);
  }

  async recover(): Promise<readonly ReadableSpanLike[]> {
    try {
      for (;;) {
        const claimed = await this.#folder.claim(this.#settings.name);
        if (claimed === undefined) return [];
        const spans = await this.#load(claimed);
        if (spans.length > 0) return spans;
      }
    } catch (error) {
      warn('spool:recover', `what is in the spool cannot be read: ${errorText(error)}`);
      return [];
    }
  }

  keep(spans: readonly ReadableSpanLike[]): boolean {
    const exact = new Set([...this.#segments].filter((segment) => segment.isExact));
    const stale = [...this.#segments].filter((segment) => !exact.has(segment));
    const rest = spans.filter((span) => {
      const segment = this.#segmentOf.get(span);
      return segment === undefined || !exact.has(segment);
    });
    const room = stale.reduce((sum, { bytes }) => sum + bytes, this.#folder.room);
    try {
      if (rest.length > 0) this.#keepInOne(rest, room);
    } catch (error) {
      this.#failed(error);
      return false;
    }
    for (const segment of stale) {
      segment.waiting.clear();
      this.#segments.delete(segment);
      this.#folder.grown(-segment.bytes);
      removeQuietly(segment);
    }
    // What is under way asynchronously may not come to its end any more.
    for (const segment of this.#leaving) removeQuietly(segment);
    this.#current = undefined;
    this.#unwritten.clear();
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.clear();
    this.#unwritten.clear();
    this.#onClose();
  }

  /** One new file with these spans; where they do not fit, without the oldest. */
  #keepInOne(spans: readonly ReadableSpanLike[], room: number): void {
    const lines: { readonly text: string; readonly spans: readonly ReadableSpanLike[] }[] = [];
    let bytes = 0;
    for (let end = spans.length; end > 0; end -= LINE_SPANS) {
      const some = spans.slice(Math.max(0, end - LINE_SPANS), end);
      const text = this.#encode(some);
      const size = Buffer.byteLength(text);
      if (bytes + size > room) {
        warn('spool:full', `the spool is full: ${end} spans do not outlive the process`);
        break;
      }
      bytes += size;
      lines.unshift({ text, spans: some });
    }
    if (lines.length === 0) throw new Error('the spool is full');
    const segment = new Segment(this.#folder.nextPath(this.#settings.name));
    segment.writeSync(lines.map(({ text }) => text).join(''));
    this.#fill(
      segment,
      lines.flatMap((line) => line.spans),
      bytes,
    );
  }

  /** Writes what is in no file yet. */
  async #write(): Promise<void> {
    this.#timer = undefined;
    if (this.#writing) return;
    this.#writing = true;
    try {
      while (this.#unwritten.size > 0 && !this.#closed) {
        await yieldToEventLoop();
        await this.#writeSome([...firstOf(this.#unwritten, LINE_SPANS)]);
      }
    } catch (error) {
      this.#failed(error);
      if (!this.#closed) {
        this.#timer ??= startTimer(() => void this.#write(), this.#settings.syncIntervalMs);
      }
    } finally {
      this.#writing = false;
    }
  }

  async #writeSome(spans: readonly ReadableSpanLike[]): Promise<void> {
    if (spans.length === 0) return;
    const text = this.#encode(spans);
    const bytes = Buffer.byteLength(text);
    for (const span of spans) this.#unwritten.delete(span);
    if (!this.#makeRoom(bytes)) return;
    const segment = this.#openSegment();
    this.#fill(segment, spans, bytes);
    segment.busy = true;
    try {
      await segment.append(text);
    } catch (error) {
      // Half of it may be there: what still waits goes into another file.
      for (const span of segment.waiting) {
        this.#segmentOf.delete(span);
        this.#unwritten.add(span);
      }
      segment.waiting.clear();
      throw error;
    } finally {
      segment.busy = false;
      if (segment.waiting.size === 0) this.#discard(segment);
      else if (segment.total >= MAX_SEGMENT_SPANS || segment.bytes >= MAX_SEGMENT_BYTES)
        this.#complete(segment);
    }
  }

  #openSegment(): Segment {
    this.#current ??= new Segment(this.#folder.nextPath(this.#settings.name));
    this.#segments.add(this.#current);
    return this.#current;
  }

  #fill(segment: Segment, spans: readonly ReadableSpanLike[], bytes: number): void {
    this.#segments.add(segment);
    for (const span of spans) {
      segment.waiting.add(span);
      this.#segmentOf.set(span, segment);
    }
    segment.total += spans.length;
    segment.bytes += bytes;
    this.#folder.grown(bytes);
  }

  /** Our own oldest files go first. Returns whether there is room. */
  #makeRoom(bytes: number): boolean {
    for (const segment of this.#segments) {
      if (this.#folder.room >= bytes) return true;
      for (const span of segment.waiting) this.#segmentOf.delete(span);
      segment.waiting.clear();
      this.#discard(segment);
      warn('spool:full', 'the spool is full: the oldest spans in it would not outlive the process any more');
    }
    if (this.#folder.room >= bytes) return true;
    warn('spool:full', 'the spool is full: spans are not written to it');
    return false;
  }

  #complete(segment: Segment): void {
    if (this.#current === segment) this.#current = undefined;
    segment.close().catch((error: unknown) => debug(`closing a spooled file failed: ${errorText(error)}`));
  }

  #discard(segment: Segment): void {
    if (!this.#segments.delete(segment)) return;
    if (this.#current === segment) this.#current = undefined;
    this.#folder.grown(-segment.bytes);
    this.#leaving.add(segment);
    void segment
      .remove()
      .catch((error: unknown) => debug(`deleting a spooled file failed: ${errorText(error)}`))
      .finally(() => this.#leaving.delete(segment));
  }

  async #load({ path, bytes }: { path: string; bytes: number }): Promise<ReadableSpanLike[]> {
    const segment = new Segment(path);
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    const spans: ReadableSpanLike[] = [];
    for (const line of lines) {
      try {
        spans.push(...decodeLine(line));
      } catch {
        warn('spool:unreadable', 'a line of the spool was cut short or is none of ours, and is dropped');
      }
      await yieldToEventLoop();
    }
    this.#fill(segment, spans, bytes);
    // Counted by the folder when it was claimed.
    this.#folder.grown(-bytes);
    if (spans.length === 0) this.#discard(segment);
    return spans;
  }

  /** One line with these spans, masked; without those that cannot be read. */
  #encode(spans: readonly ReadableSpanLike[]): string {
    const { masker } = this.#settings;
    const encode = (some: readonly ReadableSpanLike[]): string =>
      `${JSON.stringify(
        encodeTraceRequest(
          some.map((span) => (isMasked(span) ? span : maskedCopy(span, masker, { captureContent: true }))),
        ),
      )}\n`;
    return (
      guard('spooling spans', undefined, () => encode(spans)) ??
      encode(spans.filter((span) => guard('spooling a span', undefined, () => encode([span])) !== undefined))
    );
  }

  #failed(error: unknown): void {
    this.#folder.remake();
    warn('spool:failed', `spans could not be written to the spool: ${errorText(error)}`);
  }
}

function* firstOf<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left === 0) return;
    left -= 1;
    yield item;
  }
}

function removeQuietly(segment: Segment): void {
  try {
    segment.removeSync();
  } catch (error) {
    debug(`deleting a spooled file failed: ${errorText(error)}`);
  }
}
