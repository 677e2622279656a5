import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { checkConformance } from '../../../src/testing/index.js';
import { type Outcome, runExample } from '../../examples/run-example.js';
import { Receiver } from '../../support/otlp-receiver.js';
import { outline } from '../../support/spans.js';

const EXAMPLES = ['openai-realtime', 'agent-events', 'wrapped-stages'] as const;

const AGENTS: Readonly<Record<(typeof EXAMPLES)[number], readonly string[]>> = {
  'openai-realtime': ['order-line'],
  'agent-events': ['bank', 'weather'],
  'wrapped-stages': ['forecast'],
};

/** What each of them is, written down by hand. */
const EXPECTED: Readonly<Record<(typeof EXAMPLES)[number], readonly string[]>> = {
  'openai-realtime': [
    'voice.session',
    '  voice.user_turn completed: Where is my order, number seven? My mail is [REDACTED:email].',
    '    voice.vad',
    '    speech_to_text gpt-4o-mini-transcribe',
    '  voice.agent_turn interrupted: Your order arrives tomorrow, and since you ask, it has come a long way already.',
    '    generate_content gpt-realtime',
    '    execute_tool find_order',
    '    generate_content gpt-realtime',
    '  voice.user_turn completed: Stop, that is enough!',
    '    voice.vad',
    '    speech_to_text gpt-4o-mini-transcribe',
    '  voice.agent_turn completed: All right, goodbye.',
    '    generate_content gpt-realtime',
  ],
  'agent-events': [
    'voice.session',
    '  voice.agent_turn completed: Harbor Bank, hello.',
    '  voice.user_turn completed: What is my balance? My number is [REDACTED:phone].',
    '    speech_to_text',
    '  voice.agent_turn interrupted: Your balance is twelve',
    '    execute_tool balance',
    '  voice.user_turn session_closed: Thanks, bye.',
    '    speech_to_text',
    'voice.session',
    '  voice.user_turn completed: Will it rain?',
    '    speech_to_text',
    '  voice.agent_turn completed: Not today.',
  ],
  'wrapped-stages': [
    'voice.session',
    '  voice.user_turn completed: Will it rain?',
    '    speech_to_text whisper-1',
    '  voice.agent_turn completed: No, it stays dry.',
    '    chat gpt-4.1-mini',
    '    text_to_speech sonic-2',
    '  voice.user_turn completed: And tomorrow?',
    '    speech_to_text whisper-1',
    '  voice.agent_turn completed: Tomorrow it pours.',
    '    chat gpt-4.1-mini',
    '    text_to_speech sonic-2',
  ],
};

describe('the examples of events', () => {
  const receiver = new Receiver();
  const outcomes = new Map<string, Outcome>();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voice-otel-events-'));
    await receiver.start();
    await Promise.all(
      EXAMPLES.map(async (example) => {
        const environment = {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          // The imports of voice-otel are answered by src/, whether it was built or not.
          TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
        };
        outcomes.set(example, await runExample(`${example}/main.ts`, { folder, environment }));
      }),
    );
  }, 90_000);

  afterAll(async () => {
    await receiver.close();
    await rm(folder, { recursive: true });
  });

  it.each(EXAMPLES)('%s gives the spans that it promises', (example) => {
    expect(outcomes.get(example)).toMatchObject({ exitCode: 0, stderr: '' });
    const spans = receiver.spans.filter((span) => sessionsOf(example).has(span.spanContext().traceId));
    expect(outline(spans, describeSpan)).toEqual(EXPECTED[example]);
    expect(checkConformance(spans)).toEqual([]);
  });

  it('times and prices the realtime call', () => {
    const spans = receiver.spans.filter((span) =>
      sessionsOf('openai-realtime').has(span.spanContext().traceId),
    );
    const agents = spans.filter(({ name }) => name === 'voice.agent_turn');
    for (const { attributes } of agents) expect(attributes['voice.turn.latency_source']).toBe('derived');
    const [session] = spans.filter(({ name }) => name === 'voice.session');
    expect(session?.attributes).toMatchObject({
      'voice.session.cost.missing_count': 0,
      'voice.session.interruption_count': 1,
    });
  });

  /** The traces of an example, by who the agent is. */
  function sessionsOf(example: (typeof EXAMPLES)[number]): ReadonlySet<string> {
    const agents = AGENTS[example];
    return new Set(
      receiver.spans
        .filter(({ attributes }) => agents.includes(String(attributes['gen_ai.agent.name'])))
        .map((span) => span.spanContext().traceId),
    );
  }
});

function describeSpan({ name, attributes }: ReadableSpanLike): string {
  const said = attributes['voice.turn.transcript'];
  return said === undefined ? name : `${name} ${attributes['voice.turn.end_reason']}: ${said}`;
}
