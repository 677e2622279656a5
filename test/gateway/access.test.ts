import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OtlpHttpSender } from '../../src/exporters/otlp-http/sender.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { isLoopback } from '../../src/gateway/http/auth.js';
import { resolveGatewayOptions } from '../../src/gateway/options.js';
import { BackEnd, gatewayTo, identityNormalizer, PROTOBUF, post, recordings } from './support.js';

const TOKEN = 'a-token-of-many-characters';
const [recorded] = recordings('greeting-two-turns');
if (recorded === undefined) throw new Error('the recording is missing');
const { protobuf } = recorded;

let backEnd: BackEnd;
let gateway: Gateway | undefined;

beforeEach(async () => {
  backEnd = await BackEnd.start();
});

afterEach(async () => {
  await gateway?.shutdown();
  gateway = undefined;
  await backEnd.close();
});

function pem(name: string): string {
  return readFileSync(join(import.meta.dirname, '../fixtures/gateway', `${name}.pem`), 'utf8');
}

describe('a host that others can reach', () => {
  it.each(['0.0.0.0', '::', '192.168.1.10', 'gateway.example', ''])(
    'is refused without protection: %j',
    async (host) => {
      await expect(gatewayTo(backEnd, { host })).rejects.toThrow(TypeError);
    },
  );

  it('is said why', async () => {
    await expect(gatewayTo(backEnd, { host: '0.0.0.0' })).rejects.toThrow(
      'gateway: 0.0.0.0 can be reached from other machines, so a bearer token or client certificates (mTLS) are ' +
        'needed; without them only a loopback host such as 127.0.0.1 is allowed',
    );
  });

  it('is refused with TLS alone, which tells nobody apart', async () => {
    const tls = { cert: pem('server'), key: pem('server-key') };
    await expect(gatewayTo(backEnd, { host: '0.0.0.0', tls })).rejects.toThrow('mTLS');
  });

  it('is refused with a token that can be guessed', async () => {
    await expect(gatewayTo(backEnd, { host: '0.0.0.0', token: 'secret' })).rejects.toThrow('16 characters');
  });

  it('is allowed with a token', async () => {
    gateway = await gatewayTo(backEnd, { host: '0.0.0.0', token: TOKEN });
    const { port } = new URL(gateway.url);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost', '::ffff:127.0.0.1'])('is not %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['127.example.com', '10.0.0.1', 'localhost.example.com', '::', '0.0.0.0'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('a bearer token', () => {
  it('opens signals and metrics; health needs none', async () => {
    gateway = await gatewayTo(backEnd, { token: TOKEN });
    const authorization = `Bearer ${TOKEN}`;
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: TOKEN },
      { authorization: 'Bearer ' },
    ]) {
      const answer = await post(gateway, '/v1/traces', PROTOBUF, protobuf, headers as Record<string, string>);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect((await post(gateway, '/v1/traces', PROTOBUF, protobuf, { authorization })).status).toBe(200);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${gateway.url}/metrics`, { headers: { authorization } })).status).toBe(200);
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });
});

describe('client certificates', () => {
  const tls = { cert: pem('server'), key: pem('server-key'), clientCa: pem('ca') };

  function send(target: Gateway, credentials: { cert?: string; key?: string }): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${target.url}/v1/traces`,
        { method: 'POST', headers: { 'content-type': PROTOBUF }, ca: pem('ca'), ...credentials },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(protobuf);
    });
  }

  it('are checked', async () => {
    gateway = await gatewayTo(backEnd, { tls });
    expect(await send(gateway, { cert: pem('client'), key: pem('client-key') })).toBe(200);
    await expect(send(gateway, {})).rejects.toThrow();
    await expect(send(gateway, { cert: pem('stranger'), key: pem('stranger-key') })).rejects.toThrow();
  });

  it('allow a host that others can reach', () => {
    const options = { host: '0.0.0.0', tls, exporters: [], normalizer: identityNormalizer() };
    expect(() => resolveGatewayOptions(options)).toThrow('at least one target or exporter');
  });

  it('are shown by the sender, which trusts the authority it is given', async () => {
    gateway = await gatewayTo(backEnd, { tls });
    const known = new OtlpHttpSender({ tls: { ca: pem('ca'), cert: pem('client'), key: pem('client-key') } });
    const url = new URL('/v1/traces', gateway.url);
    expect((await known.send(url, PROTOBUF, protobuf)).status).toBe(200);
    known.close();
    const unknown = new OtlpHttpSender({ tls: { ca: pem('ca') } });
    await expect(unknown.send(url, PROTOBUF, protobuf)).rejects.toThrow('no answer');
    unknown.close();
  });
});

describe('options', () => {
  it.each([
    [{ port: -1 }, 'port'],
    [{ port: 70_000 }, 'port'],
    [{ targets: [] }, 'at least one target'],
    [{ limits: { maxSpans: 0 } }, 'maxSpans must be a whole number from 1'],
    [{ limits: { maxSpams: 1 } as never }, 'there is no limit maxSpams'],
    [{ delivery: { maxQueueSize: 0 } }, 'maxQueueSize'],
  ])('%j is refused', async (options, message) => {
    await expect(gatewayTo(backEnd, options)).rejects.toThrow(message);
  });

  it('a port that is taken is an error', async () => {
    gateway = await gatewayTo(backEnd);
    const port = Number(new URL(gateway.url).port);
    await expect(
      startGateway({
        port,
        targets: [],
        exporters: [{ name: 'x', exporter: nowhere }],
        normalizer: identityNormalizer(),
      }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

const nowhere = {
  export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
  shutdown: async () => {},
};
