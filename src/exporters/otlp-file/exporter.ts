import { isMasked, maskedCopy } from '../../masking/span.js';
import { errorText, warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import type { ReadableSpanLike, SpanExporterLike } from '../../otel/types.js';
import { encodeTraceRequest } from '../otlp-json.js';
import { LineFile } from './line-file.js';
import { type OtlpFileExporterOptions, type ResolvedFileOptions, resolveFileOptions } from './options.js';

/** Code 0 is success, 1 is failure; the `ExportResult` of both SDK lines, also for strict optional properties. */
export interface FileExportResult {
  code: number;
  error?: Error;
}

/** Exports that may wait for the disk; more fail at once, and their spans stay with whoever sent them. */
const MAX_WAITING = 64;

/**
 * Appends spans to a file as OTLP JSON lines: one export request (`{"resourceSpans":[…]}`) a line, which
 * the `voice-otel` command and the OpenTelemetry Collector's receiver for OTLP JSON files read. The
 * file is readable by its owner only (mode 0600). Spans that no processor has masked are masked before they are
 * written. Writing is asynchronous, one line at a time; a failure goes to the result callback, so that a
 * delivery queue tries again. After construction nothing throws or rejects.
 */
export class OtlpFileExporter implements SpanExporterLike {
  readonly #options: ResolvedFileOptions;
  readonly #file: LineFile;
  #writing: Promise<void> = Promise.resolve();
  #waiting = 0;
  #shutDown = false;

  /** @throws TypeError when an option is wrong. */
  constructor(options: OtlpFileExporterOptions) {
    this.#options = resolveFileOptions(options);
    this.#file = new LineFile(this.#options.path);
  }

  export(spans: ReadableSpanLike[], resultCallback: (result: FileExportResult) => void): void {
    const answer = (error?: Error): void =>
      guard('the result callback of an export', undefined, () =>
        resultCallback(error === undefined ? { code: 0 } : { code: 1, error }),
      );
    if (this.#shutDown) answer(new Error('the exporter is shut down'));
    else if (this.#waiting >= MAX_WAITING) answer(new Error(`${MAX_WAITING} exports wait for the disk`));
    else this.#write(spans, answer);
  }

  /** @internal Writes at once, for the last moments of a process. Returns whether it is written. */
  exportSync(spans: readonly ReadableSpanLike[]): boolean {
    return guard('writing the last spans', false, () => {
      const line = this.#encode(spans);
      if (line !== undefined) this.#file.appendSync(line);
      return true;
    });
  }

  /** Resolves when everything exported so far has been written or has failed. */
  forceFlush(): Promise<void> {
    return this.#writing;
  }

  /** As `forceFlush`; later exports fail. */
  shutdown(): Promise<void> {
    this.#shutDown = true;
    return this.#writing;
  }

  #write(spans: readonly ReadableSpanLike[], answer: (error?: Error) => void): void {
    const line = guard('encoding spans', undefined, () => this.#encode(spans));
    if (line === undefined) {
      answer();
      return;
    }
    this.#waiting += 1;
    this.#writing = this.#writing
      .then(() => this.#file.append(line))
      .then(
        () => answer(),
        (error: unknown) => answer(toError(error)),
      )
      .then(() => {
        this.#waiting -= 1;
      });
  }

  /** The line for `spans`; `undefined` when there is nothing to write. */
  #encode(spans: readonly ReadableSpanLike[]): string | undefined {
    if (spans.length === 0) return undefined;
    const line = this.#tryEncode(spans);
    if (line !== undefined) return line;
    // One span that cannot be read must not take the others along.
    const readable = spans.filter((span) => this.#tryEncode([span]) !== undefined);
    if (readable.length < spans.length) {
      warn(
        'otlp-file:unreadable',
        `${spans.length - readable.length} of ${spans.length} spans cannot be read and are not written`,
      );
    }
    return readable.length === 0 ? undefined : this.#tryEncode(readable);
  }

  #tryEncode(spans: readonly ReadableSpanLike[]): string | undefined {
    try {
      return JSON.stringify(encodeTraceRequest(spans.map((span) => this.#private(span))));
    } catch {
      return undefined;
    }
  }

  /** The span as it may be written. */
  #private(span: ReadableSpanLike): ReadableSpanLike {
    const { masker, masks, captureContent } = this.#options;
    if (captureContent && (!masks || isMasked(span))) return span;
    return maskedCopy(span, masker, { captureContent });
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(errorText(error));
}
