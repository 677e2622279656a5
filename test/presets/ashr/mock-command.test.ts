import { describe, expect, it } from 'vitest';
import { runAshrMock } from '../../../src/cli/ashr-mock.js';
import type { CommandIo } from '../../../src/cli/io.js';
import { Client } from '../../../src/presets/ashr.js';

function io(): CommandIo & { readonly out: string[]; readonly err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out,
    err,
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    stdin: (async function* () {})(),
    env: {},
  };
}

/** The command while `work` runs with the URL that it printed. */
async function during(argv: string[], work: (url: string) => Promise<void>): Promise<string> {
  const terminal = io();
  let stop = (): void => {};
  const running = runAshrMock(
    ['--port', '0', ...argv],
    terminal,
    () => new Promise((resolve) => (stop = resolve)),
  );
  while (terminal.out.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await work(/http:\S+/.exec(terminal.out.join(''))?.[0] ?? '');
  stop();
  expect(await running).toBe(0);
  return terminal.out.join('');
}

describe('voice-otel ashr-mock', () => {
  it('stands in for Ashr, and says what it holds and that it is none', async () => {
    let summary: unknown;
    const printed = await during([], async (url) => {
      const client = new Client({ apiKey: 'vo_any', baseUrl: url });
      const session = client.startSession({ agentId: 'a', sessionId: 'call-1' });
      session.startUserTurn().end();
      session.end();
      await client.shutdown();
      summary = await (await fetch(url)).json();
    });
    expect(printed).toContain("A stand-in for Ashr's voice ingest listens on http://127.0.0.1:");
    expect(printed).toContain('POST /v1/voice/spans\n');
    expect(printed).toContain('PATCH /v1/voice/sessions/call-1\n');
    expect(summary).toMatchObject({
      what: "a stand-in for Ashr's voice ingest, by voice-otel",
      turns: 1,
      sessions: [{ session_id: 'call-1', agent_id: 'a', status: 'completed' }],
    });
  });

  it.each([
    ['--fault', '503', 503],
    ['--fault', 'slow=1', 401],
  ])('%s %s', async (flag, fault, status) => {
    await during([flag, fault], async (url) => {
      expect((await fetch(`${url}/v1/voice/spans`, { method: 'POST', body: '{}' })).status).toBe(status);
    });
  });

  it('--fault drop closes the connection; --share 0 never', async () => {
    await during(['--fault', 'drop'], async (url) => {
      await expect(fetch(url)).rejects.toThrow();
    });
    await during(['--fault', 'drop', '--share', '0'], async (url) => {
      expect((await fetch(url)).status).toBe(200);
    });
  });

  it('--any-event takes event types that the schema does not list', async () => {
    const event = {
      event_id: 'e_0',
      turn_id: 't',
      session_id: 's',
      tenant_id: 0,
      event_type: 'guardrail:toxicity',
      timestamp: '2026-11-23T02:28:33.414310Z',
      payload: {},
    };
    const request = {
      method: 'POST',
      headers: { authorization: 'Bearer vo_x' },
      body: JSON.stringify({ turns: [], stages: [], turn_events: [event] }),
    };
    for (const [argv, status] of [
      [['--any-event'], 202],
      [[], 422],
    ] as const) {
      await during([...argv], async (url) => {
        expect((await fetch(`${url}/v1/voice/spans`, request)).status).toBe(status);
      });
    }
  });

  it.each([
    ['--port', 'x'],
    ['--port', '70000'],
    ['--fault', 'maybe'],
    ['--share', '2'],
  ])('%s %s makes no sense', async (flag, value) => {
    await expect(runAshrMock([flag, value], io())).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('--help', async () => {
    const terminal = io();
    expect(await runAshrMock(['--help'], terminal)).toBe(0);
    expect(terminal.out.join('')).toContain('It is no Ashr');
  });
});
