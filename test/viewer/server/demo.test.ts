import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CallAnswer, SessionsAnswer } from '../../../src/viewer/api.js';
import { temporaryFolder, until } from './support.js';

const DEMO = fileURLToPath(new URL('../../../examples/livekit-agent/demo.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** The demo runs the built command. */
const BUILT = existsSync(fileURLToPath(new URL('../../../dist/viewer/page.js', import.meta.url)));

describe.runIf(BUILT)('npm run demo -- --view', () => {
  it('shows the call while it runs, then with its recording, and ends when it is told to', async () => {
    const environment = Object.entries(process.env).filter(
      ([name]) => !/^(OTEL_|VOICE_OTEL_|NODE_OPTIONS$|VITEST)/.test(name),
    );
    const child = spawn(process.execPath, ['--import', TSX, DEMO, '--view'], {
      cwd: temporaryFolder(),
      env: { ...Object.fromEntries(environment), CI: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    try {
      await until(
        async () => text,
        (said) => /See the call: http\S+\n/.test(said),
      );
      const [, url] = /See the call: (\S+)\n/.exec(text) ?? [];
      const list = async () => (await (await fetch(`${url}/api/sessions`)).json()) as SessionsAnswer;
      const running = await until(list, ({ sessions }) => (sessions[0]?.turns ?? 0) >= 2);
      expect(running.sessions[0]).toMatchObject({ live: true, complete: false, agentName: 'support-agent' });
      const over = await until(list, ({ sessions }) => sessions[0]?.complete === true);
      expect(over.sessions).toHaveLength(1);
      expect(over.sessions[0]).toMatchObject({ turns: 9, interruptions: 1, live: false });
      const address = `${url}/api/sessions/${over.sessions[0]?.sessionId}`;
      const { report, recording } = await until(
        async () => (await (await fetch(address)).json()) as CallAnswer,
        (call) => call.recording.available,
      );
      expect(recording).toMatchObject({ available: true, contentType: 'audio/wav' });
      const sound = await (await fetch(`${address}/recording`)).arrayBuffer();
      // 24 kHz, 16 bits, one channel; the call lasts as long as its recording, to half a second.
      expect(Math.abs((sound.byteLength - 44) / 48 - report.durationMs)).toBeLessThan(500);
      await until(
        async () => text,
        (said) => said.includes('until Ctrl-C'),
      );
    } finally {
      child.kill('SIGINT');
    }
    expect(await closed).toBe(0);
  }, 120_000);
});
