import type {
  OtlpAnyValue,
  OtlpEvent,
  OtlpKeyValue,
  OtlpLink,
  OtlpResourceSpans,
  OtlpScopeSpans,
  OtlpSpan,
  OtlpTraceRequest,
} from '../otlp-json.js';

/** Wire types of protobuf (https://protobuf.dev/programming-guides/encoding). */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * An export request in OTLP's protobuf form, `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest` of
 * opentelemetry-proto 1.x.
 */
export function encodeTraceProtobuf({ resourceSpans }: OtlpTraceRequest): Uint8Array {
  const message = new Message();
  for (const one of resourceSpans) message.message(1, resourceSpansMessage(one));
  return message.bytes();
}

function resourceSpansMessage({ resource, scopeSpans, schemaUrl }: OtlpResourceSpans): Message {
  const message = new Message().message(
    1,
    attributes(new Message(), 1, resource.attributes).uint(2, resource.droppedAttributesCount),
  );
  for (const one of scopeSpans) message.message(2, scopeSpansMessage(one));
  return message.string(3, schemaUrl);
}

function scopeSpansMessage({ scope, spans, schemaUrl }: OtlpScopeSpans): Message {
  const message = new Message().message(1, new Message().string(1, scope.name).string(2, scope.version));
  for (const span of spans) message.message(2, spanMessage(span));
  return message.string(3, schemaUrl);
}

function spanMessage(span: OtlpSpan): Message {
  const message = new Message()
    .blob(1, fromHex(span.traceId))
    .blob(2, fromHex(span.spanId))
    .string(3, span.traceState)
    .blob(4, fromHex(span.parentSpanId ?? ''))
    .string(5, span.name)
    .uint(6, span.kind)
    .fixed64(7, span.startTimeUnixNano)
    .fixed64(8, span.endTimeUnixNano);
  attributes(message, 9, span.attributes).uint(10, span.droppedAttributesCount);
  for (const event of span.events) message.message(11, eventMessage(event));
  message.uint(12, span.droppedEventsCount);
  for (const link of span.links) message.message(13, linkMessage(link));
  return message
    .uint(14, span.droppedLinksCount)
    .message(15, new Message().string(2, span.status.message).uint(3, span.status.code))
    .fixed32(16, span.flags);
}

function eventMessage(event: OtlpEvent): Message {
  const message = new Message().fixed64(1, event.timeUnixNano).string(2, event.name);
  return attributes(message, 3, event.attributes).uint(4, event.droppedAttributesCount);
}

function linkMessage(link: OtlpLink): Message {
  const message = new Message()
    .blob(1, fromHex(link.traceId))
    .blob(2, fromHex(link.spanId))
    .string(3, link.traceState);
  return attributes(message, 4, link.attributes).uint(5, link.droppedAttributesCount).fixed32(6, link.flags);
}

function attributes(message: Message, field: number, list: readonly OtlpKeyValue[]): Message {
  for (const { key, value } of list) {
    message.message(field, new Message().string(1, key).message(2, valueMessage(value)));
  }
  return message;
}

/** Of a value the field that is set is written even where it is empty or 0: that is what says which one it is. */
function valueMessage(value: OtlpAnyValue): Message {
  const message = new Message();
  if (value.stringValue !== undefined)
    return message.blob(1, new TextEncoder().encode(value.stringValue), true);
  if (value.boolValue !== undefined) return message.uint(2, value.boolValue ? 1 : 0, true);
  if (value.intValue !== undefined) return message.int64(3, value.intValue);
  if (value.doubleValue !== undefined) return message.double(4, Number(value.doubleValue));
  if (value.arrayValue !== undefined) {
    const list = new Message();
    for (const item of value.arrayValue.values) list.message(1, valueMessage(item));
    return message.message(5, list);
  }
  if (value.kvlistValue !== undefined) {
    return message.message(6, attributes(new Message(), 1, value.kvlistValue.values));
  }
  if (value.bytesValue !== undefined) return message.blob(7, Buffer.from(value.bytesValue, 'base64'), true);
  return message;
}

function fromHex(id: string): Uint8Array {
  return Buffer.from(id, 'hex');
}

/** One protobuf message under construction. Fields of a default value are left out, as proto3 has it. */
class Message {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts, this.#length);
  }

  message(field: number, child: Message): this {
    this.#header(field, LENGTH, child.#length);
    for (const part of child.#parts) this.#parts.push(part);
    this.#length += child.#length;
    return this;
  }

  string(field: number, text: string | undefined): this {
    return this.blob(field, new TextEncoder().encode(text ?? ''));
  }

  blob(field: number, bytes: Uint8Array, always = false): this {
    if (bytes.length === 0 && !always) return this;
    this.#header(field, LENGTH, bytes.length);
    this.#push(bytes);
    return this;
  }

  uint(field: number, value: number, always = false): this {
    const whole = value > 0 ? Math.trunc(value) : 0;
    if (whole === 0 && !always) return this;
    this.#header(field, VARINT);
    this.#push(varint(BigInt(whole)));
    return this;
  }

  int64(field: number, decimal: string): this {
    this.#header(field, VARINT);
    this.#push(varint(BigInt.asUintN(64, BigInt(decimal))));
    return this;
  }

  double(field: number, value: number): this {
    return this.#fixed(field, FIXED64, 8, (view) => view.setFloat64(0, value, true));
  }

  fixed64(field: number, decimal: string): this {
    return this.#fixed(field, FIXED64, 8, (view) => view.setBigUint64(0, BigInt(decimal), true));
  }

  fixed32(field: number, value: number): this {
    return this.#fixed(field, FIXED32, 4, (view) => view.setUint32(0, value, true));
  }

  #fixed(field: number, wireType: number, size: number, write: (view: DataView) => void): this {
    this.#header(field, wireType);
    const bytes = new Uint8Array(size);
    write(new DataView(bytes.buffer));
    this.#push(bytes);
    return this;
  }

  #header(field: number, wireType: number, length?: number): void {
    this.#push(varint(BigInt((field << 3) | wireType)));
    if (length !== undefined) this.#push(varint(BigInt(length)));
  }

  #push(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  while (left >= 0x80n) {
    bytes.push(Number(left & 0x7fn) | 0x80);
    left >>= 7n;
  }
  bytes.push(Number(left));
  return Uint8Array.from(bytes);
}
