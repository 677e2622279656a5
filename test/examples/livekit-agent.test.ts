import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroundTruth } from '../../examples/livekit-agent/stand-ins/ground-truth.js';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { checkConformance } from '../../src/testing/index.js';
import { Receiver, spansOfLines } from '../support/otlp-receiver.js';
import { parentId, spanId } from '../support/spans.js';
import { type Outcome, runExample } from './run-example.js';

/** How far a latency may lie from what microphone, VAD and speaker measured, in seconds. */
const TOLERANCE_S = 0.03;

/** The call, written down by hand: speaker, words, and the stages that were not thrown away. */
const TURNS = [
  ['agent', 'Hello, this is Harbor Coffee. How can I help?', ['text_to_speech sonic-2']],
  ['user', 'Hi, do you ship decaf to Canada?', ['speech_to_text nova-3', 'voice.vad']],
  ['agent', 'Yes, and it takes about five days.', ['chat gpt-4.1-mini', 'text_to_speech sonic-2']],
  ['user', 'Where is my order 4712?', ['speech_to_text nova-3', 'voice.vad']],
  [
    'agent',
    expect.stringMatching(/^Order 4712 left on Monday\. It is with/),
    ['chat gpt-4.1-mini', 'chat gpt-4.1-mini', 'execute_tool look_up_order', 'text_to_speech sonic-2'],
  ],
  ['user', 'Great, mail that to [REDACTED:email].', ['speech_to_text nova-3', 'voice.vad']],
  ['agent', 'Done, it is on its way. Anything else?', ['chat gpt-4.1-mini', 'text_to_speech sonic-2']],
  ['user', 'No, thank you.', ['speech_to_text nova-3', 'voice.vad']],
  ['agent', 'Thank you, goodbye.', ['chat gpt-4.1-mini', 'text_to_speech sonic-2']],
] as const;

interface Run {
  readonly outcome: Outcome;
  readonly spans: ReadableSpanLike[];
  readonly truth: GroundTruth;
}

