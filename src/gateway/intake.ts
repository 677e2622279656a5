import type { Masker } from '../masking/types.js';
import { errorText, warn } from '../otel/diagnostics.js';
import type { Parcel, Receipt, Target } from './forward/target.js';
import { HttpProblem, tooMuch } from './http/problem.js';
import type { GatewayLimits } from './options.js';
import { BadDataError, TooLargeError } from './otlp/bad-data.js';
import { type DecodeOptions, decodeRequest, decodeTraces } from './otlp/codec.js';
import type { Encoding, Signal } from './otlp/signals.js';
import type { UnknownField } from './otlp/to-json.js';
import type { GatewayDelivery } from './pipeline/delivery.js';
import type { LogMasking } from './pipeline/logs.js';
import type { TracePipeline } from './pipeline/traces.js';
import { validRequest } from './pipeline/validate.js';

/** What the client is asked to wait while the back end is not taking enough, in seconds. */
const FULL_RETRY_AFTER_S = 5;
/** Heap that a byte of a body takes once it is spans: strings may take two bytes a character. */
const HEAP_PER_BYTE = 2;
/** LEN of protobuf: the only unknown fields that can hold text. */
const LENGTH_DELIMITED = 2;

export interface IntakeParts {
  readonly limits: GatewayLimits;
  readonly masker: Masker | undefined;
  readonly traces: TracePipeline;
  readonly logs: LogMasking;
  readonly delivery: GatewayDelivery;
  readonly targets: readonly Target[];
}

/** What was taken of a request. */
export interface Taken extends Receipt {
  /** Spans taken; 0 for other signals. */
  readonly spans: number;
}

/** Takes bodies in: decodes them and hands them to the pipeline of their signal. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #decoding: DecodeOptions;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    const { masker, limits } = parts;
    this.#decoding = {
      maxValues: limits.maxValues,
      keepUnknown: masker === undefined ? undefined : (field) => isHarmless(field, masker),
    };
  }

  /** @throws HttpProblem 429 while the queues are full */
  checkRoom(): void {
    const { delivery, traces } = this.#parts;
    if (delivery.hasRoom({ spans: 1 + traces.pending, bytes: 1 })) return;
    throw tooMuch('the queue is full: the back end takes less than comes in', FULL_RETRY_AFTER_S);
  }

  /**
   * @returns what was not taken of it
   * @throws HttpProblem
   */
  async take(signal: Signal, encoding: Encoding, body: Uint8Array): Promise<Taken> {
    try {
      if (signal === 'traces') return await this.#traces(encoding, body);
      const receipt = await (signal === 'logs' ? this.#logs(encoding, body) : this.#metrics(encoding, body));
      return { ...receipt, spans: 0 };
    } catch (error) {
      if (error instanceof BadDataError) throw new HttpProblem(400, error.message);
      if (error instanceof TooLargeError) throw new HttpProblem(413, error.message);
      throw error;
    }
  }

  async #traces(encoding: Encoding, body: Uint8Array): Promise<Taken> {
    const { limits, delivery, traces } = this.#parts;
    const decoded = decodeTraces(encoding, body, this.#decoding);
    const { request, count, rejected, reason } = validRequest(decoded, limits.maxSpans);
    const spans = count + traces.pending;
    if (!delivery.hasRoom({ spans, bytes: body.length * HEAP_PER_BYTE })) {
      throw tooMuch('the queue is full: the back end takes less than comes in', FULL_RETRY_AFTER_S);
    }
    if (count > 0) await traces.push(request, body.length);
    return { spans: count, rejected, message: reason };
  }

  #logs(encoding: Encoding, body: Uint8Array): Promise<Receipt> {
    const decoded = decodeRequest('logs', encoding, body, this.#decoding);
    return this.#relay({ signal: 'logs', request: this.#parts.logs.mask(decoded) });
  }

  #metrics(encoding: Encoding, body: Uint8Array): Promise<Receipt> {
    const request = decodeRequest('metrics', encoding, body, { maxValues: this.#parts.limits.maxValues });
    return this.#relay({ signal: 'metrics', request, original: { encoding, body } });
  }

  /** Logs and metrics are not queued here: the client hears what the back ends say, and keeps them meanwhile. */
  async #relay(parcel: Parcel): Promise<Receipt> {
    const answers = await Promise.allSettled(this.#parts.targets.map((target) => target.send(parcel)));
    const receipts: Receipt[] = [];
    for (const answer of answers) {
      if (answer.status === 'rejected') throw relayProblem(parcel.signal, answer.reason);
      receipts.push(answer.value);
    }
    return {
      rejected: Math.max(0, ...receipts.map(({ rejected }) => rejected)),
      message: receipts.map(({ message }) => message).find((message) => message !== '') ?? '',
    };
  }
}

/** Answers that tell the client about its request; everything else is between the gateway and the back end. */
const PASSED_ON: ReadonlySet<number> = new Set([400, 413, 422, 429, 502, 503, 504]);

function relayProblem(signal: Signal, error: unknown): HttpProblem {
  warn(`gateway:relay:${signal}`, `${signal} could not be handed on: ${errorText(error)}`);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const wait = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  const seconds = typeof wait === 'number' ? Math.ceil(wait / 1000) : FULL_RETRY_AFTER_S;
  const status = typeof code === 'number' && PASSED_ON.has(code) ? code : 503;
  const retryable = status === 429 || status > 500;
  return new HttpProblem(
    status,
    status === 503 ? 'the back end cannot be reached' : `the back end answered ${status}`,
    retryable ? { 'retry-after': String(seconds) } : {},
  );
}

/** Whether a field that the protocol does not know may leave: one without anything that the masker would find. */
function isHarmless({ wireType, data }: UnknownField, masker: Masker): boolean {
  if (wireType !== LENGTH_DELIMITED) return true;
  return masker.detect(new TextDecoder().decode(data)).length === 0;
}
