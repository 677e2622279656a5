import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.js';
import { cutOff, Flood } from '../gateway/flood.js';
import { BackEnd, gatewayTo, JSON_TYPE, PROTOBUF, recordings } from '../gateway/support.js';

// The recorded bodies cut off after every byte, over HTTP. The codec alone is given the same in the fast tests.
const bodies = recordings();
const MIB = 1024 * 1024;

// A stack for each of half a million errors would be most of the work.
Error.stackTraceLimit = 0;

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

describe.each([
  ['protobuf', PROTOBUF, ({ protobuf }: (typeof bodies)[number]) => protobuf],
  ['JSON', JSON_TYPE, ({ json }: (typeof bodies)[number]) => Buffer.from(json)],
] as const)('every body in %s, cut off after every byte', (_name, contentType, bytesOf) => {
  it('is answered with 400', async () => {
    const before = process.memoryUsage().rss;
    for (const recorded of bodies) {
      const bytes = bytesOf(recorded);
      expect(await flood.sendAll(contentType, cutOff(bytes)), recorded.name).toEqual(
        new Map([[400, bytes.length - 1]]),
      );
    }
    await gateway.flush();
    expect(backEnd.received).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(500 * MIB);
  });
});
