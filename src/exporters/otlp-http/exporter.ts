import type { PreparedRequest } from '../../delivery/last-moments.js';
import { isMasked, maskedCopy } from '../../masking/span.js';
import { errorText, warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import type { ReadableSpanLike, SpanExporterLike } from '../../otel/types.js';
import { VERSION } from '../../semconv/version.js';
import { encodeTraceRequest } from '../otlp-json.js';
import {
  type OtlpHttpExporterOptions,
  type ResolvedOtlpHttpOptions,
  resolveOtlpHttpOptions,
} from './options.js';
import { partialSuccess } from './partial-success.js';
import { encodeTraceProtobuf } from './protobuf.js';
import { OtlpHttpSender } from './sender.js';

/** Code 0 is success, 1 is failure; the `ExportResult` of both SDK lines, also for strict optional properties. */
export interface OtlpHttpExportResult {
  code: number;
  error?: Error;
}

/** Exports under way at most; more fail at once, and their spans stay with whoever sent them. */
const MAX_WAITING = 32;
/** Spans of one of the last requests of a process. */
const LAST_REQUEST_SPANS = 512;

/**
 * Sends spans over OTLP/HTTP, to what the `OTEL_EXPORTER_OTLP_*` variables name unless an option says otherwise. Unlike
 * the official exporter it can still send at `process.exit()` and after an uncaught exception (`flushOnExit`), and hands
 * status and `Retry-After` to the delivery queue, which does the retrying. Spans that no processor has masked are masked
 * before they leave. After construction nothing throws or rejects.
 */
export class OtlpHttpExporter implements SpanExporterLike {
  readonly #options: ResolvedOtlpHttpOptions;
  readonly #sender: OtlpHttpSender;
  readonly #running = new Set<Promise<void>>();
  #shutDown = false;

  /** @throws TypeError when an option or a variable is wrong */
  constructor(options: OtlpHttpExporterOptions = {}) {
    this.#options = resolveOtlpHttpOptions(options);
    const { headers, compression, timeoutMs, tls } = this.#options;
    this.#sender = new OtlpHttpSender({ headers, compression, timeoutMs, tls });
  }

  export(spans: ReadableSpanLike[], resultCallback: (result: OtlpHttpExportResult) => void): void {
    const answer = (error?: Error): void =>
      guard('the result callback of an export', undefined, () =>
        resultCallback(error === undefined ? { code: 0 } : { code: 1, error }),
      );
    if (this.#shutDown) answer(new Error('the exporter is shut down'));
    else if (this.#running.size >= MAX_WAITING) answer(new Error(`${MAX_WAITING} exports wait`));
    else {
      const sending = this.#send(spans).then(
        () => answer(),
        (error: unknown) => answer(error instanceof Error ? error : new Error(errorText(error))),
      );
      this.#running.add(sending);
      void sending.finally(() => this.#running.delete(sending));
    }
  }

  /** Resolves when everything exported so far was answered. */
  async forceFlush(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** As `forceFlush`; later exports fail. */
  async shutdown(): Promise<void> {
    this.#shutDown = true;
    await this.forceFlush();
    this.#sender.close();
  }

  /** @internal These spans as requests, for the last moments of a process. Synchronous; sends nothing. */
  pendingRequests(spans: readonly ReadableSpanLike[]): PreparedRequest[] {
    const { url, headers, tls } = this.#options;
    const requests: PreparedRequest[] = [];
    for (let index = 0; index < spans.length; index += LAST_REQUEST_SPANS) {
      requests.push({
        method: 'POST',
        url: url.href,
        headers: { ...headers, 'content-type': this.#contentType, 'user-agent': `voice-otel/${VERSION}` },
        body: this.#encode(spans.slice(index, index + LAST_REQUEST_SPANS)),
        tls,
      });
    }
    return requests;
  }

  async #send(spans: readonly ReadableSpanLike[]): Promise<void> {
    if (spans.length === 0) return;
    const { url } = this.#options;
    const { contentType, body } = await this.#sender.send(url, this.#contentType, this.#encode(spans));
    const part = partialSuccess(contentType, body);
    if (part === undefined) return;
    const detail = part.message === '' ? '' : `: ${part.message}`;
    warn('otlp:partial', `the back end rejected ${part.rejected} of ${spans.length} spans${detail}`);
  }

  get #contentType(): string {
    return this.#options.protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  }

  /** One request with these spans; one that cannot be read must not take the others along. */
  #encode(spans: readonly ReadableSpanLike[]): Uint8Array {
    const whole = guard('encoding spans', undefined, () => this.#tryEncode(spans));
    if (whole !== undefined) return whole;
    return this.#tryEncode(
      spans.filter(
        (span) => guard('encoding a span', undefined, () => this.#tryEncode([span])) !== undefined,
      ),
    );
  }

  #tryEncode(spans: readonly ReadableSpanLike[]): Uint8Array {
    const request = encodeTraceRequest(spans.map((span) => this.#private(span)));
    return this.#options.protocol === 'http/json'
      ? new TextEncoder().encode(JSON.stringify(request))
      : encodeTraceProtobuf(request);
  }

  /** The span as it may be sent. */
  #private(span: ReadableSpanLike): ReadableSpanLike {
    const { masker, masks, captureContent } = this.#options;
    if (captureContent && (!masks || isMasked(span))) return span;
    return maskedCopy(span, masker, { captureContent });
  }
}
