import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Backend } from './backend.js';

interface Ended {
  code: number | string | null;
  stdout: string[];
  stderr: string;
}

function run(script: string, argument: string): Promise<Ended> {
  const path = fileURLToPath(new URL(`processes/${script}.ts`, import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', path, argument],
      { timeout: 25_000 },
      (error, stdout, stderr) => {
        resolve({
          code: error === null ? 0 : (error.code ?? null),
          stdout: stdout.trim().split('\n'),
          stderr,
        });
      },
    );
  });
}

describe('a process that ends by itself', () => {
  it('has flushed', async () => {
    expect(await run('ending', 'flushes')).toEqual({ code: 0, stdout: ['calls 1 delivered 9'], stderr: '' });
  });

  it('has flushed what came in after the first flush', async () => {
    expect(await run('ending', 'flushes again')).toMatchObject({ code: 0, stdout: ['calls 2 delivered 2'] });
  });

  it('makes one try with a back end that is down, and says what is lost', async () => {
    const ended = await run('ending', 'fails');
    expect(ended).toMatchObject({ code: 0, stdout: ['calls 1 delivered 0'] });
    expect(ended.stderr).toContain('9 spans could not be delivered before the process ends');
  });

  it('does not wait for an exporter that waits for nothing', async () => {
    expect(await run('ending', 'hangs')).toMatchObject({ code: 0, stdout: ['calls 1 delivered 0'] });
  });

  it('ends, even when each export makes new spans', async () => {
    expect(await run('ending', 'feeds itself')).toMatchObject({ code: 0, stdout: ['calls 10 delivered 10'] });
  });

  it('has one listener for all queues', async () => {
    expect(await run('ending', 'many queues')).toMatchObject({
      code: 0,
      stdout: ['listeners 1', 'calls 100 delivered 100'],
    });
  });

  it('has nothing more to do after shutdown', async () => {
    expect(await run('ending', 'is shut down')).toEqual({
      code: 0,
      stdout: ['calls 1 delivered 1'],
      stderr: '',
    });
  });
});

describe('a process that waits', () => {
  it('for shutdown stays for it', async () => {
    expect(await run('ending', 'awaits shutdown')).toMatchObject({
      code: 0,
      stdout: ['shut down', 'calls 1 delivered 0'],
    });
  });

  it('for forceFlush stays for it', async () => {
    expect(await run('ending', 'awaits forceFlush')).toMatchObject({
      code: 0,
      stdout: ['flushed', expect.any(String)],
    });
  });
});

describe('with HTTP and undici instrumentation', () => {
  it('our own exports are not traced and carry nothing of the call', async () => {
    const backend = new Backend();
    await backend.up();
    const ended = await run('traced-exports', backend.url);
    await backend.down();
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout[0] ?? '')).toEqual({
      'http bare': ['POST'],
      'http queued': [],
      'fetch bare': ['POST'],
      'fetch queued': [],
    });
    const carried = backend.headers.map(({ traceparent, baggage }) => [traceparent !== undefined, baggage]);
    const bare = [true, 'caller=jane'];
    const queued = [false, undefined];
    expect(backend.requests.map(([name]) => name)).toEqual([
      'bare',
      'queued',
      'last',
      'bare',
      'queued',
      'last',
    ]);
    expect(carried).toEqual([bare, queued, queued, bare, queued, queued]);
  });
});
