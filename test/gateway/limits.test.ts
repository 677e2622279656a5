import { createGzip, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.js';
import type { GatewayLimits } from '../../src/gateway/options.js';
import { RawConnection } from './raw.js';
import { BackEnd, gatewayTo, JSON_TYPE, PROTOBUF, post, recordings } from './support.js';

const TRACES = '/v1/traces';
const MIB = 1024 * 1024;
const [recorded] = recordings('greeting-two-turns');
if (recorded === undefined) throw new Error('the recording is missing');
const { protobuf } = recorded;

let backEnd: BackEnd;
let gateway: Gateway;

beforeEach(async () => {
  backEnd = await BackEnd.start();
});

afterEach(async () => {
  await gateway.shutdown();
  await backEnd.close();
});

async function start(limits: Partial<GatewayLimits> = {}): Promise<void> {
  gateway = await gatewayTo(backEnd, { limits });
}

function head(length: number | undefined, more = ''): string {
  const framing = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  return `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: ${PROTOBUF}\r\n${framing}\r\n${more}\r\n`;
}

/** The gateway still works. */
async function expectWell(): Promise<void> {
  expect((await post(gateway, TRACES, PROTOBUF, protobuf)).status).toBe(200);
}

describe('size', () => {
  it('refuses a gigabyte that is only announced', async () => {
    await start();
    const connection = new RawConnection(gateway);
    connection.write(head(1024 ** 3));
    expect(await connection.status()).toBe(413);
    await expect.poll(() => connection.closed).toBe(true);
    await expectWell();
  });

  it('does not ask for a body that will be refused', async () => {
    await start();
    const connection = new RawConnection(gateway);
    connection.write(head(1024 ** 3, 'Expect: 100-continue\r\n'));
    expect(await connection.status()).toBe(413);
    connection.destroy();
  });

  it('refuses a body that grows beyond the limit without having been announced', async () => {
    await start({ maxBodyBytes: MIB });
    const connection = new RawConnection(gateway);
    connection.write(head(undefined));
    const chunk = Buffer.alloc(64 * 1024);
    for (let i = 0; i < 20; i += 1)
      connection.write(Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]));
    expect(await connection.status()).toBe(413);
    connection.destroy();
    await expectWell();
  });

  it('stops at a bomb: 256 MiB in a quarter of one', async () => {
    await start({ maxBodyBytes: 8 * MIB });
    const bomb = await gzipOfZeros(256);
    expect(bomb.length).toBeLessThan(MIB);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 8; i += 1) {
      const answer = await post(gateway, TRACES, PROTOBUF, bomb, { 'content-encoding': 'gzip' });
      expect(answer.status).toBe(413);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB);
    await expectWell();
  });

  it('refuses many small bombs at once with 413 or 429 and stays within its allowance', async () => {
    await start({ maxBodyBytes: 8 * MIB, maxBytesInFlight: 16 * MIB });
    const bomb = gzipSync(Buffer.alloc(7 * MIB));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(gateway, TRACES, PROTOBUF, bomb, { 'content-encoding': 'gzip' })),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => [400, 413, 429].includes(status))).toBe(true);
    expect(statuses.has(429)).toBe(true);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toContain('voice_otel_gateway_bytes_in_flight 0\n');
    await expectWell();
  });

  it('refuses a small body of very many empty messages', async () => {
    await start();
    // 0x0a 0x00: an empty ResourceSpans, two bytes that would become an object of hundreds.
    const empties = Buffer.alloc(8 * MIB).fill(Uint8Array.of(0x0a, 0x00));
    expect((await post(gateway, TRACES, PROTOBUF, empties)).status).toBe(413);
    const members = `{"resourceSpans":[${'{},'.repeat(3_000_000)}{}]}`;
    expect((await post(gateway, TRACES, JSON_TYPE, members)).status).toBe(413);
    await expectWell();
  });

  it('refuses values nested without end', async () => {
    await start();
    const nested = `{"resourceSpans":${'[{"a":'.repeat(100_000)}`;
    expect((await post(gateway, TRACES, JSON_TYPE, nested)).status).toBe(400);
    let value = Buffer.alloc(0);
    // array_value of an AnyValue, in itself: two tags a level.
    for (let i = 0; i < 2000; i += 1) value = wrap(5, wrap(1, value));
    const body = wrap(1, wrap(1, wrap(1, wrap(2, value))));
    expect((await post(gateway, TRACES, PROTOBUF, body)).status).toBe(400);
    await expectWell();
  });

  it('refuses headers beyond the limit', async () => {
    await start({ maxHeaderBytes: 4096 });
    const connection = new RawConnection(gateway);
    connection.write(`GET /health HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(8192)}\r\n\r\n`);
    expect(await connection.status()).toBe(431);
    connection.destroy();
    await expectWell();
  });
});

