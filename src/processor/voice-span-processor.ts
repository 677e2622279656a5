import { type Attributes, type Context, TraceFlags } from '@opentelemetry/api';
import type { Remainder } from '../delivery/last-moments.js';
import { DeliveryQueue } from '../delivery/queue.js';
import { MASKED, type MaskPolicy, maskedCopy, maskSpanInPlace, NOT_WRITABLE } from '../masking/span.js';
import type { Masker } from '../masking/types.js';
import { warn } from '../otel/diagnostics.js';
import { guard, guardHook } from '../otel/guard.js';
import { copySpan } from '../otel/span-copy.js';
import { reviewSpan, withoutUsage } from '../otel/span-review.js';
import { untraced } from '../otel/suppress.js';
import type { ReadableSpanLike, SpanProcessorLike } from '../otel/types.js';
import { withinTime } from '../otel/within-time.js';
import { ATTR_VOICE_MASKED_COUNT } from '../semconv/generated.js';
import { Dictation, noteCopy } from './dictation.js';
import { Enricher } from './enrich.js';
import { attributeLengthLimit } from './length-limit.js';
import { Metrics } from './metrics.js';
import { type ResolvedProcessorOptions, resolveOptions, type VoiceSpanProcessorOptions } from './options.js';
import { type VoiceSpan, voiceSpan } from './role.js';

/** Names, on a span, the processor of ours that has enriched it, so that registering twice is harmless. */
const PROCESSED: unique symbol = Symbol.for('voice-otel.processed');

const DRAIN_TIMEOUT_MS = 5000;
/** A following processor gets as long for a flush as the SDK's own provider gives its processors. */
const FLUSH_TIMEOUT_MS = 30_000;

/** Masks nothing, for `masker: false`. */
const NO_MASKER: Masker = { mask: (text) => text, detect: () => [] };

/**
 * The heart of voice-otel: masks what people said about themselves, prices every stage, measures the time to first
 * audio and rolls it up, for all spans that carry the vocabulary, whoever wrote them. It masks every other span as
 * well.
 *
 * On SDK 2.3 and later, spans are changed in place before any processor sees them ended, so that neighbouring
 * processors and exporters get no raw content, whatever their order. On older ones its own exporters and `next` get
 * a masked copy.
 */
export class VoiceSpanProcessor implements SpanProcessorLike {
  readonly #options: ResolvedProcessorOptions;
  readonly #masker: Masker;
  /** Where content is masked and not left out. */
  readonly #dictation: Dictation | undefined;
  readonly #enricher: Enricher;
  readonly #metrics: Metrics;
  readonly #queues: readonly DeliveryQueue[];
  /** What was worked out for a span that then could not be written: it counts once. */
  readonly #workedOut = new WeakMap<ReadableSpanLike, Attributes>();
  #shutdown: Promise<void> | undefined;

