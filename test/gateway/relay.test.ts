import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.js';
import { decodeRequest, encodeRequest } from '../../src/gateway/otlp/codec.js';
import { BackEnd, gatewayTo, JSON_TYPE, PROTOBUF, post } from './support.js';

const LOGS = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'owner', value: { stringValue: 'jane.doe@example.com' } }] },
      scopeLogs: [
        {
          scope: { name: 'pipecat' },
          logRecords: [
            {
              timeUnixNano: '1795398770450886728',
              severityNumber: 9,
              severityText: 'INFO',
              body: { stringValue: 'Calling +1 (202) 555-0143 now' },
              attributes: [
                { key: 'count', value: { doubleValue: 2 } },
                { key: 'note', value: { stringValue: 'card 4242 4242 4242 4242' } },
              ],
              traceId: '971cb36e3593df0adf927200e5a7b771',
              spanId: '7eb5a5e6c35edb18',
              flags: 1,
            },
            {
              observedTimeUnixNano: '1795398770450886729',
              body: {
                kvlistValue: {
                  values: [
                    { key: 'email', value: { stringValue: 'jane.doe@example.com' } },
                    { key: 'ratio', value: { doubleValue: 1 } },
                  ],
                },
              },
              eventName: 'gen_ai.user.message',
            },
          ],
        },
      ],
    },
  ],
};

const METRICS = {
  resourceMetrics: [
    {
      resource: {
        attributes: [{ key: 'service.name', value: { stringValue: 'bot' } }],
        droppedAttributesCount: 0,
      },
      scopeMetrics: [
        {
          scope: { name: 'm', version: '1' },
          metrics: [
            {
              name: 'calls',
              unit: '1',
              sum: {
                dataPoints: [{ timeUnixNano: '1795398770450886728', asInt: '0' }],
                aggregationTemporality: 2,
                isMonotonic: true,
              },
            },
            {
              name: 'latency',
              histogram: {
                dataPoints: [
                  {
                    startTimeUnixNano: '1795398770450886728',
                    timeUnixNano: '1795398770450886729',
                    count: '3',
                    sum: 0,
                    bucketCounts: ['1', '2'],
                    explicitBounds: [0.5],
                    exemplars: [
                      {
                        asDouble: 0.25,
                        traceId: '971cb36e3593df0adf927200e5a7b771',
                        spanId: '7eb5a5e6c35edb18',
                      },
                    ],
                    min: 0,
                  },
                ],
                aggregationTemporality: 2,
              },
            },
          ],
        },
      ],
    },
  ],
};

let backEnd: BackEnd;
let gateway: Gateway;

beforeEach(async () => {
  backEnd = await BackEnd.start();
});

afterEach(async () => {
  await gateway.shutdown();
  await backEnd.close();
});

describe('logs', () => {
  it('arrive masked, with everything else as it was', async () => {
    gateway = await gatewayTo(backEnd);
    const answer = await post(gateway, '/v1/logs', JSON_TYPE, JSON.stringify(LOGS));
    expect(answer.status).toBe(200);
    const expected = structuredClone(LOGS);
    const [{ resource, scopeLogs } = { resource: undefined, scopeLogs: [] }] = expected.resourceLogs;
    const [first, second] = scopeLogs[0]?.logRecords ?? [];
    if (resource?.attributes[0]) resource.attributes[0].value.stringValue = '[REDACTED:email]';
    if (first) first.body = { stringValue: 'Calling [REDACTED:phone] now' };
    if (first?.attributes?.[1]) first.attributes[1].value = { stringValue: 'card [REDACTED:credit_card]' };
    if (second) {
      const [email] = second.body.kvlistValue?.values ?? [];
      if (email) email.value = { stringValue: '[REDACTED:email]' };
    }
    expect(backEnd.requests('logs')).toEqual([decodeRequest('logs', 'json', bytes(expected))]);
  });

  it('lose their content where it is not captured', async () => {
    gateway = await gatewayTo(backEnd, { captureContent: false });
    await post(gateway, '/v1/logs', JSON_TYPE, JSON.stringify(LOGS));
    const sent = JSON.stringify(backEnd.requests('logs'));
    expect(sent).toContain('gen_ai.user.message');
    expect(sent).not.toContain('kvlistValue');
  });

  it('are as they were without a masker', async () => {
    gateway = await gatewayTo(backEnd, { masker: false });
    await post(gateway, '/v1/logs', JSON_TYPE, JSON.stringify(LOGS));
    expect(backEnd.requests('logs')).toEqual([decodeRequest('logs', 'json', bytes(LOGS))]);
  });
});

describe('metrics', () => {
  const body = encodeRequest('metrics', 'protobuf', METRICS);

  it('arrive byte for byte', async () => {
    gateway = await gatewayTo(backEnd);
    expect((await post(gateway, '/v1/metrics', PROTOBUF, body)).status).toBe(200);
    expect(Buffer.from(backEnd.received[0]?.body ?? []).equals(body)).toBe(true);
    expect(backEnd.received[0]?.signal).toBe('metrics');
  });

  it('are translated where the back end speaks the other encoding, zeros included', async () => {
    gateway = await gatewayTo(backEnd, {}, 'json');
    expect((await post(gateway, '/v1/metrics', PROTOBUF, body)).status).toBe(200);
    const [received] = backEnd.received;
    expect(JSON.parse(new TextDecoder().decode(received?.body))).toEqual(METRICS);
  });

  it('are refused when they are none', async () => {
    gateway = await gatewayTo(backEnd);
    expect((await post(gateway, '/v1/metrics', PROTOBUF, body.subarray(0, -3))).status).toBe(400);
    expect(backEnd.received).toHaveLength(0);
  });
});

describe('what the back end says', () => {
  const empty = '{"resourceMetrics":[]}';

  it.each([
    [429, 429, '7'],
    [503, 503, '7'],
    [500, 503, '7'],
    [401, 503, '7'],
    [400, 400, null],
    [413, 413, null],
  ])('is passed on: %i as %i', async (given, status, retryAfter) => {
    gateway = await gatewayTo(backEnd);
    backEnd.answer = { status: given, headers: { 'retry-after': '7' } };
    const answer = await post(gateway, '/v1/metrics', JSON_TYPE, empty);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
  });

  it('is passed on where it took a part', async () => {
    gateway = await gatewayTo(backEnd, {}, 'json');
    const partial = '{"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"too old"}}';
    backEnd.answer = { status: 200, headers: { 'content-type': JSON_TYPE }, body: partial };
    const answer = await post(gateway, '/v1/metrics', JSON_TYPE, empty);
    expect(answer.status).toBe(200);
    expect(new TextDecoder().decode(answer.body)).toBe(partial);
  });

  it('is 503 where it says nothing', async () => {
    gateway = await gatewayTo(backEnd);
    await backEnd.close();
    const answer = await post(gateway, '/v1/metrics', JSON_TYPE, empty);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    backEnd = await BackEnd.start();
  });
});

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
