import { deflateSync, gzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.js';
import { StatusSchema } from '../../src/gateway/proto/google/rpc/status_pb.js';
import { ExportTraceServiceResponseSchema } from '../../src/gateway/proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';
import { RawConnection } from './raw.js';
import { BackEnd, gatewayTo, JSON_TYPE, PROTOBUF, post, recordings } from './support.js';

const TRACES = '/v1/traces';
const [recorded] = recordings('greeting-two-turns');
if (recorded === undefined) throw new Error('the recording is missing');
const { protobuf, json } = recorded;

let backEnd: BackEnd;
let gateway: Gateway;

beforeEach(async () => {
  backEnd = await BackEnd.start();
  gateway = await gatewayTo(backEnd);
});

afterEach(async () => {
  await gateway.shutdown();
  await backEnd.close();
});

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

describe('success', () => {
  it('answers protobuf with an empty response message', async () => {
    const answer = await post(gateway, TRACES, PROTOBUF, protobuf);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(PROTOBUF);
    expect(answer.body).toHaveLength(0);
  });

  it('answers JSON with JSON', async () => {
    const answer = await post(gateway, TRACES, 'application/json; charset=utf-8', json);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(JSON_TYPE);
    expect(textOf(answer.body)).toBe('{}');
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const)('unpacks %s', async (encoding, pack) => {
    const answer = await post(gateway, TRACES, PROTOBUF, pack(protobuf), { 'content-encoding': encoding });
    expect(answer.status).toBe(200);
    await gateway.flush();
    expect(
      backEnd
        .spans()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['llm', 'tts', 'turn']);
  });

  it('takes an empty request of each signal', async () => {
    for (const path of ['/v1/traces', '/v1/logs', '/v1/metrics']) {
      expect((await post(gateway, path, PROTOBUF, new Uint8Array())).status).toBe(200);
      expect((await post(gateway, path, JSON_TYPE, '{}')).status).toBe(200);
    }
  });

  it('asks for the body where the client waits for that', async () => {
    const connection = new RawConnection(gateway);
    connection.write(
      `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(await connection.status()).toBe(100);
    connection.write('{}');
    await expect.poll(() => connection.text).toContain('HTTP/1.1 200 OK');
    connection.destroy();
  });
});

describe('partial success', () => {
  it('counts the spans without valid ids and takes the others', async () => {
    const request = JSON.parse(json);
    const [first, second] = request.resourceSpans[0].scopeSpans[0].spans;
    first.traceId = '00000000000000000000000000000000';
    second.spanId = 'abcd';
    const answer = await post(gateway, TRACES, JSON_TYPE, JSON.stringify(request));
    expect(answer.status).toBe(200);
    expect(JSON.parse(textOf(answer.body))).toEqual({
      partialSuccess: { rejectedSpans: '2', errorMessage: '2 spans have no valid trace id or span id' },
    });
    await gateway.flush();
    expect(backEnd.spans()).toHaveLength(1);
  });

  it('rejects the spans beyond the limit of a request, in protobuf', async () => {
    await gateway.shutdown();
    gateway = await gatewayTo(backEnd, { limits: { maxSpans: 2 } });
    const answer = await post(gateway, TRACES, PROTOBUF, protobuf);
    expect(answer.status).toBe(200);
    const { partialSuccess } = fromBinary(ExportTraceServiceResponseSchema, answer.body);
    expect(partialSuccess?.rejectedSpans).toBe(1n);
    expect(partialSuccess?.errorMessage).toBe('1 spans are beyond the limit of 2 a request');
    await gateway.flush();
    expect(backEnd.spans()).toHaveLength(2);
  });
});

describe('errors', () => {
  it.each([
    ['a protobuf body of garbage', TRACES, PROTOBUF, Uint8Array.of(0xff, 0xff, 0xff), 400],
    ['JSON that is none', TRACES, JSON_TYPE, '{"resourceSpans":', 400],
    ['JSON of another shape', TRACES, JSON_TYPE, '{"resourceSpans":{}}', 400],
    ['a JSON list', TRACES, JSON_TYPE, '[]', 400],
    ['an empty JSON body', TRACES, JSON_TYPE, '', 400],
    ['JSON that is not UTF-8', TRACES, JSON_TYPE, Uint8Array.of(0x22, 0xff, 0x22), 400],
    ['text', TRACES, 'text/plain', 'hello', 415],
    ['a form', TRACES, 'application/x-www-form-urlencoded', 'a=b', 415],
    ['another path', '/v1/profiles', PROTOBUF, '', 404],
    ['the root', '/', PROTOBUF, '', 404],
  ])('answers %s', async (_what, path, contentType, body, status) => {
    const answer = await post(gateway, path, contentType, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe(contentType === PROTOBUF ? PROTOBUF : JSON_TYPE);
    const message =
      contentType === PROTOBUF
        ? fromBinary(StatusSchema, answer.body).message
        : JSON.parse(textOf(answer.body)).message;
    expect(message).not.toBe('');
  });

  it('never quotes the body', async () => {
    const answer = await post(gateway, TRACES, JSON_TYPE, '{"resourceSpans":[{"secret jane.doe@example.com');
    expect(answer.status).toBe(400);
    expect(textOf(answer.body)).not.toContain('jane');
  });

  it('names what it understands', async () => {
    const type = await post(gateway, TRACES, 'text/plain', 'x');
    expect(type.headers.get('accept')).toBe('application/x-protobuf, application/json');
    const packing = await post(gateway, TRACES, PROTOBUF, 'x', { 'content-encoding': 'br' });
    expect(packing.status).toBe(415);
    expect(packing.headers.get('accept-encoding')).toBe('gzip, deflate');
    const method = await fetch(`${gateway.url}${TRACES}`);
    expect(method.status).toBe(405);
    expect(method.headers.get('allow')).toBe('POST');
  });

  it.each(['gzip', 'deflate'])('answers a body that is not %s', async (encoding) => {
    const answer = await post(gateway, TRACES, PROTOBUF, protobuf, { 'content-encoding': encoding });
    expect(answer.status).toBe(400);
  });

  it('answers a body whose packing is cut off', async () => {
    const answer = await post(gateway, TRACES, PROTOBUF, gzipSync(protobuf).subarray(0, -5), {
      'content-encoding': 'gzip',
    });
    expect(answer.status).toBe(400);
  });
});

describe('health and metrics', () => {
  it('says that it is well', async () => {
    const response = await fetch(`${gateway.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('counts requests, bytes and spans, without a label from outside', async () => {
    await post(gateway, TRACES, PROTOBUF, protobuf);
    await post(gateway, '/a/path?with=jane.doe@example.com', PROTOBUF, '');
    await gateway.flush();
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toContain('voice_otel_gateway_requests_total{signal="traces",code="200"} 1\n');
    expect(text).toContain('voice_otel_gateway_requests_total{signal="other",code="404"} 1\n');
    expect(text).toContain(`voice_otel_gateway_received_bytes_total{signal="traces"} ${protobuf.length}\n`);
    expect(text).toContain('voice_otel_gateway_received_spans_total 3\n');
    expect(text).toContain('voice_otel_gateway_forwarded_spans_total{target="otlp"} 3\n');
    expect(text).toContain('voice_otel_gateway_queue_spans{target="otlp"} 0\n');
    expect(text).not.toContain('jane');
  });
});
