import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../../src/delivery/queue.js';
import { OtlpHttpExporter, type OtlpHttpExportResult } from '../../../src/exporters/otlp-http/exporter.js';
import { resolveOtlpHttpOptions } from '../../../src/exporters/otlp-http/options.js';
import { partialSuccess } from '../../../src/exporters/otlp-http/partial-success.js';
import { encodeTraceProtobuf } from '../../../src/exporters/otlp-http/protobuf.js';
import { encodeTraceRequest } from '../../../src/exporters/otlp-json.js';
import { decodeRequest, encodeRequest } from '../../../src/gateway/otlp/codec.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { span } from '../../delivery/span.js';
import { sdkSpans } from '../sdk-spans.js';
import { BackEnd } from './back-end.js';

let warnings: string[] = [];

beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('OTEL_')) vi.stubEnv(name, undefined);
  }
  resetWarnings();
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void warnings.push(line));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function exported(exporter: OtlpHttpExporter, spans: ReadableSpanLike[]): Promise<OtlpHttpExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

describe('protobuf', () => {
  it('says the same as that of the official exporter', () => {
    const spans = sdkSpans();
    const official = decodeRequest(
      'traces',
      'protobuf',
      ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array(),
    );
    expect(decodeRequest('traces', 'protobuf', encodeTraceProtobuf(encodeTraceRequest(spans)))).toEqual(
      official,
    );
  });

  it('has every kind of value, nested and empty ones too', () => {
    const attributes = {
      empty: '',
      no: false,
      zero: 0,
      negative: -7,
      large: 2 ** 53 - 1,
      half: 0.5,
      infinite: Number.POSITIVE_INFINITY,
      list: ['a', 'b'],
      numbers: [1, 2.5],
      text: '😀\n',
    };
    const request = encodeTraceRequest([span('values', attributes)]);
    const decoded = decodeRequest('traces', 'protobuf', encodeTraceProtobuf(request));
    // What the generated encoder of the protocol makes of the JSON form.
    const expected = decodeRequest(
      'traces',
      'protobuf',
      encodeRequest('traces', 'protobuf', JSON.parse(JSON.stringify(request))),
    );
    expect(decoded).toEqual(expected);
  });
});

describe('an export', () => {
  it.each([
    ['http/protobuf', 'application/x-protobuf', 'protobuf'],
    ['http/json', 'application/json', 'json'],
  ] as const)('over %s arrives masked, with the headers given', async (protocol, contentType, encoding) => {
    const backEnd = await BackEnd.start();
    const exporter = new OtlpHttpExporter({
      url: backEnd.url,
      protocol,
      headers: { 'x-key': 'k' },
    });
    const result = await exported(exporter, [span('a', { 'voice.turn.transcript': 'I am ana@example.com' })]);
    expect(result).toEqual({ code: 0 });
    const [request] = backEnd.requests;
    expect(request?.headers).toMatchObject({ 'content-type': contentType, 'x-key': 'k' });
    const text = JSON.stringify(decodeRequest('traces', encoding, request?.body ?? new Uint8Array()));
    expect(text).toContain('I am [REDACTED:email]');
    await exporter.shutdown();
    expect(await exported(exporter, [span('b')])).toMatchObject({ code: 1 });
    await backEnd.close();
  });

  it('that is refused as such is halved by the queue, and one that has to wait waits', async () => {
    const backEnd = await BackEnd.start();
    const names: number[] = [];
    backEnd.answer = ({ body }) => {
      const request = decodeRequest('traces', 'protobuf', body);
      const count = JSON.stringify(request).split('"spanId"').length - 1;
      names.push(count);
      return { status: JSON.stringify(request).includes('"bad"') ? 400 : 200 };
    };
    const queue = new DeliveryQueue(new OtlpHttpExporter({ url: backEnd.url }), {
      flushThreshold: 1000,
    });
    for (const name of ['a', 'bad', 'c', 'd']) queue.enqueue(span(name));
    await queue.shutdown();
    expect(names).toEqual([4, 2, 1, 1, 2]);
    expect(queue.dropped).toBe(1);
    await backEnd.close();
  });

  it('of which the back end rejects a part is said', async () => {
    const backEnd = await BackEnd.start();
    const body = JSON.stringify({ partialSuccess: { rejectedSpans: '1', errorMessage: 'too old' } });
    backEnd.answer = () => ({ status: 200, headers: { 'content-type': 'application/json' }, body });
    const exporter = new OtlpHttpExporter({ url: backEnd.url });
    expect(await exported(exporter, [span('a'), span('b')])).toEqual({ code: 0 });
    expect(warnings).toEqual(['voice-otel: the back end rejected 1 of 2 spans: too old']);
    await exporter.shutdown();
    await backEnd.close();
  });

  it('of a span that cannot be read leaves that one out', async () => {
    const backEnd = await BackEnd.start();
    const broken = {
      ...span('broken'),
      get events(): never {
        throw new Error('unreadable');
      },
    };
    const exporter = new OtlpHttpExporter({
      url: backEnd.url,
      protocol: 'http/json',
      masker: false,
    });
    expect(await exported(exporter, [span('a'), broken])).toEqual({ code: 0 });
    expect(Buffer.from(backEnd.requests[0]?.body ?? []).toString()).toContain('"name":"a"');
    await exporter.shutdown();
    await backEnd.close();
  });
});

describe('a partial success in protobuf', () => {
  it.each([
    ['', undefined],
    ['0a00', undefined],
    // partial_success { rejected_spans: 300, error_message: "no" }
    ['0a0708ac021202' + '6e6f', { rejected: 300, message: 'no' }],
    ['ffff', undefined],
  ])('%s', (hex, expected) => {
    expect(partialSuccess('application/x-protobuf', Buffer.from(hex, 'hex'))).toEqual(expected);
  });
});

describe('the environment', () => {
  it('says everything that the official exporter reads', () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://back.end/base/');
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Basic%20YTpi, X-A = 1,broken');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'x-a=2');
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '1234');
    const { url, headers, protocol, compression, timeoutMs } = resolveOtlpHttpOptions({});
    expect({ url: url.href, headers, protocol, compression, timeoutMs }).toEqual({
      url: 'http://back.end/base/v1/traces',
      headers: { authorization: 'Basic YTpi', 'x-a': '2' },
      protocol: 'http/json',
      compression: 'gzip',
      timeoutMs: 1234,
    });
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://other/v2');
    expect(resolveOtlpHttpOptions({}).url.href).toBe('http://other/v2');
    expect(resolveOtlpHttpOptions({ url: 'https://mine/v1' }).url.href).toBe('https://mine/v1');
  });

  it('empty is that of a Collector beside the program', () => {
    const { url, headers, protocol, compression, timeoutMs, tls } = resolveOtlpHttpOptions({});
    expect([url.href, headers, protocol, compression, timeoutMs, tls]).toEqual([
      'http://localhost:4318/v1/traces',
      {},
      'http/protobuf',
      'none',
      10_000,
      undefined,
    ]);
  });

  it.each([
    [{ url: 'ftp://a' }, 'url must be an http(s) URL'],
    [{ headers: { a: 'b\r\nc: d' } }, 'the header a cannot be sent'],
    [{ protocol: 'grpc' }, 'protocol must be http/protobuf or http/json'],
    [{ timeoutMs: 0 }, 'timeoutMs must be a whole number'],
    [{ urls: 'http://a' }, 'there is no option urls'],
  ])('options that cannot work are refused: %o', (options, message) => {
    expect(() => new OtlpHttpExporter(options as object)).toThrow(message);
  });
});
