import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { outcomeOfError } from '../../src/delivery/outcome.js';
import { retryAfterMs } from '../../src/exporters/otlp-http/http-error.js';
import { OtlpHttpSender } from '../../src/exporters/otlp-http/sender.js';
import { signalUrl } from '../../src/gateway/forward/http-target.js';
import { BackEnd, PROTOBUF } from './support.js';

const BODY = new TextEncoder().encode('{"resourceSpans":[]}'.padEnd(5000));

let closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

function senderWith(options = {}): OtlpHttpSender {
  const sender = new OtlpHttpSender(options);
  closing.push(() => sender.close());
  return sender;
}

async function backEndWith(answer: BackEnd['answer']): Promise<BackEnd> {
  const backEnd = await BackEnd.start();
  backEnd.answer = answer;
  closing.push(() => backEnd.close());
  return backEnd;
}

async function failure(send: Promise<unknown>): Promise<ReturnType<typeof outcomeOfError>> {
  const error: unknown = await send.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return outcomeOfError(error);
}

describe('OtlpHttpSender', () => {
  it('posts the body packed, with its headers', async () => {
    const backEnd = await backEndWith({ status: 200 });
    const sender = senderWith({ headers: { 'x-api-key': 'k' } });
    const url = new URL('/v1/traces', backEnd.url);
    expect((await sender.send(url, PROTOBUF, BODY)).status).toBe(200);
    const [received] = backEnd.received;
    expect(received?.headers).toMatchObject({
      'content-type': PROTOBUF,
      'content-encoding': 'gzip',
      'x-api-key': 'k',
      'user-agent': expect.stringMatching(/^voice-otel\//),
    });
    expect(Buffer.from(received?.body ?? []).equals(BODY)).toBe(true);
  });

  it('leaves bodies unpacked that are short, or where it is told to', async () => {
    const backEnd = await backEndWith({ status: 200 });
    const url = new URL('/v1/traces', backEnd.url);
    await senderWith().send(url, PROTOBUF, BODY.subarray(0, 20));
    await senderWith({ compression: 'none' }).send(url, PROTOBUF, BODY);
    expect(backEnd.received.map(({ headers }) => headers['content-encoding'])).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    [400, 'refused'],
    [413, 'refused'],
    [422, 'refused'],
    [401, 'failed'],
    [404, 'failed'],
    [429, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
    [307, 'failed'],
  ])('makes of status %i what delivery reads as %s', async (status, kind) => {
    const backEnd = await backEndWith({ status, headers: { location: 'http://127.0.0.1:1/' } });
    const outcome = await failure(senderWith().send(backEnd.url, PROTOBUF, BODY));
    expect(outcome.kind).toBe(kind);
    expect(outcome).toHaveProperty('reason', expect.stringContaining(`HTTP ${status}`));
  });

  it('says how long the back end wants to be left alone', async () => {
    const backEnd = await backEndWith({ status: 429, headers: { 'retry-after': '12' } });
    expect(await failure(senderWith().send(backEnd.url, PROTOBUF, BODY))).toMatchObject({
      retryAfterMs: 12_000,
    });
  });

  it('fails where nobody listens', async () => {
    const backEnd = await BackEnd.start();
    const { url } = backEnd;
    await backEnd.close();
    expect(await failure(senderWith().send(url, PROTOBUF, BODY))).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('gives up on a back end that does not answer', async () => {
    const server = await listening(createServer(() => {}));
    const outcome = await failure(senderWith({ timeoutMs: 50 }).send(server, PROTOBUF, BODY));
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no answer within 50 ms'),
    });
  });

  it('gives up on an answer without end', async () => {
    const server = await listening(
      createServer((request, response) => {
        request.resume();
        const chunk = Buffer.alloc(1024 * 1024);
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
      }),
    );
    const outcome = await failure(senderWith().send(server, PROTOBUF, BODY));
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('4 MiB') });
  });

  it('gives up on an answer that breaks off', async () => {
    const server = await listening(
      createServer((request, response) => {
        request.resume();
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setTimeout(() => response.destroy(), 10);
      }),
    );
    expect((await failure(senderWith().send(server, PROTOBUF, BODY))).kind).toBe('failed');
  });
});

describe('retryAfterMs', () => {
  const now = Date.UTC(2026, 10, 24, 12, 0, 0);

  it.each([
    [undefined, undefined],
    ['0', 0],
    ['120', 120_000],
    ['Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5 minutes', undefined],
  ])('reads %j as %j', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe('signalUrl', () => {
  it.each([
    ['http://host:4318', 'http://host:4318/v1/logs'],
    ['http://host:4318/', 'http://host:4318/v1/logs'],
    ['https://host/api/public/otel', 'https://host/api/public/otel/v1/logs'],
    ['https://host/api/public/otel/v1/traces', 'https://host/api/public/otel/v1/logs'],
    ['https://host/otlp?tenant=1', 'https://host/otlp/v1/logs?tenant=1'],
  ])('appends the path to %s', (endpoint, expected) => {
    expect(signalUrl(new URL(endpoint), 'logs').href).toBe(expected);
  });
});

async function listening(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new URL(`http://127.0.0.1:${port}`);
}
