import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.js';
import { BadDataError } from '../../src/gateway/otlp/bad-data.js';
import { decodeRequest } from '../../src/gateway/otlp/codec.js';
import type { Encoding } from '../../src/gateway/otlp/signals.js';
import { cutOff, Flood } from './flood.js';
import { random } from './normalise/random.js';
import { BackEnd, gatewayTo, JSON_TYPE, PROTOBUF, post, recordings } from './support.js';

/** Known to work: they lie between the attacks. */
const bodies = recordings();
const MUTATIONS = 10_000;
const MIB = 1024 * 1024;

let backEnd: BackEnd;
let gateway: Gateway;
let flood: Flood;

beforeAll(async () => {
  backEnd = await BackEnd.start();
  gateway = await gatewayTo(backEnd);
  flood = new Flood(gateway.url);
});

afterAll(async () => {
  flood.close();
  await gateway.shutdown();
  await backEnd.close();
});

/** One to eight changes: bits flipped, bytes replaced, cut out, doubled, moved to the end. */
function mutate(body: Uint8Array, next: () => number): Uint8Array {
  let bytes = Buffer.from(body);
  const changes = 1 + Math.floor(next() * 8);
  for (let i = 0; i < changes && bytes.length > 0; i += 1) {
    const at = Math.floor(next() * bytes.length);
    const length = 1 + Math.floor(next() * 16);
    const piece = bytes.subarray(at, at + length);
    switch (Math.floor(next() * 5)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(next() * 8));
        break;
      case 1:
        bytes[at] = Math.floor(next() * 256);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), piece, piece, bytes.subarray(at + length)]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length), piece]);
    }
  }
  return bytes;
}

// A stack for each of half a million errors would be most of the work.
Error.stackTraceLimit = 0;

function* mutations(encoding: Encoding, count: number): Generator<Uint8Array> {
  const next = random(encoding === 'protobuf' ? 7 : 11);
  for (let i = 0; i < count; i += 1) {
    const recorded = bodies[i % bodies.length];
    if (recorded === undefined) return;
    yield mutate(encoding === 'protobuf' ? recorded.protobuf : Buffer.from(recorded.json), next);
  }
}

/** The lengths, from `least` on, at which a body that is cut off is still taken for a whole one. */
function takenAt(encoding: Encoding, body: Uint8Array, least: number): number[] {
  const taken: number[] = [];
  for (let length = least; length < body.length; length += 1) {
    try {
      decodeRequest('traces', encoding, body.subarray(0, length));
      taken.push(length);
    } catch (error) {
      if (!(error instanceof BadDataError)) throw error;
    }
  }
  return taken;
}

describe('a body that is cut off', () => {
  it('is refused wherever it is cut, in protobuf, unless that is the end of a message', () => {
    for (const { name, protobuf } of bodies) {
      // The recorded requests hold one resource each: only the empty body is a whole message too.
      expect(protobuf[0], name).toBe(0x0a);
      expect(takenAt('protobuf', protobuf, 1), name).toEqual([]);
    }
  });

  it('is refused wherever it is cut, in JSON', () => {
    for (const { name, json } of bodies) expect(takenAt('json', Buffer.from(json), 0), name).toEqual([]);
  }, 120_000);

  // Every cut of every body over HTTP: test/slow/gateway-cut-off.test.ts.
  it('is answered with 400', async () => {
    const [recorded] = bodies;
    const { protobuf, json } = recorded ?? { protobuf: new Uint8Array(), json: '' };
    expect(await flood.sendAll(PROTOBUF, cutOff(protobuf))).toEqual(new Map([[400, protobuf.length - 1]]));
    const text = Buffer.from(json).subarray(0, 1500);
    expect(await flood.sendAll(JSON_TYPE, cutOff(text))).toEqual(new Map([[400, text.length - 1]]));
  });
});

describe('a body that is damaged', () => {
  it.each(['protobuf', 'json'] as const)(
    `is answered with 200 or 400, never worse, in %s (${MUTATIONS} of them)`,
    async (encoding) => {
      const before = process.memoryUsage().rss;
      const counts = await flood.sendAll(
        encoding === 'protobuf' ? PROTOBUF : JSON_TYPE,
        mutations(encoding, MUTATIONS),
      );
      expect([...counts.keys()].filter((status) => status !== 200 && status !== 400)).toEqual([]);
      expect((counts.get(200) ?? 0) + (counts.get(400) ?? 0)).toBe(MUTATIONS);
      // Both happen: damage to a text is no damage to the message.
      expect(counts.get(200)).toBeGreaterThan(100);
      expect(counts.get(400)).toBeGreaterThan(1000);
      expect(process.memoryUsage().rss - before).toBeLessThan(500 * MIB);
    },
    120_000,
  );

  it('leaves the gateway well: what comes after it arrives as before', async () => {
    await gateway.flush();
    backEnd.received.length = 0;
    const [recorded] = bodies;
    expect((await post(gateway, '/v1/traces', PROTOBUF, recorded?.protobuf ?? new Uint8Array())).status).toBe(
      200,
    );
    await gateway.flush();
    expect(backEnd.spans().length).toBeGreaterThan(0);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toContain('requests_in_flight 0\n');
    expect(text).not.toContain('code="500"');
  });
});
