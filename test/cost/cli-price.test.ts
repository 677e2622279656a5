import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/io.js';
import { runPrice } from '../../src/cli/price.js';

const TRACE = fileURLToPath(new URL('../fixtures/cost/trace.jsonl', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'voice-otel-price-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function price(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await runPrice(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    stdin: (async function* () {})(),
    env: {},
  });
  return { code, stdout, stderr };
}

function options(content: unknown): string {
  const file = join(scratch, 'prices.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const DATE = ['--date', '2026-11-24'];

describe('voice-otel price MODEL', () => {
  it('prints the amount, the row and where it was read', async () => {
    const { code, stdout } = await price('deepgram/nova-3', '--audio', '2.4s', ...DATE);
    expect(code).toBe(0);
    expect(stdout).toContain('deepgram/nova-3 (stt, stream): 0.000192 USD\n');
    expect(stdout).toContain('from price table, plan pay-as-you-go, verified 2026-08-01\n');
    expect(stdout).toContain('0.0048 per 60 s of audio (USD, confidence a)\n');
    expect(stdout).toContain('https://deepgram.com/pricing, read by Hail Costs 2026-07-19');
    expect(stdout).not.toContain('an estimate');
  });

  it('says what makes an estimate of it', async () => {
    const { stdout } = await price('cartesia/sonic-2', '--text', 'Let me help reset your password.', ...DATE);
    expect(stdout).toContain('cartesia/sonic-2 (tts): 0.0016 USD\n');
    expect(stdout).toContain('an estimate: low_confidence, plan_assumed\n');
  });

  it.each<[number, string[]]>([
    [0.000296, ['openai:gpt-4.1-mini', '--input', '420', '--output', '80']],
    [0.0002, ['gpt-4.1-mini', '--input', '1000', '--cached', '800', '--output', '25']],
    [0.0072, ['deepgram/nova-3', '--audio', '1m30s']],
    [0.00012, ['deepgram/nova-3', '--audio', '1500ms']],
    [0.0048, ['deepgram/nova-3', '--audio', '60']],
    [0.0058, ['deepgram/nova-3', '--audio', '1m', '--language', 'multi']],
    [0.0042, ['deepgram/nova-3', '--audio', '1m', '--plan', 'growth']],
    [0.0077, ['deepgram/nova-3', '--audio', '1m', '--mode', 'batch']],
    [0.0075, ['assemblyai/universal-streaming', '--audio', '20s', '--session', '3m']],
    [0.1, ['livekit/agent-session', '--connected', '10m']],
    [
      // 100 × 4 + 800 × 32 + 100 × 0.40 + 600 × 64 per million
      0.06444,
      [
        'gpt-realtime',
        '--input',
        '1000',
        '--audio-input',
        '900',
        '--cached',
        '100',
        '--cached-audio',
        '100',
        '--output',
        '600',
        '--audio-output',
        '600',
      ],
    ],
  ])('%d for %j', async (amount, argv) => {
    const { stdout } = await price(...argv, ...DATE, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ amount, currency: 'USD' });
  });

  it('never writes an amount as a power of ten', async () => {
    const { stdout } = await price('gpt-4.1-nano', '--input', '1', '--output', '0', ...DATE);
    expect(stdout).toContain('openai/gpt-4.1-nano (llm): 0.0000001 USD\n');
  });

  it('gives a reason and fails where there is no price', async () => {
    expect(await price('openai/unheard-of', '--input', '5')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'openai/unheard-of: unknown_model: no price for "openai/unheard-of" as stt\n',
    });
    expect((await price('deepgram/nova-3')).stderr).toBe(
      'deepgram/nova-3: no_usage: the price is per audio_second\n',
    );
  });

  it('takes the prices of the user', async () => {
    const file = options({
      overrides: [{ provider: 'deepgram', discount: '0.5' }],
      currency: 'EUR',
      exchangeRates: { USD: 0.9 },
    });
    const { stdout } = await price('deepgram/nova-3', '--audio', '1m', '--prices', file, ...DATE, '--json');
    // 0.0048 × 0.5 × 0.9
    expect(JSON.parse(stdout)).toMatchObject({ amount: 0.00216, currency: 'EUR', source: 'user_table' });
  });

  it.each([
    [[], 'price needs one MODEL'],
    [['a', 'b'], 'price needs one MODEL'],
    [['a', '--audio', 'long'], '--audio takes a time such as 2.4s'],
    [['a', '--input', '1.5'], '--input takes a whole number'],
    [['a', '--mode', 'fast'], '--mode takes stream or batch'],
    [['a', '--date', '24.11.2026'], '--date takes a day YYYY-MM-DD'],
    [['--list', 'vad'], '--list takes stt, llm, tts, infrastructure'],
    [['a', '--prices', join(scratch, 'absent.json')], 'ENOENT'],
  ])('%j is asked for wrongly', async (argv, message) => {
    await expect(price(...argv)).rejects.toThrow(UsageError);
    await expect(price(...argv)).rejects.toThrow(message);
  });

  it('says what is wrong with the prices of the user', async () => {
    await expect(price('a', '--prices', options('{'))).rejects.toThrow(UsageError);
    await expect(price('a', '--prices', options({ overrides: [{}] }))).rejects.toThrow(
      'overrides[0].provider',
    );
  });

  it('explains itself', async () => {
    const { code, stdout } = await price('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('voice-otel price --file TRACES');
  });
});

describe('voice-otel price --list', () => {
  it('counts what is covered', async () => {
    const { code, stdout } = await price('--list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^stt: \d+ models of \d+ providers: alibaba, assemblyai, aws, /m);
    expect(stdout).toMatch(/^infrastructure: \d+ services of /m);
  });

  it('shows the rows in force on a day', async () => {
    const rows = async (date: string) => {
      const { stdout } = await price('--list', 'tts', '--json', '--date', date);
      const lines: { model: string; price: string }[] = JSON.parse(stdout);
      return lines.filter((line) => line.model === 'google/wavenet').map((line) => line.price);
    };
    expect(await rows('2026-07-18')).toEqual(['16 per 1000000 characters']);
    expect(await rows('2026-07-19')).toEqual(['4 per 1000000 characters']);
    const { stdout } = await price('--list', 'tts', ...DATE);
    expect(stdout).toMatch(/^cartesia\/sonic-2 +any +50 per 1000000 characters +pro +c +2026-11-22$/m);
  });
});

describe('voice-otel price --file', () => {
  it('prices every stage once by the prices of its day; a cost of the caller stays', async () => {
    const { code, stdout, stderr } = await price('--file', TRACE, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [a, b, ...rest] = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(rest).toEqual([]);
    expect(a).toEqual({
      session: 's_a',
      stages: 5,
      // 0.000192 + 0.000296 + 0.0016 + 0.005
      total: 0.007088,
      currency: 'USD',
      parts: { stt: 0.000192, llm: 0.005296, tts: 0.0016 },
      // 0.0012 + 0.000296 + 0.0016 + 0.005
      recorded: { USD: 0.008096 },
      missing: { unknown_model: 1 },
      estimatedStages: 1,
    });
    // 12 characters at $16 per million: the text is masked, so its length says nothing.
    expect(b).toMatchObject({ session: 's_b', total: 0.000192, recorded: {}, estimatedStages: 1 });
  });

  it('prices by another day and another table', async () => {
    const file = options({ overrides: [{ provider: 'deepgram', discount: 0.5 }] });
    const { stdout } = await price('--file', TRACE, '--date', '2026-11-24', '--prices', file, '--json');
    const [a, b] = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(a).toMatchObject({ parts: { stt: 0.000096 } });
    expect(b).toMatchObject({ total: 0.000048 });
  });

  it('prices a stage without tokens by the calls that others traced inside it, the innermost of nested ones', async () => {
    const span = (spanId: string, parentSpanId: string, attributes: Record<string, string | number>) => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId,
      parentSpanId,
      name: 'x',
      startTimeUnixNano: '1795500000000000000',
      endTimeUnixNano: '1795500001000000000',
      attributes: Object.entries(attributes).map(([key, value]) => ({
        key,
        value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
      })),
    });
    const model = { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4.1-mini' };
    const spans = [
      span('00000000000000c1', '00000000000000b1', {
        ...model,
        'gen_ai.usage.input_tokens': 420,
        'gen_ai.usage.output_tokens': 80,
      }),
      span('00000000000000c2', '00000000000000b1', {
        ...model,
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 0,
      }),
      span('00000000000000b1', '00000000000000a1', { ...model, 'gen_ai.usage.input_tokens': 1420 }),
      span('00000000000000a1', '0000000000000001', {
        'voice.session.id': 's_c',
        'voice.stage.type': 'llm',
      }),
    ];
    const file = join(scratch, 'inner.jsonl');
    writeFileSync(file, `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })}\n`);
    const { stdout } = await price('--file', file, '--json');
    // 0.000296 + 1000 · 0.40 per million
    expect(JSON.parse(stdout)).toMatchObject({ session: 's_c', stages: 1, total: 0.000696, missing: {} });
  });

  it('is read by a person too', async () => {
    const { stdout } = await price('--file', TRACE);
    expect(stdout).toContain(
      's_a: 0.007088 USD (stt 0.000192, llm 0.005296, tts 0.0016)\n  recorded 0.008096 USD; 1 of 5 stages estimated; without a price: 1 unknown_model\n',
    );
  });

  it('says what it cannot read', async () => {
    const { code, stderr } = await price('--file', join(scratch, 'absent.jsonl'));
    expect(code).toBe(1);
    expect(stderr).toContain('cannot read');
    const empty = join(scratch, 'empty.jsonl');
    writeFileSync(empty, '');
    expect((await price('--file', empty)).stderr).toContain('no stages of a model');
  });
});
