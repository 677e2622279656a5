import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { OtlpTraceRequest } from '../../exporters/otlp-json.js';
import { BadDataError, TooLargeError } from './bad-data.js';
import { jsonToMessage } from './from-json.js';
import type { JsonObject } from './json-object.js';
import { measureJson, measureProtobuf } from './measure.js';
import { type Encoding, SIGNALS, type Signal } from './signals.js';
import { filterUnknown, messageToJson, type UnknownField } from './to-json.js';

export interface DecodeOptions {
  /** Messages and values in a request at most. */
  readonly maxValues?: number | undefined;
  /** Whether a field that our copy of the protocol does not know may stay. Default: all stay. */
  readonly keepUnknown?: ((field: UnknownField) => boolean) | undefined;
}

/** Messages and values in one request at most, unless the caller says otherwise: about 10 000 rich spans. */
export const DEFAULT_MAX_VALUES = 500_000;

/**
 * The JSON form of a request as it was received.
 * @throws BadDataError for anything that is no such request, TooLargeError when it holds too many values
 */
export function decodeRequest(
  signal: Signal,
  encoding: Encoding,
  body: Uint8Array,
  { maxValues = DEFAULT_MAX_VALUES, keepUnknown }: DecodeOptions = {},
): JsonObject {
  const descriptor = SIGNALS[signal].request;
  try {
    if (encoding === 'protobuf') {
      const { hasUnknown } = measureProtobuf(descriptor, body, maxValues);
      const json = messageToJson(descriptor, fromBinary(descriptor, body));
      if (hasUnknown && keepUnknown !== undefined) filterUnknown(json, keepUnknown);
      return json;
    }
    measureJson(body, maxValues);
    return messageToJson(descriptor, jsonToMessage(descriptor, parse(body)));
  } catch (error) {
    if (error instanceof BadDataError || error instanceof TooLargeError) throw error;
    throw new BadDataError(`the body is no ${encoding} export request of ${signal}`);
  }
}

/** As `decodeRequest`, for traces; the JSON form of a decoded message has every field that the type names. */
export function decodeTraces(
  encoding: Encoding,
  body: Uint8Array,
  options?: DecodeOptions,
): OtlpTraceRequest {
  return decodeRequest('traces', encoding, body, options) as unknown as OtlpTraceRequest;
}

/** The body of a request, from its JSON form. */
export function encodeRequest(signal: Signal, encoding: Encoding, request: object): Uint8Array {
  if (encoding === 'json') return new TextEncoder().encode(JSON.stringify(request));
  const descriptor = SIGNALS[signal].request;
  return toBinary(descriptor, jsonToMessage(descriptor, request));
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new BadDataError('the body is not JSON in UTF-8');
  }
}