describe('the demo', () => {
  const receiver = new Receiver();
  const runs = new Map<string, Run>();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'livekit-agent-'));
    await receiver.start();
    const [toFile, toReceiver] = await Promise.all([
      run('file', {}),
      run('otlp', { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }),
    ]);
    runs.set('to a file', toFile);
    runs.set('over OTLP/HTTP', { ...toReceiver, spans: receiver.spans });
  }, 120_000);

  afterAll(async () => {
    await receiver.close();
    await rm(folder, { recursive: true });
  });

  async function run(name: string, environment: Record<string, string>): Promise<Run> {
    const file = join(folder, `${name}.otlp.jsonl`);
    const truthFile = join(folder, `${name}.truth.json`);
    const outcome = await runExample('livekit-agent/demo.ts', {
      folder,
      environment: { VOICE_OTEL_FILE: file, DEMO_GROUND_TRUTH: truthFile, ...environment },
    });
    if (outcome.exitCode !== 0) throw new Error(`the demo failed: ${outcome.stdout}${outcome.stderr}`);
    const spans = spansOfLines(await readFile(file, 'utf8'));
    return { outcome, spans, truth: JSON.parse(await readFile(truthFile, 'utf8')) };
  }

  describe.each(['to a file', 'over OTLP/HTTP'])('%s', (way) => {
    let call: Call;
    let truth: GroundTruth;
    let outcome: Outcome;

    beforeAll(() => {
      const found = runs.get(way);
      if (found === undefined) throw new Error(`no run ${way}`);
      ({ truth, outcome } = found);
      call = new Call(found.spans);
    });

    it('has the call turn by turn', () => {
      const turns = call.turns.map((turn) => [
        turn.attributes['voice.turn.speaker'],
        turn.attributes['voice.turn.transcript'],
        call
          .stagesOf(turn)
          .filter(({ attributes }) => attributes['voice.stage.end_reason'] !== 'discarded')
          .map(({ name }) => name)
          .sort(),
      ]);
      expect(turns).toEqual(TURNS);
    });

    it('nests session, turns and stages', () => {
      expect(call.turns.map(parentId)).toEqual(TURNS.map(() => spanId(call.session)));
      const stages = call.turns.flatMap((turn) => call.stagesOf(turn));
      expect(1 + call.turns.length + stages.length).toBe(call.spans.length);
      expect(call.session.attributes).toMatchObject({
        'gen_ai.agent.name': 'support-agent',
        'gen_ai.agent.version': '1.4.0',
        'voice.session.transport': 'webrtc',
        'voice.session.end_reason': 'user_left',
      });
    });

    it('has the tool call with what went in and what came out', () => {
      const tool = call.spans.find(({ name }) => name === 'execute_tool look_up_order');
      expect(parentId(tool ?? call.session)).toBe(spanId(call.turn(4)));
      expect(JSON.parse(String(tool?.attributes['gen_ai.tool.call.arguments']))).toEqual({
        orderNumber: '4712',
      });
      expect(JSON.parse(String(tool?.attributes['gen_ai.tool.call.result']))).toEqual({
        orderNumber: '4712',
        status: 'with the carrier',
        arrives: 'tomorrow, 9:00 to 12:00',
      });
    });

    it('has the barge-in on the right pair of turns', () => {
      const interrupted = call.turns.map(({ attributes }) => attributes['voice.turn.end_reason']);
      expect(interrupted.map((reason) => reason === 'interrupted')).toEqual(TURNS.map((_, i) => i === 4));
      const interrupting = call.turns.map(({ attributes }) => attributes['voice.turn.interrupted_turn.id']);
      const cutOff = call.turn(4).attributes['voice.turn.id'];
      expect(interrupting).toEqual(TURNS.map((_, i) => (i === 5 ? cutOff : undefined)));
      expect(truth.playbacks.map(({ interrupted }) => interrupted)).toEqual([
        false,
        false,
        true,
        false,
        false,
      ]);

      const silentAfter = (at(truth.playbacks, 2).endedAt - at(truth.vadBounds, 2).startedAt) / 1000;
      const latency = Number(call.turn(5).attributes['voice.turn.interruption_latency']);
      expect(Math.abs(latency - silentAfter)).toBeLessThan(TOLERANCE_S);
    });

    it('measures from the end of speech, as the VAD corrected it, to the first sound of the answer', () => {
      expect(call.turn(0).attributes).not.toHaveProperty('voice.turn.response_latency');
      for (const index of [0, 1, 2, 3]) {
        const { attributes } = call.turn(2 * index + 2);
        const answeredAt = at(truth.playbacks, index + 1).startedAt;
        const measured = (answeredAt - at(truth.vadBounds, index).endedAt) / 1000;
        const latency = Number(attributes['voice.turn.response_latency']);
        expect(Math.abs(latency - measured)).toBeLessThan(TOLERANCE_S);

        const heard = answeredAt - at(truth.utterances, index).endedAt;
        console.info(
          `${way}, answer ${index + 1}: ${Math.round(latency * 1000)} ms, from the microphone ${Math.round(heard)} ms`,
        );
      }
    });

    it('prices everything that reported its usage', () => {
      const paid = call.spans.filter(({ name }) => /^(speech_to_text|chat|text_to_speech) /.test(name));
      const unpriced = paid.filter(({ attributes }) => attributes['voice.cost.amount'] === undefined);
      // A generation that LiveKit broke off reports none.
      for (const { attributes } of unpriced) {
        expect(attributes).toMatchObject({
          'voice.stage.end_reason': 'discarded',
          'voice.cost.missing_reason': 'no_usage',
        });
      }
      const amounts = paid.map(({ attributes }) => Number(attributes['voice.cost.amount'] ?? 0));
      const sum = amounts.reduce((total, amount) => total + amount, 0);
      expect(amounts.filter((amount) => amount > 0)).toHaveLength(14);
      expect(call.session.attributes['voice.session.cost.total']).toBeCloseTo(sum, 9);
      expect(call.session.attributes['voice.session.cost.missing_count']).toBe(unpriced.length);
    });

    it('lets nothing out that the caller said about themselves', () => {
      expect(JSON.stringify(call.spans)).not.toContain('ana@example.com');
    });

    it('speaks the vocabulary', () => {
      const findings = checkConformance(call.spans);
      expect(findings).toEqual([]);
    });

    it('tells the call as it goes, then prints its timeline', () => {
      expect(outcome.stderr).toBe('');
      const [told, timeline] = outcome.stdout.split('Its trace went to');
      expect(told).toMatch(/caller {2}Great, mail that to ana@example\.com\.\n/);
      expect(timeline).toContain('support-agent 1.4.0');
      expect(timeline).toContain('Great, mail that to [REDACTED:email].');
    });
  });
});

/** The spans of one call. */
class Call {
  readonly spans: readonly ReadableSpanLike[];
  readonly session: ReadableSpanLike;
  /** By their index. */
  readonly turns: readonly ReadableSpanLike[];

  constructor(spans: readonly ReadableSpanLike[]) {
    this.spans = spans;
    this.session = at(
      spans.filter(({ name }) => name === 'voice.session'),
      0,
    );
    this.turns = spans
      .filter(({ name }) => name === 'voice.user_turn' || name === 'voice.agent_turn')
      .sort((a, b) => Number(a.attributes['voice.turn.index']) - Number(b.attributes['voice.turn.index']));
  }

  turn(index: number): ReadableSpanLike {
    return at(this.turns, index);
  }

  stagesOf(turn: ReadableSpanLike): ReadableSpanLike[] {
    return this.spans.filter((span) => parentId(span) === spanId(turn));
  }
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`${index + 1} expected, there are ${list.length}`);
  return item;
}
