import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { checkConformance } from '../../src/testing/index.js';
import { Receiver } from '../support/otlp-receiver.js';
import { outline } from '../support/spans.js';
import { type Outcome, runExample } from './run-example.js';

const WAYS = ['beside', 'inside'] as const;

/** The whole of it, written down by hand: the application's spans, ours, and those of its HTTP instrumentation. */
const EXPECTED = [
  'incoming call',
  '  voice.session',
  '    voice.agent_turn: Harbor Coffee, how can I help?',
  '      text_to_speech sonic-2',
  '        POST /v1/tts',
  '    voice.user_turn: Where is my order? My mail is [REDACTED:email].',
  '      speech_to_text nova-3',
  '        POST /v1/listen',
  '    voice.agent_turn: It arrives tomorrow before noon.',
  '      chat gpt-4.1-mini',
  '        POST /v1/chat/completions',
  '      execute_tool find_orders',
  '        GET /shop/orders',
  '      chat gpt-4.1-mini',
  '        POST /v1/chat/completions',
  '      text_to_speech sonic-2',
  '        POST /v1/tts',
  '    voice.user_turn: Thanks. Call me at [REDACTED:phone] if it is late.',
  '      speech_to_text nova-3',
  '        POST /v1/listen',
  '    voice.agent_turn: I will, thank you for calling.',
  '      chat gpt-4.1-mini',
  '        POST /v1/chat/completions',
  '      text_to_speech sonic-2',
  '        POST /v1/tts',
];

describe('the hand-written loop', () => {
  const receiver = new Receiver();
  const outcomes = new Map<string, Outcome>();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hand-written-loop-'));
    await receiver.start();
    await Promise.all(
      WAYS.map(async (way) => {
        const environment = {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_RESOURCE_ATTRIBUTES: `test.way=${way}`,
        };
        const args = way === 'inside' ? ['--inside'] : [];
        const outcome = await runExample('hand-written-loop/main.ts', { args, folder, environment });
        outcomes.set(way, outcome);
      }),
    );
  }, 90_000);

  afterAll(async () => {
    await receiver.close();
    await rm(folder, { recursive: true });
  });

  describe.each(WAYS)('with the exporter %s ours', (way) => {
    const spans = (): ReadableSpanLike[] =>
      receiver.spans.filter(({ resource }) => resource.attributes['test.way'] === way);
    const named = (name: string): ReadableSpanLike[] => spans().filter((span) => span.name === name);

    it('ends well and warns of nothing', () => {
      expect(outcomes.get(way)).toMatchObject({ exitCode: 0, stderr: '' });
    });

    it('the exporter that was there before gets every span, HTTP nested under the stages', () => {
      expect(outline(spans(), describeSpan)).toEqual(EXPECTED);
    });

    it('nothing that the caller said about themselves leaves the process', () => {
      const everything = JSON.stringify(spans());
      expect(everything).not.toMatch(/ana\.kovac|ana%2Ekovac|example\.com|555-?0132/i);
      expect(everything).toContain('[REDACTED:email]');
    });

    it('prices every stage and times every answer', () => {
      const [session] = named('voice.session');
      const stages = spans().filter(({ attributes }) => attributes['voice.cost.amount'] !== undefined);
      expect(stages).toHaveLength(8);
      const sum = stages.reduce(
        (total, { attributes }) => total + Number(attributes['voice.cost.amount']),
        0,
      );
      expect(session?.attributes['voice.session.cost.total']).toBeCloseTo(sum, 9);
      expect(session?.attributes['voice.session.cost.missing_count']).toBe(0);

      const [greeting, ...answers] = named('voice.agent_turn');
      expect(greeting?.attributes).not.toHaveProperty('voice.turn.response_latency');
      for (const { attributes } of answers) {
        // The caller was silent for 350 ms before the end of their turn was announced.
        const wait =
          Number(attributes['voice.turn.response_latency']) -
          Number(attributes['voice.turn.time_to_first_audio']);
        expect(wait).toBeGreaterThan(0.34);
        expect(attributes['voice.turn.latency_source']).toBe('measured');
      }
    });

    it('speaks the vocabulary', () => {
      expect(checkConformance(spans())).toEqual([]);
    });
  });
});

function describeSpan({ name, attributes }: ReadableSpanLike): string {
  const said = attributes['voice.turn.transcript'];
  if (said !== undefined) return `${name}: ${said}`;
  const path = attributes['url.path'];
  return path === undefined ? name : `${name} ${path}`;
}
