import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { OtlpTraceRequest } from '../../exporters/otlp-json.js';
import type { Masker } from '../../masking/types.js';
import { guard } from '../../otel/guard.js';
import { MAX_TIMER_MS } from '../../otel/within-time.js';
import type { VoiceSpanProcessor } from '../../processor/voice-span-processor.js';
import type { SpanNormalizer } from '../normalise/normalizer.js';
import { inOrder } from './order.js';
import { Origins } from './origins.js';
import { WireSpan } from './wire-span.js';

/** Spans are worked on for so long, then everybody else has the event loop. */
const SLICE_MS = 5;
/** With more than this before it, a request waits for its answer: senders slow down with us. */
const MAX_PENDING_SPANS = 2048;
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
/** The normaliser is not asked more often, whatever it says. */
const MIN_POLL_MS = 20;

interface Work {
  readonly request: OtlpTraceRequest;
  readonly spans: number;
  readonly bytes: number;
}

/**
 * Normalises the spans of requests and runs them through a `VoiceSpanProcessor`, in slices between which the event
 * loop is free. Never throws or rejects.
 */
export class TracePipeline {
  readonly #normalizer: SpanNormalizer;
  readonly #processor: VoiceSpanProcessor;
  readonly #origins: Origins;
  readonly #maskText: (text: string) => string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #work: Work[] = [];
  #running: Promise<void> | undefined;
  #pendingSpans = 0;
  #pendingBytes = 0;
  #processed = 0;
  #sliceStart = 0;

  /**
   * @param normalizer its clock is `Date.now`
   * @param masker absent: nothing is masked
   */
  constructor(normalizer: SpanNormalizer, processor: VoiceSpanProcessor, masker: Masker | undefined) {
    this.#normalizer = normalizer;
    this.#processor = processor;
    this.#origins = new Origins(masker);
    this.#maskText = (text) => (masker === undefined ? text : masker.mask(text));
  }

  /** Spans handed on so far, those that the normaliser added included. */
  get processed(): number {
    return this.#processed;
  }

  /** Spans that are normalised and on their way to the queues. */
  get pending(): number {
    return this.#pendingSpans;
  }

  /**
   * Takes the spans of a request. Resolves at once while little is on its way, else when there is less.
   * @param bytes size of the request as it came
   */
  async push(request: OtlpTraceRequest, bytes: number): Promise<void> {
    // What cannot be normalised is sent on as it came, masked like everything else.
    this.#add(
      guard('normalising spans', [request], () => this.#normalizer.push(request)),
      bytes,
    );
    while (this.#pendingSpans > MAX_PENDING_SPANS || this.#pendingBytes > MAX_PENDING_BYTES) await nextTurn();
  }

  /** Hands on what has become ready by the clock alone. Resolves when it is in the queues. */
  async poll(): Promise<void> {
    this.#add(
      guard('normalising spans', [], () => this.#normalizer.poll()),
      0,
    );
    await this.#running;
  }

  /** Hands on everything that the normaliser holds; conversations that are open are closed. */
  async flush(): Promise<void> {
    this.#add(
      guard('normalising spans', [], () => this.#normalizer.flush()),
      0,
    );
    await this.#running;
  }

  #add(requests: readonly OtlpTraceRequest[], bytes: number): void {
    for (const [index, request] of requests.entries()) {
      const work = { request, spans: countSpans(request), bytes: index === 0 ? bytes : 0 };
      this.#work.push(work);
      this.#pendingSpans += work.spans;
      this.#pendingBytes += work.bytes;
    }
    this.#wake();
    if (this.#work.length === 0 || this.#running !== undefined) return;
    this.#running = this.#run();
  }

  /** Turns whose grace is over are handed on although nothing more comes. */
  #wake(): void {
    clearTimeout(this.#timer);
    const deadline = guard('asking for the next deadline', undefined, () => this.#normalizer.nextDeadline);
    if (deadline === undefined) return;
    const delayMs = Math.min(Math.max(deadline - Date.now(), MIN_POLL_MS), MAX_TIMER_MS);
    this.#timer = setTimeout(() => void this.poll(), delayMs);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    this.#sliceStart = performance.now();
    while (this.#work.length > 0) {
      const all = this.#work;
      this.#work = [];
      for (const { request, spans, bytes } of all) {
        await this.#process(request);
        this.#pendingSpans -= spans;
        this.#pendingBytes -= bytes;
      }
    }
    this.#running = undefined;
  }

  async #process(request: OtlpTraceRequest): Promise<void> {
    for (const span of guard('reading spans', [], () => this.#read(request))) {
      if (performance.now() - this.#sliceStart > SLICE_MS) {
        await nextTurn();
        this.#sliceStart = performance.now();
      }
      guard('processing a span', undefined, () => this.#end(span));
    }
  }

  #read(request: OtlpTraceRequest): WireSpan[] {
    const spans: WireSpan[] = [];
    for (const resourceSpans of request.resourceSpans) {
      const resource = this.#origins.resource(resourceSpans);
      for (const scopeSpans of resourceSpans.scopeSpans) {
        const scope = this.#origins.scope(scopeSpans);
        for (const span of scopeSpans.spans) spans.push(new WireSpan(span, resource, scope));
      }
    }
    return inOrder(spans);
  }

  #end(span: WireSpan): void {
    this.#processor.onStart(span, ROOT_CONTEXT);
    this.#processor.onEnding(span);
    span.settle(this.#maskText);
    this.#processor.onEnd(span);
    this.#processed += 1;
  }
}

function countSpans(request: OtlpTraceRequest): number {
  let count = 0;
  for (const { scopeSpans } of request.resourceSpans)
    for (const { spans } of scopeSpans) count += spans.length;
  return count;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
