import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Receiver } from '../support/otlp-receiver.js';
import { Programs } from './processes.js';

const programs = new Programs();
const receiver = new Receiver();
const ALL = ['voice.session', 'voice.user_turn'];

beforeAll(async () => {
  await programs.build('handlers');
  await receiver.start();
});
afterAll(async () => {
  await receiver.close();
  programs.remove();
});

function environment(): Record<string, string> {
  return { BACK_END: `${receiver.url}/v1/traces` };
}

let before = 0;
beforeEach(() => {
  before = receiver.spans.length;
});

function arrived(): string[] {
  return receiver.spans
    .slice(before)
    .map(({ name }) => name)
    .sort();
}

describe('the end of a program keeps its meaning', () => {
  it('other handlers of the exit run, with the code of the program', async () => {
    const ended = await programs.run('handlers', ['other exit handlers'], { environment: environment() });
    expect(ended).toEqual({ code: 3, signal: null, stdout: 'exit 3\n', stderr: '' });
    expect(arrived()).toEqual(ALL);
  });

  it('an exit handler that throws ends it as ever', async () => {
    const ended = await programs.run('handlers', ['an exception in an exit handler'], {
      environment: environment(),
    });
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('Error: of the handler') });
    expect(arrived()).toEqual(ALL);
  });

  it('a rejection that nobody handles is an exception', async () => {
    const ended = await programs.run('handlers', ['a rejection'], { environment: environment() });
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: nobody caught it') });
    expect(arrived()).toEqual(ALL);
  });

  it('an exception that the program handles ends nothing', async () => {
    const running = programs.start('handlers', ['an exception that is handled'], {
      environment: environment(),
    });
    expect(await running.ended).toEqual({ code: 4, signal: null, stdout: 'handled a bug\n', stderr: '' });
    expect(arrived()).toEqual(ALL);
  });

  it('what was taken back leaves no listener, and nothing is sent', async () => {
    const ended = await programs.run('handlers', ['taken back'], { environment: environment() });
    expect(ended).toEqual({ code: 2, signal: null, stdout: 'listeners 0 0\n', stderr: '' });
    expect(arrived()).toEqual([]);
  });
});

describe('a signal that others listen for', () => {
  it('is theirs: the exit that they come to delivers', async () => {
    const running = programs.start('handlers', ['a handler for the signal that exits'], {
      environment: environment(),
    });
    await running.printed('ready');
    running.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 9, signal: null, stdout: 'ready\nclosing\n', stderr: '' });
    expect(arrived()).toEqual(ALL);
  });

  it('does not end a program that goes on', async () => {
    const running = programs.start('handlers', ['a handler for the signal that goes on'], {
      environment: environment(),
    });
    await running.printed('ready');
    running.kill('SIGTERM');
    await running.printed('not now\n');
    running.kill('SIGTERM');
    await running.printed('not now\nnot now\n');
    running.kill('SIGINT');
    expect(await running.ended).toEqual({
      code: null,
      signal: 'SIGINT',
      stdout: 'ready\nnot now\nnot now\n',
      stderr: '',
    });
    expect(arrived()).toEqual(ALL);
  });

  it('is seen by them as without us, so that the process does end', async () => {
    const running = programs.start('handlers', ['a handler that looks whether it is alone'], {
      environment: environment(),
    });
    await running.printed('ready');
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ signal: 'SIGTERM', stdout: 'ready\nothers 0\n', stderr: '' });
  });
});

describe('a back end that never answers', () => {
  let server: Server;
  const answered: string[] = [];

  beforeEach(async () => {
    server = createServer((request) => void answered.push(request.url ?? ''));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function hanging(drainMs: number): Record<string, string> {
    const { port } = server.address() as AddressInfo;
    return { BACK_END: `http://127.0.0.1:${port}/v1/traces`, DRAIN_MS: String(drainMs) };
  }

  it('holds up the exit for the drain time only, and the loss is said', async () => {
    const ended = await programs.run('handlers', ['other exit handlers'], { environment: hanging(300) });
    expect(ended).toEqual({
      code: 3,
      signal: null,
      stdout: 'exit 3\n',
      stderr:
        'voice-otel: OtlpHttpExporter: 2 spans could not be delivered before the process ends; 2 dropped so far\n',
    });
  });

  it('a second signal ends the wait for it', async () => {
    const running = programs.start('handlers', ['waiting'], { environment: hanging(600_000) });
    await running.printed('ready');
    const requests = answered.length;
    running.kill('SIGINT');
    await expect.poll(() => answered.length, { timeout: 10_000 }).toBeGreaterThan(requests);
    running.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: null, signal: 'SIGINT' });
  });
});

it('a back end that is down holds up the exit no longer than two tries, and the loss is said', async () => {
  const ended = await programs.run('handlers', ['other exit handlers'], {
    environment: { BACK_END: 'http://127.0.0.1:9/v1/traces', DRAIN_MS: '600000' },
  });
  expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('2 spans could not be delivered') });
});

describe('the thread that sends', () => {
  it.each([
    ['--import', (preload: string) => ({ nodeArgs: ['--import', preload] })],
    ['NODE_OPTIONS', (preload: string) => ({ options: { NODE_OPTIONS: `--import ${preload}` } })],
  ])('runs no preload again, given by %s', async (_, given) => {
    const preloaded = programs.path(`preloaded-${Math.random().toString(16).slice(2)}`);
    const preload = new URL('programs/preload.mjs', import.meta.url).href;
    const { nodeArgs = [], options = {} }: { nodeArgs?: string[]; options?: Record<string, string> } =
      given(preload);
    await programs.run('handlers', ['other exit handlers'], {
      nodeArgs,
      environment: { ...environment(), PRELOADED: preloaded, ...options },
    });
    expect(readFileSync(preloaded, 'utf8')).toBe('main\n');
    expect(arrived()).toEqual(ALL);
  });
});