describe('time', () => {
  it('gives up on a sender that takes too long for its body', async () => {
    await start({ requestTimeoutMs: 300, headersTimeoutMs: 300 });
    const connection = new RawConnection(gateway);
    connection.write(head(100));
    connection.write('x');
    expect(await connection.status()).toBe(408);
    await expect.poll(() => connection.closed).toBe(true);
    await expectWell();
  });

  it('gives up on a sender that takes too long for its headers', async () => {
    await start({ requestTimeoutMs: 300, headersTimeoutMs: 300 });
    const connection = new RawConnection(gateway);
    connection.write('POST /v1/traces HTTP/1.1\r\nHost:');
    expect(await connection.status()).toBe(408);
    connection.destroy();
  });

  it('closes connections that nobody uses', async () => {
    await start({ keepAliveTimeoutMs: 100 });
    const connection = new RawConnection(gateway);
    connection.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await connection.status()).toBe(200);
    await expect.poll(() => connection.closed, { timeout: 10_000 }).toBe(true);
  });

  it('forgets a sender that goes away', async () => {
    await start();
    const connection = new RawConnection(gateway);
    connection.write(head(1000));
    connection.write('x'.repeat(500));
    await expect
      .poll(async () => (await fetch(`${gateway.url}/metrics`)).text())
      .toContain('requests_in_flight 1\n');
    connection.destroy();
    await expect
      .poll(async () => (await fetch(`${gateway.url}/metrics`)).text())
      .toContain('requests_in_flight 0\n');
    await expect
      .poll(async () => (await fetch(`${gateway.url}/metrics`)).text())
      .toContain('bytes_in_flight 0\n');
  });
});

describe('number', () => {
  it('refuses the request that is one too many, and takes it later', async () => {
    await start({ maxRequests: 2 });
    const slow = [new RawConnection(gateway), new RawConnection(gateway)];
    for (const connection of slow) connection.write(head(10));
    await expect
      .poll(async () => (await fetch(`${gateway.url}/metrics`)).text())
      .toContain('requests_in_flight 2\n');
    const answer = await post(gateway, TRACES, PROTOBUF, protobuf);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('1');
    for (const connection of slow) connection.destroy();
    await expect.poll(async () => (await post(gateway, TRACES, PROTOBUF, protobuf)).status).toBe(200);
  });
});

function wrap(number: number, bytes: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.concat([Uint8Array.of(...varint(number * 8 + 2), ...varint(bytes.length)), bytes]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

async function gzipOfZeros(mebibytes: number): Promise<Uint8Array> {
  const gzip = createGzip({ level: 9 });
  const chunks: Uint8Array[] = [];
  gzip.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise((resolve) => {
    gzip.on('end', resolve);
  });
  const zeros = Buffer.alloc(MIB);
  for (let i = 0; i < mebibytes; i += 1) gzip.write(zeros);
  gzip.end();
  await ended;
  return Buffer.concat(chunks);
}
