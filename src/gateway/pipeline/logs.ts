import type { OtlpAnyValue, OtlpKeyValue } from '../../exporters/otlp-json.js';
import { type LogRecordLike, VoiceLogRecordProcessor } from '../../masking/log-record.js';
import type { Masker } from '../../masking/types.js';
import { isObject, listOf } from '../otlp/json-object.js';
import { attributesOf, fromAnyValue, mapOf, mergeAttributes, mergeValue } from './values.js';

/** A log record of the OTLP JSON form; what is not named here is not touched. */
interface OtlpLogRecord {
  readonly body?: OtlpAnyValue;
  readonly eventName?: string;
  readonly severityText?: string;
  readonly attributes?: readonly OtlpKeyValue[];
}

type JsonMap = Readonly<Record<string, unknown>>;

/** Masks log requests in their OTLP JSON form, with the logic of `VoiceLogRecordProcessor`. */
export class LogMasking {
  readonly #processor: VoiceLogRecordProcessor;
  readonly #masker: Masker | undefined;

  /** @param masker absent: only content is removed, where it is not captured */
  constructor(masker: Masker | undefined, captureContent: boolean) {
    this.#masker = masker;
    this.#processor = new VoiceLogRecordProcessor({ masker: masker ?? NO_MASKER, captureContent });
  }

  mask(request: JsonMap): JsonMap {
    return {
      ...request,
      resourceLogs: listOf(request.resourceLogs).map((one) => this.#resourceLogs(one)),
    };
  }

  #resourceLogs(envelope: unknown): unknown {
    if (!isObject(envelope)) return envelope;
    return {
      ...this.#masked(envelope, 'resource'),
      scopeLogs: listOf(envelope.scopeLogs).map((scope) => this.#scopeLogs(scope)),
    };
  }

  #scopeLogs(envelope: unknown): unknown {
    if (!isObject(envelope)) return envelope;
    return {
      ...this.#masked(envelope, 'scope'),
      logRecords: listOf(envelope.logRecords).map((record) => this.#record(record as OtlpLogRecord)),
    };
  }

  /** An envelope with the attributes of its resource or scope masked. */
  #masked(envelope: JsonMap, key: 'resource' | 'scope'): JsonMap {
    const origin = envelope[key];
    if (!isObject(origin)) return envelope;
    const wire = attributesOf(origin.attributes as readonly OtlpKeyValue[] | undefined);
    const before = mapOf(wire);
    const holder: LogRecordLike = { attributes: { __proto__: null, ...before } };
    if (this.#masker !== undefined) this.#processor.onEmit(holder);
    const attributes = mergeAttributes(wire, before, { ...holder.attributes });
    return { ...envelope, [key]: wire.length === 0 ? origin : { ...origin, attributes } };
  }

  #record(record: OtlpLogRecord): OtlpLogRecord {
    const wire = attributesOf(record.attributes);
    const before = mapOf(wire);
    const body = fromAnyValue(record.body);
    const seen: LogRecordLike = {
      body,
      eventName: record.eventName,
      attributes: { __proto__: null, ...before },
    };
    this.#processor.onEmit(seen);
    const { body: _body, eventName: _name, attributes: _attributes, severityText, ...rest } = record;
    return {
      ...rest,
      ...(severityText === undefined ? {} : { severityText: this.#text(severityText) }),
      ...(record.body === undefined || seen.body === undefined
        ? {}
        : { body: mergeValue(record.body, body, seen.body) }),
      ...(seen.eventName === undefined ? {} : { eventName: seen.eventName }),
      ...(wire.length === 0 ? {} : { attributes: mergeAttributes(wire, before, { ...seen.attributes }) }),
    };
  }

  #text(text: string): string {
    return this.#masker === undefined ? text : this.#masker.mask(text);
  }
}

const NO_MASKER: Masker = { mask: (text) => text, detect: () => [] };
