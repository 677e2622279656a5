import { WireSpanExporter } from '../../../gateway/forward/span-exporter.js';
import type { Target } from '../../../gateway/forward/target.js';
import { createSpanNormalizer } from '../../../gateway/normalise/normalizer.js';
import { decodeTraces } from '../../../gateway/otlp/codec.js';
import { GatewayDelivery } from '../../../gateway/pipeline/delivery.js';
import { TracePipeline } from '../../../gateway/pipeline/traces.js';
import { validRequest } from '../../../gateway/pipeline/validate.js';
import { createMasker } from '../../../masking/masker.js';
import { VoiceSpanProcessor } from '../../../processor/voice-span-processor.js';

const QUEUE = { maxQueueSize: 100_000, maxQueueBytes: 256 * 1024 * 1024, flushIntervalMs: 1000 } as const;
const MAX_SPANS = 100_000;
const DRAIN_MS = 60_000;

/**
 * Turns the spans of Pipecat and LiveKit in a file into the vocabulary, as the receiver does with those that it gets:
 * normalised, masked, priced and timed.
 */
export class ForeignSpans {
  readonly #traces: TracePipeline;
  readonly #delivery: GatewayDelivery;

  constructor(target: Target) {
    const masker = createMasker();
    const exporter = new WireSpanExporter(target, (text) => masker.mask(text));
    this.#delivery = new GatewayDelivery([{ name: target.name, exporter }], QUEUE);
    // The clock stands still: all of a file comes at the same time, and its end is the end of its calls.
    const normalizer = createSpanNormalizer({ now: () => 0 });
    const processor = new VoiceSpanProcessor({ next: this.#delivery, masker, captureContent: true });
    this.#traces = new TracePipeline(normalizer, processor, masker);
  }

  /** Takes a line in. @throws BadDataError or TooLargeError where it is not as OTLP has it */
  async push(line: Uint8Array): Promise<void> {
    const { request, count } = validRequest(decodeTraces('json', line), MAX_SPANS);
    if (count === 0) return;
    await this.#traces.push(request, line.length);
    await this.#delivery.forceFlush();
  }

  /** Hands on what is held. Never rejects. */
  async end(): Promise<void> {
    await this.#traces.flush();
    await this.#delivery.shutdown({ drainTimeoutMs: DRAIN_MS });
  }
}
