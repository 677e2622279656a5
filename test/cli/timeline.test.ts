import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OtlpTraceRequest } from '../../src/report/otlp.js';
import { CONVERSATION_REQUESTS, OPEN_CALL_REQUESTS } from '../report/conversation.js';
import { otlpRequest, otlpSpan } from '../report/spans.js';
import { run } from './io.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voice-otel-timeline-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function lines(requests: readonly OtlpTraceRequest[]): string {
  return requests.map((request) => `${JSON.stringify(request)}\n`).join('');
}

function golden(name: string): Promise<string> {
  return readFile(new URL(`../fixtures/report/${name}`, import.meta.url), 'utf8');
}

describe('a file with one call', () => {
  it('prints it', async () => {
    const path = await file('call.jsonl', lines(CONVERSATION_REQUESTS));
    expect(await run(['timeline', path, '--width', '80'])).toEqual({
      code: 0,
      out: await golden('call-80.txt'),
      err: '',
    });
  });

  it('from standard input, wherever its chunks are cut', async () => {
    const bytes = new TextEncoder().encode(lines(CONVERSATION_REQUESTS));
    const stdin: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 977) stdin.push(bytes.subarray(at, at + 977));
    expect((await run(['timeline', '-', '--width=80'], { stdin })).out).toBe(await golden('call-80.txt'));
  });

  it('from several files', async () => {
    const [first, second] = CONVERSATION_REQUESTS.map((request) => lines([request]));
    const paths = [await file('2.jsonl', second ?? ''), await file('1.jsonl', first ?? '')];
    expect((await run(['timeline', ...paths, '--width', '120'])).out).toBe(await golden('call-120.txt'));
  });

  it('survives bad lines and says which', async () => {
    const good = lines(CONVERSATION_REQUESTS).split('\n');
    const text = [
      good[0],
      '',
      '{"resourceSpans":[{"scop',
      '{"data":[]}',
      '{"resourceLogs":[]}',
      '42',
      good[1],
      '{"resourceSp',
    ].join('\r\n');
    const path = await file('bad.jsonl', `\ufeff${text}`);
    const { code, out, err } = await run(['timeline', path, '--width', '80']);
    expect(code).toBe(0);
    expect(out).toBe(await golden('call-80.txt'));
    expect(err.replaceAll(path, 'F').split('\n')).toEqual([
      expect.stringMatching(
        /^voice-otel: F:3: line skipped: it is not JSON.*a line cut off in the middle looks like this$/,
      ),
      'voice-otel: F:4: line skipped: it is JSON, but no OTLP trace export request (an object with "resourceSpans")',
      'voice-otel: F:6: line skipped: it is JSON, but no OTLP trace export request (an object with "resourceSpans")',
      expect.stringMatching(/^voice-otel: F:8: line skipped: it is not JSON/),
      '',
    ]);
  });

  it('counts what it does not list, and repeats nothing that somebody said', async () => {
    const path = await file('worse.jsonl', `${'my secret is 42\n'.repeat(9)}${lines(CONVERSATION_REQUESTS)}`);
    const { code, err } = await run(['timeline', path]);
    expect(code).toBe(0);
    expect(err).toContain('4 more lines skipped');
    expect(err).not.toContain('secret');
  });

  it('keeps separators of Unicode that JSON may hold', async () => {
    const attributes = {
      'voice.session.id': 's',
      'voice.turn.speaker': 'user',
      'voice.turn.transcript': 'one\u2028two',
    };
    const span = otlpSpan({ id: 'a', name: 'voice.user_turn', from: 0, to: 1, attributes });
    const { out, err } = await run(['timeline', '-'], { stdin: [lines([otlpRequest([span])])] });
    expect(err).toBe('');
    expect(out).toContain('    one two\n');
  });
});

describe('a file with several calls', () => {
  const several = [...CONVERSATION_REQUESTS, ...OPEN_CALL_REQUESTS];

  it('lists them', async () => {
    const { code, out } = await run(['timeline', '-', '--width', '100'], { stdin: [lines(several)] });
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'start (UTC)            duration  turns  slowest       cost  agent           session',
        '2026-11-20 14:03:07      36.0 s      9  3860 ms  > $0.0134  front_desk v42  s_00000000000000c1',
        '2026-11-20 14:04:46  open 5.4 s      2           > $0.0004  front_desk v42  s_00000000000000c2',
        '',
        '2 calls; --session ID shows one of them.',
        '',
      ].join('\n'),
    );
  });

  it('shows the one asked for, by its id or the beginning of it', async () => {
    const path = await file('several.jsonl', lines(several));
    const byId = await run(['timeline', path, '--session', 's_00000000000000c2', '--width', '80']);
    expect(byId).toEqual({ code: 0, out: await golden('open-call-80.txt'), err: '' });
    const byBeginning = await run(['timeline', path, '--session', 's_00000000000000c', '--width', '100']);
    expect(byBeginning.out).toContain('2 calls; --session ID shows one of them.');
  });

  it('says which there are where none is meant', async () => {
    const { code, out, err } = await run(['timeline', '-', '--session', 's_9'], { stdin: [lines(several)] });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^voice-otel: no call's session id begins with "s_9"\. There are:\nstart \(UTC\)/);
    expect(err).toContain('s_00000000000000c2');
  });
});

