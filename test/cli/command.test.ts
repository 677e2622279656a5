import { execFile, type PromiseWithChild } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/command.js';
import { run } from './io.js';

const packageJson: { version: string } = JSON.parse(
  await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
);

describe('the command', () => {
  it('says its version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' });
  });

  it('helps, on standard output when asked', async () => {
    const asked = await run(['--help']);
    expect([asked.code, asked.err]).toEqual([0, '']);
    expect(asked.out).toContain('voice-otel timeline FILE');
    const lost = await run([]);
    expect([lost.code, lost.out]).toEqual([2, '']);
    expect(lost.err).toBe(asked.out);
    expect((await run(['timeline', '--help'])).out).toContain('--session ID');
  });

  it('names the commands there are', async () => {
    expect(await run(['timelime'])).toEqual({
      code: 2,
      out: '',
      err: 'voice-otel: there is no command "timelime"; there are: timeline, view, price, gateway, ashr-mock\n',
    });
  });

  it.each([
    [['timeline'], 'timeline needs a FILE'],
    [['timeline', 'x', '--widht', '80'], "Unknown option '--widht'"],
    [['timeline', 'x', '--width'], "'--width <value>' argument missing"],
    [
      ['timeline', 'x', '--width', 'wide'],
      '--width takes a whole number of columns from 60 to 500, not "wide"',
    ],
    [['timeline', 'x', '--width', '20'], 'not "20"'],
  ])('refuses %j', async (argv, message) => {
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toContain('voice-otel timeline --help says more.');
  });

  it('says in one line what failed unexpectedly', async () => {
    const err: string[] = [];
    const broken = {
      get stdout(): never {
        throw new Error('no output');
      },
      stderr: { write: (text: string) => err.push(text) },
      stdin: (async function* () {})(),
      env: {},
    };
    expect(await runCommand(['timeline', '-'], broken)).toBe(1);
    expect(err).toEqual(['voice-otel: timeline failed: Error: no output\n']);
  });
});

describe('the program', () => {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const node = (code: string): PromiseWithChild<{ stdout: string; stderr: string }> =>
    promisify(execFile)('bash', ['-o', 'pipefail', '-c', code], {
      env: { ...process.env, NODE: process.execPath, MAIN: main, NO_COLOR: '1' },
    });

  it('runs, with its exit code', async () => {
    const { stdout } = await node(
      '"$NODE" --import tsx "$MAIN" --version; "$NODE" --import tsx "$MAIN" nothing 2>&1 || echo "exit $?"',
    );
    expect(stdout).toBe(
      `${packageJson.version}\nvoice-otel: there is no command "nothing"; there are: timeline, view, price, gateway, ashr-mock\nexit 2\n`,
    );
  });

  it('reads standard input and ends quietly when its reader goes away', async () => {
    const line = JSON.stringify({
      resourceSpans: [
        {
          scopeSpans: [
            {
              scope: { name: 'voice-otel' },
              spans: Array.from({ length: 1000 }, (_, i) => ({
                traceId: 'a1',
                spanId: (i + 1).toString(16),
                name: 'voice.user_turn',
                startTimeUnixNano: `${1_763_647_387_000 + i}000000`,
                endTimeUnixNano: `${1_763_647_388_000 + i}000000`,
                attributes: [{ key: 'voice.session.id', value: { stringValue: 's' } }],
              })),
            },
          ],
        },
      ],
    });
    const reading = node('"$NODE" --import tsx "$MAIN" timeline - | head -n 1');
    reading.child.stdin?.end(`${line}\n`);
    const { stdout, stderr } = await reading;
    expect(stdout).toMatch(/^── unknown agent ─+\n$/);
    expect(stderr).toBe('');
  });
});
