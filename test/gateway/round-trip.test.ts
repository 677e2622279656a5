import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OtlpTraceRequest } from '../../src/exporters/otlp-json.js';
import type { Gateway } from '../../src/gateway/gateway.js';
import { decodeRequest, encodeRequest } from '../../src/gateway/otlp/codec.js';
import { BackEnd, gatewayTo, JSON_TYPE, PROTOBUF, post, recordings } from './support.js';

const bodies = recordings();

describe('the codec', () => {
  it('has recordings to work on', () => {
    expect(bodies.length).toBeGreaterThan(80);
  });

  it.each(bodies)(
    'gives $name back byte for byte, and reads it as the recorder did',
    ({ protobuf, json }) => {
      const decoded = decodeRequest('traces', 'protobuf', protobuf);
      expect(Buffer.from(encodeRequest('traces', 'protobuf', decoded)).equals(protobuf)).toBe(true);
      expect(decodeRequest('traces', 'json', new TextEncoder().encode(json))).toEqual(decoded);
      expect(withoutDefaults(decoded)).toEqual(withoutDefaults(JSON.parse(json)));
    },
  );
});

/** A JSON form without the fields that hold a default, which senders may leave out. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, withoutDefaults(inner)])
      .filter(([key, inner]) => String(key).endsWith('Value') || !isDefault(inner)),
  );
}

function isDefault(value: unknown): boolean {
  return (
    value === 0 ||
    value === '' ||
    value === '0' ||
    (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
  );
}

/** Every kind of value and field that OTLP has, in forms that a naive copy would change. */
const EVERYTHING: OtlpTraceRequest = decodeRequest(
  'traces',
  'json',
  new TextEncoder().encode(
    JSON.stringify({
      resourceSpans: [
        {
          resource: {
            attributes: [{ key: 'service.name', value: { stringValue: 'bot' } }],
            droppedAttributesCount: 2,
            entityRefs: [{ type: 'service', idKeys: ['service.name'] }],
          },
          schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
          scopeSpans: [
            {
              scope: {
                name: 'pipecat',
                version: '1.14.0',
                attributes: [{ key: 'scope.key', value: { doubleValue: 3 } }],
                droppedAttributesCount: 1,
              },
              schemaUrl: 'https://opentelemetry.io/schemas/1.31.0',
              spans: [
                {
                  traceId: '5B8EFFF798038103D269B633813FC60C',
                  spanId: 'EEE19B7EC3C1B174',
                  parentSpanId: 'EEE19B7EC3C1B173',
                  traceState: 'vendor=state',
                  flags: 769,
                  name: 'everything',
                  kind: 0,
                  startTimeUnixNano: '1795398770450886729',
                  endTimeUnixNano: '18446744073709551615',
                  attributes: [
                    { key: 'a.double', value: { doubleValue: 1 } },
                    { key: 'a.negative.zero', value: { doubleValue: -0 } },
                    { key: 'a.nan', value: { doubleValue: 'NaN' } },
                    { key: 'a.large', value: { intValue: '9223372036854775807' } },
                    { key: 'an.int', value: { intValue: 3 } },
                    { key: 'a.bool', value: { boolValue: false } },
                    { key: 'empty', value: { stringValue: '' } },
                    { key: 'nothing', value: {} },
                    { key: 'bytes', value: { bytesValue: '/wD+AA==' } },
                    { key: '__proto__', value: { stringValue: 'a key like any other' } },
                    {
                      key: 'nested',
                      value: {
                        kvlistValue: {
                          values: [
                            {
                              key: 'list',
                              value: { arrayValue: { values: [{ doubleValue: 2 }, {}, { intValue: '2' }] } },
                            },
                            { key: 'constructor', value: { stringValue: 'x' } },
                          ],
                        },
                      },
                    },
                  ],
                  droppedAttributesCount: 4,
                  events: [
                    {
                      name: 'event',
                      timeUnixNano: '1795398770450886730',
                      attributes: [{ key: 'event.double', value: { doubleValue: 5 } }],
                      droppedAttributesCount: 7,
                    },
                  ],
                  droppedEventsCount: 5,
                  links: [
                    {
                      traceId: '5B8EFFF798038103D269B633813FC60D',
                      spanId: 'EEE19B7EC3C1B175',
                      traceState: 'a=b',
                      flags: 257,
                      attributes: [{ key: 'link.key', value: { stringValue: 'v' } }],
                      droppedAttributesCount: 9,
                    },
                  ],
                  droppedLinksCount: 6,
                  status: { code: 1, message: '' },
                },
              ],
            },
          ],
        },
      ],
    }),
  ),
) as unknown as OtlpTraceRequest;

