import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseGatewayArguments } from '../../src/cli/gateway-args.js';
import { headersOf } from '../../src/cli/gateway-setup.js';
import { UsageError } from '../../src/cli/io.js';
import { BackEnd, PROTOBUF, recordings, spansOf } from './support.js';

const ENTRY = join(import.meta.dirname, 'processes/gateway.ts');
const TOKEN = 'a-token-of-many-characters';

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly url: Promise<string>;
  out(): string;
}

let folder: string;
let running: Running[];
let backEnd: BackEnd;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-command-'));
  running = [];
  backEnd = await BackEnd.start();
});

afterEach(async () => {
  for (const { process: child } of running) child.kill('SIGKILL');
  await backEnd.close();
});

function run(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const url = new Promise<string>((resolve) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const [, found] = /listening on (http\S+),/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  const one = { process: child, ended, url, out: () => text };
  running.push(one);
  return one;
}

async function send(url: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': PROTOBUF, ...headers },
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return response.status;
}

describe('voice-otel gateway', () => {
  it('receives, masks and sends to a file and an endpoint, and loses nothing on SIGTERM', async () => {
    const file = join(folder, 'calls.jsonl');
    const header = 'x-api-key: secret';
    const gateway = run(['--port', '0', '--out', file, '--to', backEnd.url.href, '--header', header], {
      OTEL_EXPORTER_OTLP_HEADERS: 'x-project=a%20b',
    });
    const url = await gateway.url;
    for (const { protobuf } of recordings('pii')) expect(await send(url, protobuf)).toBe(200);
    gateway.process.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    const expected = recordings('pii').flatMap(({ json }) =>
      spansOf(JSON.parse(json)).map(({ spanId }) => spanId),
    );
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const written = lines.flatMap((line) => spansOf(JSON.parse(line)));
    const ids = written.map(({ spanId }) => spanId);
    expect(ids).toEqual(expect.arrayContaining(expected));
    expect(new Set(ids).size).toBe(ids.length);
    const sent = backEnd.spans().map(({ spanId }) => spanId);
    expect(sent.sort()).toEqual(ids.sort());
    expect(written.map(({ name }) => name)).toContain('voice.session');
    expect(backEnd.received[0]?.headers).toMatchObject({ 'x-api-key': 'secret', 'x-project': 'a b' });
    expect(lines.join('')).not.toContain('jane.doe@example.com');
    expect(gateway.out()).not.toContain('secret');
  });

  it('ends in time when the back end never comes back, and says what is lost', async () => {
    const gateway = run(['--port', '0', '--to', 'http://127.0.0.1:9', '--drain-ms', '300']);
    const [recorded] = recordings('pii');
    expect(await send(await gateway.url, recorded?.protobuf ?? new Uint8Array())).toBe(200);
    gateway.process.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    expect(gateway.out()).toContain('could not be delivered before shutdown');
  });

  it('takes its token from a file or the environment and does not listen to others without one', async () => {
    const open = run(['--host', '0.0.0.0', '--port', '0', '--out', join(folder, 'x')]);
    expect(await open.ended).not.toBe(0);
    const file = join(folder, 'token');
    writeFileSync(file, `${TOKEN}\n`);
    for (const closed of [
      run(['--host', '0.0.0.0', '--port', '0', '--out', join(folder, 'x'), '--token-file', file]),
      run(['--host', '0.0.0.0', '--port', '0', '--out', join(folder, 'x')], {
        VOICE_OTEL_GATEWAY_TOKEN: TOKEN,
      }),
    ]) {
      const url = (await closed.url).replace('0.0.0.0', '127.0.0.1');
      expect(await send(url, new Uint8Array())).toBe(401);
      expect(await send(url, new Uint8Array(), { authorization: `Bearer ${TOKEN}` })).toBe(200);
    }
  });

  it('says when its port is taken', async () => {
    const port = backEnd.url.port;
    const gateway = run(['--port', port, '--out', join(folder, 'x')]);
    expect(await gateway.ended).toBe(1);
    expect(gateway.out()).toContain('the port is taken; choose another with --port');
  });
});

describe('the command line', () => {
  it.each([
    [[], 'at least one of --to URL, --out FILE and --ashr'],
    [['--to', 'collector:4318'], '--to takes a URL'],
    [['--to', 'ftp://host'], '--to takes a URL'],
    [['--to', 'http://localhost:4318'], 'is this gateway itself'],
    [['--to', 'http://[::1]:4400/x', '--port', '4400'], 'is this gateway itself'],
    [['--out', 'x', '--port', 'abc'], '--port takes a whole number'],
    [['--out', 'x', '--protocol', 'grpc'], '--protocol takes http/protobuf or http/json'],
    [['--out', 'x', '--tls-cert', 'c'], 'belong together'],
    [['--out', 'x', '--tls-client-ca', 'c'], 'needs --tls-cert'],
    [['--out', 'x', '--header', 'nonsense'], "--header takes 'NAME: VALUE'"],
    [['--out', 'x', '--header', 'a: b\r\nc: d'], "--header takes 'NAME: VALUE'"],
  ])('%j makes no sense', (argv, message) => {
    expect(() => parseGatewayArguments(argv)).toThrow(UsageError);
    expect(() => parseGatewayArguments(argv)).toThrow(message);
  });

  it('is read', () => {
    const args = parseGatewayArguments([
      '--to',
      'http://h:1/x',
      '--header',
      'A: b: c',
      '--no-content',
      '--max-spans',
      '5',
    ]);
    expect(args).toMatchObject({
      headers: { a: 'b: c' },
      captureContent: false,
      maxSpans: 5,
      encoding: 'protobuf',
    });
    expect(args.to?.href).toBe('http://h:1/x');
  });

  it.each([
    [undefined, {}],
    ['', {}],
    ['a=b,c=d%3De', { a: 'b', c: 'd=e' }],
    [' Authorization = Basic%20eA== ', { authorization: 'Basic eA==' }],
    ['a=%zz', { a: '%zz' }],
  ])('headers of the environment: %j', (list, expected) => {
    expect(headersOf(list)).toEqual(expected);
  });
});
