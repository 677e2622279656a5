import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OtlpHttpSender } from '../../src/exporters/otlp-http/sender.js';
import { HttpTarget } from '../../src/gateway/forward/http-target.js';
import type { Gateway } from '../../src/gateway/gateway.js';
import { encodeRequest } from '../../src/gateway/otlp/codec.js';
import { BackEnd, gatewayTo, identityNormalizer, JSON_TYPE, PROTOBUF, post, recordings } from './support.js';

interface Secret {
  readonly kind: string;
  readonly value: string;
  readonly where: string;
}

/** What is masked by default; names, addresses and bank accounts only where they are switched on (docs/masking.md). */
const DEFAULT_KINDS = new Set([
  'email',
  'phone',
  'phone-spoken',
  'email-spoken',
  'card',
  'card-spoken',
  'national-id',
]);
const TRUTH = join(import.meta.dirname, '../fixtures/pipecat/pii/truth.json');
const recorded: readonly Secret[] = JSON.parse(readFileSync(TRUTH, 'utf8')).facts.pii;
const secrets = recorded.filter(({ kind }) => DEFAULT_KINDS.has(kind)).map(({ value }) => value);

let backEnd: BackEnd;
let gateway: Gateway | undefined;
let said: string[];

beforeEach(async () => {
  said = [];
  for (const stream of ['log', 'warn', 'error'] as const) {
    vi.spyOn(console, stream).mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  }
  backEnd = await BackEnd.start();
});

afterEach(async () => {
  await gateway?.shutdown();
  gateway = undefined;
  vi.restoreAllMocks();
  await backEnd.close();
});

/** Everything that has left the gateway, as text, with JSON's escapes undone. */
async function everythingThatLeft(): Promise<string> {
  await gateway?.flush();
  const metrics = await (await fetch(`${gateway?.url}/metrics`)).text();
  const sent = backEnd.received.map(
    ({ body, headers }) => Buffer.from(body).toString('latin1') + JSON.stringify(headers),
  );
  const text = [...sent, metrics, ...said].join('\n');
  return `${text}\n${text.replace(/\\+u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))}`;
}

function leaks(text: string, values: readonly string[]): string[] {
  const compact = text.replace(/[\s().-]/g, '');
  return values.filter((value) => {
    const digits = value.replace(/\D/g, '');
    return text.includes(value) || (digits.length >= 7 && compact.includes(digits));
  });
}

describe('personal data in a recording', () => {
  it('is known to be in it', () => {
    const raw = recordings('pii')
      .map(({ protobuf }) => Buffer.from(protobuf).toString('latin1'))
      .join('');
    expect(leaks(raw, secrets).length).toBeGreaterThan(6);
  });

  it.each(['protobuf', 'json'] as const)('does not leave, as %s', async (encoding) => {
    gateway = await gatewayTo(backEnd, {}, encoding);
    for (const { protobuf, json } of recordings('pii')) {
      expect((await post(gateway, '/v1/traces', PROTOBUF, protobuf)).status).toBe(200);
      expect((await post(gateway, '/v1/traces', JSON_TYPE, json)).status).toBe(200);
    }
    const left = await everythingThatLeft();
    expect(leaks(left, secrets)).toEqual([]);
    expect(left).toContain('[REDACTED:email]');
  });

  it('leaves nothing at all without content', async () => {
    gateway = await gatewayTo(backEnd, { captureContent: false, masker: false });
    for (const { protobuf } of recordings('pii')) await post(gateway, '/v1/traces', PROTOBUF, protobuf);
    const left = await everythingThatLeft();
    expect(leaks(left, ['jane.doe@example.com', 'jane dot doe at example dot com', 'Jane'])).toEqual([]);
  });
});

const EMAIL = 'planted.person@example.org';
const CARD = '5555 5555 5555 4444';
const PHONE = '+1 (212) 555-0187';
const PLANTED = `Write to ${EMAIL}, call ${PHONE} or charge ${CARD}.`;

/** What names, orders or addresses the data: a value that is no text of the conversation. */
const STRUCTURE = new Set([
  'traceId',
  'spanId',
  'parentSpanId',
  'startTimeUnixNano',
  'endTimeUnixNano',
  'timeUnixNano',
  'intValue',
  'bytesValue',
]);