describe('a file with nothing to show', () => {
  it('that is not there', async () => {
    const path = join(folder, 'nowhere.jsonl');
    const { code, err } = await run(['timeline', path]);
    expect([code, err]).toEqual([1, `voice-otel: cannot read ${path}: there is no such file\n`]);
  });

  it('that is a folder', async () => {
    const { code, err } = await run(['timeline', folder]);
    expect([code, err]).toEqual([
      1,
      `voice-otel: cannot read ${folder}: it is a folder; name a file in it\n`,
    ]);
  });

  it('that is empty', async () => {
    const path = await file('empty.jsonl', '\n\n');
    const { code, err } = await run(['timeline', path]);
    expect(code).toBe(1);
    expect(err).toContain(`voice-otel: ${path} is empty\nvoice-otel: ${path}: no spans.\nTo get a trace,`);
  });

  it('that has other spans: it says which, and how to get a trace', async () => {
    const http = (id: string): object => otlpSpan({ id, name: 'GET', from: 0, to: 1 });
    const text = lines([
      otlpRequest([http('a'), http('b')], '@opentelemetry/instrumentation-http'),
      otlpRequest([http('c')], 'my-app'),
    ]);
    const { code, out, err } = await run(['timeline', '-'], { stdin: [text] });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(
      'standard input: no spans of a conversation, but 3 others: @opentelemetry/instrumentation-http (2), my-app (1).',
    );
    expect(err).toContain('new OtlpFileExporter(');
  });

  it('that has logs or metrics only', async () => {
    const { err } = await run(['timeline', '-'], {
      stdin: ['{"resourceLogs":[]}\n{"resourceMetrics":[]}\n'],
    });
    expect(err).toContain('standard input holds logs or metrics only, no traces');
  });

  it('that is JSON over several lines, or packed', async () => {
    const pretty = await run(['timeline', '-'], {
      stdin: [JSON.stringify(CONVERSATION_REQUESTS[0], null, 2)],
    });
    expect(pretty.code).toBe(1);
    expect(pretty.err).toContain('standard input:1: line skipped: this is JSON over several lines');
    expect(pretty.err).toContain('jq -c .');
    const packed = await run(['timeline', '-'], { stdin: [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0)] });
    expect(packed.err).toContain('this is gzip; unpack it first: gzip -dc FILE | voice-otel timeline -');
  });
});

describe('the looks', () => {
  const stdin = [lines(CONVERSATION_REQUESTS)];
  const widest = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length));

  it('take the width of the terminal, within reason', async () => {
    expect(widest((await run(['timeline', '-'], { stdin, columns: 90 })).out)).toBe(90);
    expect(widest((await run(['timeline', '-'], { stdin, columns: 400 })).out)).toBe(160);
    expect(widest((await run(['timeline', '-'], { stdin })).out)).toBe(100);
    expect(widest((await run(['timeline', '-'], { stdin, env: { COLUMNS: '77' } })).out)).toBe(77);
    expect(widest((await run(['timeline', '-', '--width', '200'], { stdin })).out)).toBe(200);
  });

  it('are ASCII when asked for or where the locale is not UTF-8', async () => {
    const ascii = await golden('call-80-ascii.txt');
    const unicode = await golden('call-80.txt');
    const printed = async (env: Record<string, string>, ...more: string[]): Promise<string> =>
      (await run(['timeline', '-', '--width', '80', ...more], { stdin, env })).out;
    expect(await printed({}, '--ascii')).toBe(ascii);
    expect(await printed({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe(ascii);
    expect(await printed({ LANG: 'de_DE.ISO-8859-1' })).toBe(ascii);
    expect(await printed({ LC_CTYPE: 'C.utf8', LANG: 'C' })).toBe(unicode);
    expect(await printed({})).toBe(unicode);
  });

  it.each([
    { name: 'a terminal', isTTY: true, env: {}, flags: [], coloured: true },
    { name: 'no terminal', isTTY: false, env: {}, flags: [], coloured: false },
    { name: 'FORCE_COLOR', isTTY: false, env: { FORCE_COLOR: '1' }, flags: [], coloured: true },
    { name: 'FORCE_COLOR=0', isTTY: true, env: { FORCE_COLOR: '0' }, flags: [], coloured: false },
    { name: 'NO_COLOR', isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' }, flags: [], coloured: false },
    { name: '--no-color', isTTY: true, env: { FORCE_COLOR: '1' }, flags: ['--no-color'], coloured: false },
    { name: 'a dumb terminal', isTTY: true, env: { TERM: 'dumb' }, flags: [], coloured: false },
  ])('have colours: $name', async ({ isTTY, env, flags, coloured }) => {
    const { out } = await run(['timeline', '-', '--width', '80', ...flags], {
      stdin,
      isTTY,
      env: { ...env },
    });
    expect(out.includes('\u001b[')).toBe(coloured);
    expect(stripVTControlCharacters(out)).toBe(await golden('call-80.txt'));
  });
});
