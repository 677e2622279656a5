import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { encodeTraceRequest, type OtlpAnyValue } from '../../src/exporters/otlp-json.js';
import { sdkSpans } from './sdk-spans.js';

/** The official exporter's request, without the schema URL it also puts where OTLP has none: into the resource. */
function official(spans: ReadableSpan[]): unknown {
  const request = JSON.parse(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans)));
  for (const { resource } of request.resourceSpans) delete resource.schemaUrl;
  return request;
}

/** What arrives of ours. */
function ours(spans: ReadableSpan[]): unknown {
  return JSON.parse(JSON.stringify(encodeTraceRequest(spans)));
}

/**
 * The official exporter writes integers as JSON numbers (also those that are no 64-bit integers) and non-finite
 * doubles as null; protobuf's JSON mapping wants strings. Everything else must be the same.
 */
function asOfficial(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asOfficial);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'intValue') return [key, Number(inner)];
      if (key === 'doubleValue' && typeof inner === 'string') return [key, null];
      if (key === 'doubleValue' && Number.isInteger(inner)) return ['intValue', inner];
      return [key, asOfficial(inner)];
    }),
  );
}

/** `undefined` for a key that is not there. */
function attributeOf(spans: ReadableSpan[], key: string): OtlpAnyValue | undefined {
  const span = encodeTraceRequest(spans).resourceSpans[0]?.scopeSpans[0]?.spans[0];
  return span?.attributes.find((attribute) => attribute.key === key)?.value;
}

describe('the OTLP JSON encoding', () => {
  it('is that of the official exporter for spans of the SDK', () => {
    const spans = sdkSpans();
    expect(spans).toHaveLength(6);
    expect(asOfficial(ours(spans))).toEqual(official(spans));
  });

  it('is that of the official exporter for the nested values of SDK 3.x', () => {
    const [span] = sdkSpans();
    if (span === undefined) throw new Error('no span');
    Object.assign(span.attributes, {
      map: { a: 1, b: { c: ['x', 2, { d: true }] }, empty: {} },
      mixed: ['x', 1, 2.5, false, null, ['y']],
      bytes: new Uint8Array([0, 1, 254, 255]),
      nothing: null,
    });
    expect(asOfficial(ours([span]))).toEqual(official([span]));
    expect(attributeOf([span], 'bytes')).toEqual({ bytesValue: 'AAH+/w==' });
  });

  it.each([
    ['whole', { intValue: '1' }],
    ['zero', { intValue: '0' }],
    ['minus.zero', { intValue: '0' }],
    ['negative', { intValue: '-42' }],
    ['double', { doubleValue: 0.1 }],
    ['big', { intValue: '9007199254740991' }],
    ['beyond.safe', { intValue: '1152921504606846976' }],
    ['beyond.int64', { doubleValue: 1e300 }],
    ['nan', { doubleValue: 'NaN' }],
    ['infinity', { doubleValue: 'Infinity' }],
    ['minus.infinity', { doubleValue: '-Infinity' }],
    ['yes', { boolValue: true }],
    ['texts', { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } }],
    ['holes', { arrayValue: { values: [{ stringValue: 'a' }, {}, {}] } }],
  ])('writes %s as protobuf wants it', (key, value) => {
    expect(attributeOf(sdkSpans(), key)).toEqual(value);
  });

  it('writes bigints, and ends on circles', () => {
    const [span] = sdkSpans();
    if (span === undefined) throw new Error('no span');
    const circle: { self?: unknown } = {};
    circle.self = circle;
    Object.assign(span.attributes, { int64: 2n ** 63n - 1n, larger: 2n ** 63n, circle });
    expect(attributeOf([span], 'int64')).toEqual({ intValue: '9223372036854775807' });
    expect(attributeOf([span], 'larger')).toEqual({ stringValue: '9223372036854775808' });
    expect(() => JSON.stringify(encodeTraceRequest([span]))).not.toThrow();
  });

  it('writes times to the nanosecond, ids in hex, kinds and flags as numbers', () => {
    const span = encodeTraceRequest(sdkSpans()).resourceSpans[0]?.scopeSpans[0]?.spans[0];
    expect(span).toMatchObject({
      startTimeUnixNano: '1700000000123456789',
      endTimeUnixNano: '1700000002000000005',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentSpanId: 'b7ad6b7169203331',
      traceState: 'vendor=1,other=2',
      kind: 3,
      flags: 0x301,
      status: { code: 2, message: 'it broke' },
      droppedAttributesCount: 30,
      droppedEventsCount: 1,
      droppedLinksCount: 1,
    });
  });
});