/** A copy with the secret at the end of every string, keys of attributes included. */
function planted(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return STRUCTURE.has(key) ? value : `${value} ${PLANTED}`;
  if (Array.isArray(value)) return value.map((item) => planted(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, planted(inner, name)]));
}

describe('personal data planted in every text of every recording', () => {
  it.each(['protobuf', 'json'] as const)(
    'does not leave, as %s',
    async (encoding) => {
      gateway = await gatewayTo(backEnd, {}, encoding);
      for (const { json } of recordings()) {
        const body = encodeRequest('traces', 'protobuf', planted(JSON.parse(json)) as object);
        expect((await post(gateway, '/v1/traces', PROTOBUF, body)).status).toBe(200);
      }
      const left = await everythingThatLeft();
      expect(leaks(left, [EMAIL, CARD, PHONE])).toEqual([]);
      expect(left).toContain('[REDACTED:credit_card]');
    },
    60_000,
  );

  it('does not leave under a key that comes twice, at any level', async () => {
    gateway = await gatewayTo(backEnd);
    const twice = [
      { key: 'a', value: { stringValue: PLANTED } },
      { key: 'a', value: { stringValue: 'last' } },
      {
        key: 'b',
        value: {
          kvlistValue: {
            values: [
              { key: 'c', value: { stringValue: PLANTED } },
              { key: 'c', value: { boolValue: true } },
            ],
          },
        },
      },
    ];
    const span = {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      name: 'x',
      attributes: twice,
    };
    const request = { resourceSpans: [{ resource: { attributes: twice }, scopeSpans: [{ spans: [span] }] }] };
    expect((await post(gateway, '/v1/traces', JSON_TYPE, JSON.stringify(request))).status).toBe(200);
    expect(leaks(await everythingThatLeft(), [EMAIL, CARD, PHONE])).toEqual([]);
    expect(backEnd.spans()[0]?.attributes).toEqual([
      { key: 'a', value: { stringValue: 'last' } },
      { key: 'b', value: { kvlistValue: { values: [{ key: 'c', value: { boolValue: true } }] } } },
    ]);
  });

  it('does not leave in what the gateway says when it refuses, fails or drops', async () => {
    const failing = { ...identityNormalizer(), push: () => failWith(PLANTED) };
    gateway = await gatewayTo(backEnd, {
      targets: [
        new HttpTarget(new URL('http://127.0.0.1:9'), new OtlpHttpSender({ timeoutMs: 1000 }), 'json'),
      ],
      normalizer: failing,
      limits: { drainTimeoutMs: 100 },
    });
    const [{ json } = { json: '{}' }] = recordings('greeting-two-turns');
    const request = planted(JSON.parse(json));
    const answers = [
      await post(gateway, '/v1/traces', JSON_TYPE, JSON.stringify(request).slice(0, -10)),
      await post(gateway, '/v1/traces', JSON_TYPE, JSON.stringify({ resourceSpans: PLANTED })),
      await post(
        gateway,
        '/v1/traces',
        JSON_TYPE,
        JSON.stringify({
          resourceSpans: [{ scopeSpans: [{ spans: [{ kind: PLANTED, traceId: PLANTED }] }] }],
        }),
      ),
      await post(gateway, `/v1/${encodeURIComponent(PLANTED)}`, JSON_TYPE, '{}'),
      await post(gateway, '/v1/traces', PLANTED, '{}'),
      await post(gateway, '/v1/traces', JSON_TYPE, JSON.stringify(request)),
      await post(gateway, '/v1/logs', JSON_TYPE, '{"resourceLogs":[]}'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 404, 415, 200, 503]);
    const words = answers.map(({ body }) => new TextDecoder().decode(body)).join('\n');
    // What a normaliser of somebody else's throws is not in our hands: it is printed.
    const ours = said.filter((line) => !line.includes('normalising spans failed'));
    expect(leaks([words, ...ours].join('\n'), [EMAIL, CARD, PHONE])).toEqual([]);
  });
});

function failWith(message: string): never {
  throw new Error(message);
}
