import { guard } from '../otel/guard.js';
import type { ReadableSpanLike } from '../otel/types.js';
import type { LastMomentExporter } from './last-moments.js';
import type { Spool, SpoolPart } from './spool.js';

/** One queue's side of its spool. */
export class SpooledSpans {
  readonly #part: SpoolPart | undefined;
  readonly #exporter: LastMomentExporter;
  /** Spans that were exported, but that the exporter still holds back: the spool must not forget them yet. */
  readonly #held = new Set<ReadableSpanLike>();
  #recovering: Promise<void> | undefined;
  #sealed = false;

  constructor(spool: Spool, name: string, exporter: LastMomentExporter) {
    this.#part = guard('opening the spool', undefined, () => spool.open(name));
    this.#exporter = exporter;
  }

  /** Settles when spans of earlier processes, if any, are in the queue. */
  get recovering(): Promise<void> | undefined {
    return this.#recovering;
  }

  add(span: ReadableSpanLike): void {
    guard('the spool', undefined, () => this.#part?.add(span));
  }

  /** A span has left the queue. */
  left(span: ReadableSpanLike): void {
    if (this.#sealed) return;
    guard('the spool', undefined, () => {
      if (this.#exporter.holds?.(span) === true) this.#held.add(span);
      else this.#part?.remove(span);
    });
  }

  /** Something has arrived, and maybe with it what the exporter held back. */
  settle(): void {
    for (const span of this.#held) {
      if (guard('asking an exporter', false, () => this.#exporter.holds?.(span) === true)) continue;
      this.#held.delete(span);
      guard('the spool', undefined, () => this.#part?.remove(span));
    }
  }

  /** Everything has arrived. */
  delivered(): void {
    for (const span of this.#held) guard('the spool', undefined, () => this.#part?.remove(span));
    this.#held.clear();
  }

  keep(spans: readonly ReadableSpanLike[]): boolean {
    return guard('the spool', false, () => this.#part?.keep([...this.#held, ...spans]) ?? false);
  }

  /** Takes in what earlier processes have left, one part; `push` queues a span. */
  recover(push: (span: ReadableSpanLike) => void): void {
    const part = this.#part;
    if (part === undefined || this.#sealed || this.#recovering !== undefined) return;
    this.#recovering = guard('the spool', undefined, () => part.recover())
      ?.then(
        (spans) => spans.forEach(push),
        () => {},
      )
      .finally(() => {
        this.#recovering = undefined;
      });
  }

  /** The queue takes nothing more. Returns whether these spans, which it could not deliver, are safe. */
  seal(spans: readonly ReadableSpanLike[]): boolean {
    const kept = this.keep(spans);
    this.#sealed = true;
    return kept;
  }

  /** The exporter is shut down. */
  close(): void {
    this.settle();
    guard('the spool', undefined, () => this.#part?.close());
  }
}
