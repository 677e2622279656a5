import { fromBinary } from '@bufbuild/protobuf';
import type { OtlpHttpSender } from '../../exporters/otlp-http/sender.js';
import { encodeRequest } from '../otlp/codec.js';
import { isObject, type JsonObject } from '../otlp/json-object.js';
import { CONTENT_TYPES, type Encoding, SIGNALS, type Signal } from '../otlp/signals.js';
import { messageToJson } from '../otlp/to-json.js';
import type { Parcel, Receipt, Target } from './target.js';

/** Sends requests to an OTLP/HTTP endpoint. */
export class HttpTarget implements Target {
  readonly name = 'otlp';
  readonly #sender: OtlpHttpSender;
  readonly #encoding: Encoding;
  readonly #urls: Readonly<Record<Signal, URL>>;

  /** @param endpoint the base URL, as in `OTEL_EXPORTER_OTLP_ENDPOINT`: `/v1/traces` and the like are appended */
  constructor(endpoint: URL, sender: OtlpHttpSender, encoding: Encoding) {
    this.#sender = sender;
    this.#encoding = encoding;
    this.#urls = {
      traces: signalUrl(endpoint, 'traces'),
      logs: signalUrl(endpoint, 'logs'),
      metrics: signalUrl(endpoint, 'metrics'),
    };
  }

  async send({ signal, request, original }: Parcel): Promise<Receipt> {
    const encoding = this.#encoding;
    const body = original?.encoding === encoding ? original.body : encodeRequest(signal, encoding, request);
    const response = await this.#sender.send(this.#urls[signal], CONTENT_TYPES[encoding], body);
    return readReceipt(signal, response.contentType, response.body);
  }

  async close(): Promise<void> {
    this.#sender.close();
  }
}

/** The URL for a signal; an endpoint that already names the one for traces is taken as meant. */
export function signalUrl(endpoint: URL, signal: Signal): URL {
  const url = new URL(endpoint);
  const base = url.pathname.replace(/\/v1\/traces\/?$/, '').replace(/\/+$/, '');
  url.pathname = `${base}${SIGNALS[signal].path}`;
  return url;
}

/** A partial success, where the answer holds one; what cannot be read says nothing. */
function readReceipt(signal: Signal, contentType: string, body: Uint8Array): Receipt {
  try {
    const partial = partialSuccess(signal, contentType, body);
    const rejected = Number(partial?.[SIGNALS[signal].rejected] ?? 0);
    const message = partial?.errorMessage;
    return { rejected, message: typeof message === 'string' ? message : '' };
  } catch {
    return { rejected: 0, message: '' };
  }
}

function partialSuccess(signal: Signal, contentType: string, body: Uint8Array): JsonObject | undefined {
  if (body.length === 0) return undefined;
  const descriptor = SIGNALS[signal].response;
  const json: unknown = contentType.startsWith(CONTENT_TYPES.json)
    ? JSON.parse(new TextDecoder().decode(body))
    : messageToJson(descriptor, fromBinary(descriptor, body));
  const partial = isObject(json) ? json.partialSuccess : undefined;
  return isObject(partial) ? (partial as JsonObject) : undefined;
}
