import type { Attributes } from '@opentelemetry/api';
import { warn } from '../otel/diagnostics.js';
import { captureContentByDefault } from '../otel/environment.js';
import { type MaskPolicy, maskAttributes } from './attributes.js';
import { isMessageEvent } from './content-keys.js';
import { errorName } from './error-name.js';
import { guardMasker } from './guarded.js';
import { overwriteRecord } from './keyed-copy.js';
import { createMasker } from './masker.js';
import { MASKING_FAILED } from './placeholder.js';
import type { Masker } from './types.js';
import { maskValue } from './value.js';

/** A log record of SDK 0.2xx (2.x line) or 3.x, as processors see it; its fields may be written in `onEmit`. */
export interface LogRecordLike {
  body?: unknown;
  eventName?: string | undefined;
  readonly attributes: object;
}

export interface VoiceLogRecordProcessorOptions {
  /** Default: `createMasker()`. */
  readonly masker?: Masker;
  /**
   * `false` removes content: the bodies and texts of GenAI message events, and content attributes. Default: true,
   * unless `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says otherwise.
   */
  readonly captureContent?: boolean;
  /** The log SDK's attribute value length limit, where one is set. */
  readonly attributeLengthLimit?: number;
}

/**
 * Masks log records where they stand: body, event name and attributes. GenAI instrumentations and log bridges
 * write what people said to logs, which no span processor sees. Register it before the processor that exports.
 */
export class VoiceLogRecordProcessor {
  readonly #masker: Masker;
  readonly #policy: MaskPolicy;

  /** @throws TypeError when an option cannot work */
  constructor(options: VoiceLogRecordProcessorOptions = {}) {
    const { masker, captureContent, attributeLengthLimit } = options;
    if (masker !== undefined && typeof masker.mask !== 'function') {
      throw new TypeError('VoiceLogRecordProcessor: masker must have a function mask(text)');
    }
    if (captureContent !== undefined && typeof captureContent !== 'boolean') {
      throw new TypeError('VoiceLogRecordProcessor: captureContent must be true or false');
    }
    this.#masker = guardMasker(masker ?? createMasker());
    this.#policy = { captureContent: captureContent ?? captureContentByDefault(), attributeLengthLimit };
  }

  onEmit(record: LogRecordLike): void {
    try {
      this.#mask(record);
    } catch (error) {
      warn('mask:log', `a log record could not be masked and its body is blanked: ${errorName(error)}`);
      blank(record);
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #mask(record: LogRecordLike): void {
    // Attribute values of log records may be nested; masking follows them.
    const attributes = record.attributes as Attributes;
    const named = record.eventName ?? attributes['event.name'];
    const isMessage = typeof named === 'string' && isMessageEvent(named);
    if (record.body !== undefined) {
      const body =
        isMessage && !this.#policy.captureContent ? undefined : maskValue(record.body, this.#masker, 'body');
      if (!Object.is(body, record.body)) record.body = body;
    }
    const result = maskAttributes(attributes, this.#masker, this.#policy, isMessage);
    if (result.attributes !== attributes) overwriteRecord(attributes, result.attributes);
    if (record.eventName === undefined || record.eventName === '') return;
    const eventName = this.#masker.mask(record.eventName);
    if (eventName !== record.eventName) record.eventName = eventName;
  }
}

function blank(record: LogRecordLike): void {
  try {
    record.body = MASKING_FAILED;
    for (const key of Object.keys(record.attributes)) Reflect.deleteProperty(record.attributes, key);
  } catch (error) {
    warn('mask:log-blank', `a log record could not be blanked: ${errorName(error)}`);
  }
}
