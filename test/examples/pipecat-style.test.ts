import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConformance } from '../../src/testing/index.js';
import { Receiver } from '../support/otlp-receiver.js';
import { named, outline } from '../support/spans.js';
import { type Outcome, runExample } from './run-example.js';

/** The call as it is scripted, written down by hand. The caller talks over the first answer. */
const EXPECTED = [
  'voice.session',
  '  voice.user_turn: Where is my order?',
  '    speech_to_text nova-3',
  '    voice.vad',
  '  voice.agent_turn: It has shipped. It arrives …',
  '    chat gpt-4.1-mini',
  '    execute_tool find_order',
  '    chat gpt-4.1-mini',
  '    text_to_speech sonic-3',
  '    text_to_speech sonic-3',
  '  voice.user_turn: Call me at [REDACTED:phone], please.',
  '    speech_to_text nova-3',
  '    voice.vad',
  '  voice.agent_turn: Of course. I will call you back then.',
  '    chat gpt-4.1-mini',
  '    text_to_speech sonic-3',
  '    text_to_speech sonic-3',
];

/** What the first answer would have been. How much of it was heard depends on how busy the machine is. */
const ANSWER = 'It has shipped. It arrives tomorrow before noon at the address that you gave us.';

describe('the pipeline of frames', () => {
  const receiver = new Receiver();
  let outcome: Outcome;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pipecat-style-'));
    await receiver.start();
    outcome = await runExample('pipecat-style/main.ts', {
      folder,
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
  }, 90_000);

  afterAll(async () => {
    await receiver.close();
    await rm(folder, { recursive: true });
  });

  it('ends well and warns of nothing', () => {
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('is a conversation with its turns and stages', () => {
    const lines = outline(receiver.spans, ({ name, attributes }) => {
      const said = attributes['voice.turn.transcript'];
      if (said === undefined) return name;
      const heard = String(said);
      return `${name}: ${ANSWER.startsWith(heard) ? 'It has shipped. It arrives …' : heard}`;
    });
    expect(lines).toEqual(EXPECTED);
  });

  it('knows that the caller cut the agent off, and what of the answer was heard', () => {
    const [cut, answered] = named(receiver.spans, 'voice.agent_turn');
    const [, cutting] = named(receiver.spans, 'voice.user_turn');
    expect(cut?.attributes).toMatchObject({
      'voice.turn.end_reason': 'interrupted',
      'voice.turn.generated_transcript': ANSWER,
    });
    expect(answered?.attributes['voice.turn.end_reason']).toBe('completed');
    expect(cutting?.attributes['voice.turn.interrupted_turn.id']).toBe(cut?.attributes['voice.turn.id']);
    expect(cutting?.attributes['voice.turn.interruption_latency']).toBeGreaterThanOrEqual(0.19);
  });

  it('times the answers from the true silence of the caller, which the detector knew 300 ms later', () => {
    for (const { attributes } of named(receiver.spans, 'voice.agent_turn')) {
      const wait =
        Number(attributes['voice.turn.response_latency']) -
        Number(attributes['voice.turn.time_to_first_audio']);
      expect(wait).toBeCloseTo(0.3, 2);
      // The recogniser's, the model's and the synthesiser's delay, at least.
      expect(attributes['voice.turn.response_latency']).toBeGreaterThan(0.18 + 0.25 + 0.14);
    }
  });

  it('prices every stage that costs', () => {
    const [session] = named(receiver.spans, 'voice.session');
    expect(session?.attributes['voice.session.cost.missing_count']).toBe(0);
    expect(session?.attributes['voice.session.cost.total']).toBeGreaterThan(0);
  });

  it('speaks the vocabulary', () => {
    expect(checkConformance(receiver.spans)).toEqual([]);
  });
});
