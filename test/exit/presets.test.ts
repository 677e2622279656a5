import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AshrMock, startAshrMock } from '../../src/testing/ashr-mock/mock.js';
import { Receiver, spansOfLines } from '../support/otlp-receiver.js';
import { filesIn, textIn } from './matrix.js';
import { type Ended, Programs } from './processes.js';

const programs = new Programs();

beforeAll(async () => {
  await programs.build('presets');
});
afterAll(() => programs.remove());

const WAYS = ['exit', 'exception', 'SIGTERM'] as const;
const CODES = { exit: [7, null], exception: [1, null], SIGTERM: [null, 'SIGTERM'] } as const;

async function end(
  preset: string,
  way: (typeof WAYS)[number],
  environment: Record<string, string>,
): Promise<Ended> {
  const running = programs.start('presets', [preset, way], { environment });
  if (way === 'SIGTERM') {
    await running.printed('ready');
    running.kill('SIGTERM');
  }
  const ended = await running.ended;
  expect([ended.code, ended.signal]).toEqual(CODES[way]);
  return ended;
}

describe.each(['Client', 'VoiceObservability with a key'])('%s, in the middle of a call', (preset) => {
  let ashr: AshrMock;

  beforeEach(async () => {
    ashr = await startAshrMock({ apiKey: 'vo_test' });
  });
  afterEach(() => ashr.close());

  it.each(WAYS)('%s: turn and session are at Ashr, and the session is closed', async (way) => {
    await end(preset, way, { BACK_END: ashr.url });
    const { turns, sessions } = ashr.store;
    expect([...turns.values()].map(({ speaker }) => speaker)).toEqual(['user']);
    expect([...sessions.values()].map(({ patch }) => [patch?.status, patch?.rollups])).toEqual([
      ['completed', expect.objectContaining({ turn_count: 1, user_turn_count: 1 })],
    ]);
  });
});

describe('VoiceObservability by the environment, in the middle of a call', () => {
  const names = ['voice.session', 'voice.user_turn'];

  it.each(WAYS)('%s: the spans are at the endpoint', async (way) => {
    const receiver = new Receiver();
    await receiver.start();
    await end('VoiceObservability', way, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    expect(receiver.spans.map(({ name }) => name).sort()).toEqual(names);
    const session = receiver.spans.find(({ name }) => name === 'voice.session');
    expect(
      session?.attributes['voice.session.end_detail'] ?? session?.attributes['voice.session.end_reason'],
    ).toBe('shutdown');
    await receiver.close();
  });

  it.each(WAYS)('%s: the spans are in the file', async (way) => {
    const file = programs.path(`${way}.otlp.jsonl`);
    await end('VoiceObservability', way, { VOICE_OTEL_FILE: file });
    const spans = spansOfLines(readFileSync(file, 'utf8'));
    expect(spans.map(({ name }) => name).sort()).toEqual(names);
  });

  it('with a spool: what could not be sent is there, and the next start sends it', async () => {
    const spool = programs.path('spool');
    const down = 'http://127.0.0.1:9';
    await end('VoiceObservability', 'exit', {
      OTEL_EXPORTER_OTLP_ENDPOINT: down,
      VOICE_OTEL_SPOOL_DIR: spool,
    });
    const left = spansOfLines(textIn(spool)).map((span) => span.spanContext().spanId);
    expect(left).toHaveLength(2);
    const receiver = new Receiver();
    await receiver.start();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, VOICE_OTEL_SPOOL_DIR: spool };
    const next = programs.start('presets', ['VoiceObservability', 'signal'], { environment });
    await expect.poll(() => receiver.spans.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    next.kill('SIGTERM');
    await next.ended;
    const arrived = receiver.spans.map((span) => span.spanContext().spanId);
    expect(arrived).toHaveLength(4);
    expect(new Set(arrived)).toEqual(new Set([...arrived, ...left]));
    expect(filesIn(spool)).toEqual([]);
    await receiver.close();
  });
});