  /** @throws TypeError when an option cannot work */
  constructor(options: VoiceSpanProcessorOptions = {}) {
    this.#options = resolveOptions(options);
    this.#masker = this.#options.masker ?? NO_MASKER;
    const { masker, captureContent } = this.#options;
    if (masker !== undefined && captureContent) {
      this.#dictation = new Dictation(masker, (span) => this.#policy(span), {
        own: () => this.#queues.flatMap((queue) => queue.waiting()),
        elsewhere: this.#options.next.length > 0 || this.#options.exporters.length === 0,
      });
    }
    this.#enricher = new Enricher(this.#options.prices, this.#options.compatibilityKeys);
    this.#metrics = new Metrics(this.#options.meterProvider);
    const hooks = {
      onDropped: (count: number, reason: string): void =>
        guard('counting dropped spans', undefined, () => this.#metrics.dropped(count, reason)),
    };
    this.#queues = this.#options.exporters.map(
      (exporter) => new DeliveryQueue(exporter, this.#options.delivery, hooks),
    );
  }

  onStart(span: ReadableSpanLike, parentContext: Context): void {
    guard('onStart', undefined, () => {
      const voice = voiceSpan(span);
      if (voice === undefined) return this.#enricher.otherStarted(span);
      this.#enricher.started(voice);
      if (voice.role === 'session') this.#announce(span);
    });
    for (const next of this.#options.next) {
      guardHook('onStart of a following processor', () => next.onStart(span, parentContext));
    }
  }

  onEnding(span: ReadableSpanLike): void {
    guard('onEnding', undefined, () => this.#processInPlace(span));
    for (const next of this.#options.next) {
      guardHook('onEnding of a following processor', () => next.onEnding?.(span));
    }
  }

  onEnd(span: ReadableSpanLike): void {
    if (this.#shutdown !== undefined) return;
    guard('onEnd', undefined, () => {
      const processed = this.#processed(span);
      const verdict = reviewSpan(processed);
      if (verdict === 'leave out' || !this.#wanted(processed)) return;
      const safe = verdict === 'ship' ? processed : withoutUsage(processed);
      noteCopy(processed, safe);
      for (const next of this.#options.next) {
        guardHook('onEnd of a following processor', () => next.onEnd(safe));
      }
      if (!isSampled(safe)) return;
      for (const queue of this.#queues) queue.enqueue(safe);
    });
  }

  /** Resolves when everything that waits now was sent, or one try has failed. Never rejects. */
  async forceFlush(): Promise<void> {
    await Promise.all([
      ...this.#queues.map((queue) => queue.forceFlush()),
      ...this.#options.next.map((next) =>
        withinTime(FLUSH_TIMEOUT_MS, 'flushing a processor', () => next.forceFlush()),
      ),
    ]);
  }

  /** Sends what waits, then shuts exporters and following processors down. Never rejects, never takes longer. */
  shutdown(options?: { drainTimeoutMs?: number }): Promise<void> {
    this.#shutdown ??= this.#shutDown(options);
    return this.#shutdown;
  }

  /** @internal What its queues still hold when the process ends; `flushOnExit` of `voice-otel/node` asks. */
  remainders(): readonly Remainder[] {
    return this.#queues.map((queue) => queue.remainder());
  }

  async #shutDown(options: { drainTimeoutMs?: number } | undefined): Promise<void> {
    const wished = guard('reading shutdown options', undefined, () => options?.drainTimeoutMs);
    const timeoutMs = typeof wished === 'number' && wished >= 0 ? wished : DRAIN_TIMEOUT_MS;
    await Promise.all([
      ...this.#queues.map((queue) => queue.shutdown({ drainTimeoutMs: timeoutMs })),
      ...this.#options.next.map((next) =>
        withinTime(timeoutMs, 'shutting a processor down', () => next.shutdown()),
      ),
    ]);
  }

  /** Neither exporters nor following processors: the drop-in beside those of others. */
  get #isAlone(): boolean {
    return this.#queues.length === 0 && this.#options.next.length === 0;
  }

  /** The span as it may leave: itself where `onEnding` has done its work, else a copy. */
  #processed(span: ReadableSpanLike): ReadableSpanLike {
    if (processorOf(span) === this) return span;
    if (this.#isAlone && isProcessed(span)) return span;
    if (this.#isAlone) {
      warn(
        'no-on-ending',
        'this OpenTelemetry SDK does not call onEnding (it needs 2.3 or later): spans are masked late, and ' +
          'processors registered before this one may see raw content. Give the exporter to VoiceSpanProcessor instead.',
      );
      this.#processInPlace(span);
      return span;
    }
    const voice = guard('reading a span', undefined, () => voiceSpan(span));
    const enriched = withAttributes(span, isProcessed(span) ? {} : this.#additions(span, voice));
    const masker = isProcessed(span) ? undefined : this.#dictation?.heard(span, voice);
    const copy = maskedCopy(enriched, masker ?? this.#masker, this.#policy(span));
    if (isProcessed(span)) noteCopy(span, copy);
    else this.#dictation?.keep(copy, voice);
    this.#record(copy);
    if (this.#options.masker === undefined) unmark(copy);
    markProcessed(copy, this);
    return copy;
  }

  #processInPlace(span: ReadableSpanLike): void {
    if (isProcessed(span)) {
      // Another processor of ours was first. One that only works in place still keeps its options' promise; one that
      // sends makes a copy of its own.
      if (processorOf(span) !== this && this.#isAlone) this.#maskInPlace(span);
      return;
    }
    const { attributes } = span;
    const voice = guard('reading a span', undefined, () => voiceSpan(span));
    const additions = this.#additions(span, voice);
    if (Object.isFrozen(attributes)) {
      this.#workedOut.set(span, additions);
      return;
    }
    for (const key of Object.keys(additions)) {
      const value = additions[key];
      // Written past the span's own limit on attributes: a price must not fall victim to it.
      if (attributes[key] === undefined && value !== undefined) attributes[key] = value;
    }
    const masked = this.#maskInPlace(span, this.#dictation?.heard(span, voice));
    if (masked === NOT_WRITABLE) {
      this.#workedOut.set(span, additions);
      return;
    }
    if (masked > 0) attributes[ATTR_VOICE_MASKED_COUNT] ??= masked;
    markProcessed(span, this);
    this.#dictation?.keep(span, voice);
    this.#record(span);
  }

  #maskInPlace(span: ReadableSpanLike, own = this.#masker): number {
    const { masker, captureContent } = this.#options;
    if (masker === undefined && captureContent) return 0;
    const masked = maskSpanInPlace(span, own, this.#policy(span));
    if (masker === undefined) unmark(span);
    return masked;
  }

  #additions(span: ReadableSpanLike, voice: VoiceSpan | undefined): Attributes {
    const known = this.#workedOut.get(span);
    if (known !== undefined) return known;
    const additions = guard('enriching a span', {}, () => {
      if (voice !== undefined) return this.#enricher.ended(voice);
      this.#enricher.otherEnded(span);
      return {};
    });
    return additions;
  }

  #record(span: ReadableSpanLike): void {
    guard('recording metrics', undefined, () => {
      if (!this.#metrics.wanted) return;
      const voice = voiceSpan(span);
      if (voice !== undefined) this.#metrics.ended(voice);
    });
  }

  #announce(span: ReadableSpanLike): void {
    if (!isSampled(span) || !this.#wanted(span)) return;
    for (const exporter of this.#options.exporters) {
      if (typeof exporter.sessionStarted !== 'function') continue;
      const snapshot = maskedCopy(span, this.#masker, this.#policy(span));
      if (this.#options.masker === undefined) unmark(snapshot);
      guardHook('announcing a session', () => untraced(() => exporter.sessionStarted?.(snapshot)));
    }
  }

  #policy(span: ReadableSpanLike): MaskPolicy {
    return {
      captureContent: this.#options.captureContent,
      attributeLengthLimit: attributeLengthLimit(span),
    };
  }

  #wanted(span: ReadableSpanLike): boolean {
    const { filter } = this.#options;
    return filter === undefined || guard('the filter', true, () => filter(span) !== false);
  }
}

function isSampled(span: ReadableSpanLike): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** With `masker: false` content has left or stays as it is; exporters of ours that mask still have to. */
function unmark(span: ReadableSpanLike): void {
  Reflect.deleteProperty(span, MASKED);
}

/** The processor of ours that has processed a span, if any. */
function processorOf(span: ReadableSpanLike): unknown {
  return (span as { [PROCESSED]?: unknown })[PROCESSED];
}

function isProcessed(span: ReadableSpanLike): boolean {
  return processorOf(span) !== undefined;
}

function markProcessed(span: ReadableSpanLike, by: VoiceSpanProcessor): void {
  (span as ReadableSpanLike & { [PROCESSED]?: unknown })[PROCESSED] = by;
}

/** A copy of a span with attributes added; those that are there stay. */
function withAttributes(span: ReadableSpanLike, additions: Attributes): ReadableSpanLike {
  return copySpan(span, { attributes: { ...additions, ...span.attributes } });
}
