import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runView } from '../../../src/cli/view.js';
import { parseViewArguments, VIEW_HELP } from '../../../src/cli/view-args.js';
import type { SessionsAnswer } from '../../../src/viewer/api.js';
import { stateFolder } from '../../../src/viewer/server/shelf/state-folder.js';
import { run } from '../../cli/io.js';
import { DEMO_FILE, DEMO_ID, DEMO_LINES, temporaryFolder } from './support.js';

describe('voice-otel view', () => {
  it('prints where the page is, and shows the files until it is stopped', async () => {
    const out: string[] = [];
    const err: string[] = [];
    let answer: SessionsAnswer | undefined;
    const code = await runView(
      [DEMO_FILE, '--port', '0', '--memory'],
      {
        stdout: { write: (text) => out.push(text) },
        stderr: { write: (text) => err.push(text) },
        stdin: none(),
        env: {},
      },
      async () => {
        const [, url] = /^voice-otel view: (http:\/\/127\.0\.0\.1:\d+\/)\n/.exec(out.join('')) ?? [];
        answer = (await (await fetch(`${url}api/sessions`)).json()) as SessionsAnswer;
      },
    );
    expect(code).toBe(0);
    expect(err).toEqual([]);
    expect(out.join('')).toMatch(
      /\n {2}1 call; OTLP sent to http:\/\/127\.0\.0\.1:\d+ appears there, kept in memory only\n$/,
    );
    expect(answer?.sessions.map(({ sessionId }) => sessionId)).toEqual([DEMO_ID]);
  });

  it('reads standard input, and makes a token for another host', async () => {
    const out: string[] = [];
    const code = await runView(
      ['-', '--port', '0', '--memory', '--host', '0.0.0.0'],
      { stdout: { write: (text) => out.push(text) }, stderr: { write: () => {} }, stdin: lines(), env: {} },
      async () => {},
    );
    expect(code).toBe(0);
    expect(out.join('')).toMatch(/^voice-otel view: http:\/\/0\.0\.0\.0:\d+\/\?token=[\w-]{32}\n {2}1 call;/);
  });

  it('has help, and says what a command line lacks', async () => {
    expect(await run(['view', '--help'])).toEqual({ code: 0, out: VIEW_HELP, err: '' });
    for (const [argv, message] of [
      [['--port', 'x'], /--port takes a whole number from 0 to 65535, not "x"/],
      [['--keep', '1'], /--keep takes a size of at least 1MB/],
      [['--memory', '--folder', 'x'], /one of --memory and --folder/],
      [['--tls-cert', 'x'], /belong together/],
      [['--recordings-from', 'http://host/path'], /takes a host/],
      [['--host', '0.0.0.0', '--memory', '--token-file', '/nowhere'], /--token-file \/nowhere/],
      [['--nonsense'], /nonsense/],
    ] as const) {
      const { code, err } = await run(['view', ...argv]);
      expect([argv, code]).toEqual([argv, 2]);
      expect(err).toMatch(message);
    }
  });

  it('says what to do where it cannot start', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => {
      server.on('listening', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const taken = await run(['view', '--memory', '--port', String(port)]);
    server.close();
    expect(taken.code).toBe(1);
    expect(taken.err).toMatch(new RegExp(`port ${port} is taken.*--port ${port + 1}`));
    const missing = await run(['view', 'nothing.jsonl', '--memory', '--port', '0']);
    expect(missing).toEqual({
      code: 1,
      out: '',
      err: 'voice-otel: cannot read nothing.jsonl: there is no such file\n',
    });
    const folder = await run(['view', '--port', '0', '--folder', DEMO_FILE]);
    expect(folder.code).toBe(1);
    expect(folder.err).toMatch(/the folder .* cannot be used .*--folder, or --memory/);
    const directory = await run(['view', temporaryFolder(), '--memory', '--port', '0']);
    expect(directory.err).toMatch(/it is a folder; name a file in it/);
  });

  it('reads sizes and hosts', () => {
    const kept = (text: string) => parseViewArguments(['--keep', text]).keepBytes;
    expect(['1048576', '500MB', '2GB', '1.5GiB', '3m'].map(kept)).toEqual([
      1_048_576,
      500 * 2 ** 20,
      2 * 2 ** 30,
      1.5 * 2 ** 30,
      3 * 2 ** 20,
    ]);
    const hosts = ['bucket.s3.amazonaws.com', 'Minio:9000', 'https://host.example/'];
    expect(parseViewArguments(hosts.flatMap((host) => ['--recordings-from', host])).recordingsFrom).toEqual([
      'bucket.s3.amazonaws.com',
      'minio:9000',
      'host.example',
    ]);
  });

  it.runIf(process.platform !== 'win32')('keeps calls in the state folder of the user', () => {
    expect(stateFolder({ XDG_STATE_HOME: '/somewhere' })).toBe(join('/somewhere', 'voice-otel', 'viewer'));
    expect(stateFolder({ XDG_STATE_HOME: 'relative' })).toMatch(/\.local\/state\/voice-otel\/viewer$/);
  });
});

async function* none(): AsyncGenerator<string> {}

async function* lines(): AsyncGenerator<string> {
  const text = `${DEMO_LINES.join('\n')}\n`;
  for (let from = 0; from < text.length; from += 10_000) yield text.slice(from, from + 10_000);
}