describe('the gateway', () => {
  let backEnd: BackEnd;
  let gateway: Gateway | undefined;

  beforeEach(async () => {
    backEnd = await BackEnd.start();
  });

  afterEach(async () => {
    await gateway?.shutdown();
    await backEnd.close();
  });

  it.each(['protobuf', 'json'] as const)('changes nothing by itself, sent as %s', async (encoding) => {
    gateway = await gatewayTo(backEnd, {}, encoding);
    const body = encodeRequest('traces', 'protobuf', EVERYTHING);
    expect((await post(gateway, '/v1/traces', PROTOBUF, body)).status).toBe(200);
    await gateway.flush();
    expect(backEnd.requests('traces')).toEqual([EVERYTHING]);
    if (encoding === 'protobuf') expect(Buffer.from(backEnd.received[0]?.body ?? []).equals(body)).toBe(true);
  });

  it('takes JSON as it takes protobuf', async () => {
    gateway = await gatewayTo(backEnd);
    expect((await post(gateway, '/v1/traces', JSON_TYPE, JSON.stringify(EVERYTHING))).status).toBe(200);
    await gateway.flush();
    expect(backEnd.requests('traces')).toEqual([EVERYTHING]);
  });

  it('sends recordings on byte for byte where nothing is masked', async () => {
    gateway = await gatewayTo(backEnd, { masker: false });
    for (const { protobuf } of bodies) {
      backEnd.received.length = 0;
      expect((await post(gateway, '/v1/traces', PROTOBUF, protobuf)).status).toBe(200);
      await gateway.flush();
      expect(backEnd.spans()).toHaveLength(sortedSpans(decodeRequest('traces', 'protobuf', protobuf)).length);
      expect(sortedSpans(backEnd.requests('traces')[0])).toEqual(
        sortedSpans(decodeRequest('traces', 'protobuf', protobuf)),
      );
    }
  });

  it('keeps fields of the protocol that it does not know, unless they hold what is masked', async () => {
    gateway = await gatewayTo(backEnd);
    const harmless = field(1000, 'a field of the future');
    const secret = field(1001, 'write to jane.doe@example.com');
    const span = concat(
      lengthDelimited(1, Buffer.from('5b8efff798038103d269b633813fc60c', 'hex')),
      lengthDelimited(2, Buffer.from('eee19b7ec3c1b174', 'hex')),
      lengthDelimited(5, Buffer.from('x')),
      harmless,
      secret,
    );
    const body = lengthDelimited(1, lengthDelimited(2, lengthDelimited(2, span)));
    expect((await post(gateway, '/v1/traces', PROTOBUF, body)).status).toBe(200);
    await gateway.flush();
    const sent = Buffer.from(backEnd.received[0]?.body ?? []);
    expect(sent.includes(Buffer.from(harmless))).toBe(true);
    expect(sent.includes('jane.doe')).toBe(false);
  });
});

function sortedSpans(request: unknown): unknown[] {
  const spans = (request as OtlpTraceRequest).resourceSpans.flatMap((one) =>
    one.scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({ span, scope: scope.scope, resource: one.resource })),
    ),
  );
  return spans.sort((a, b) => a.span.spanId.localeCompare(b.span.spanId));
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function lengthDelimited(number: number, bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes);
}

function field(number: number, text: string): Uint8Array {
  return lengthDelimited(number, new TextEncoder().encode(text));
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
