/** One LiveKit call on a real `AgentSession`, exported to Ashr and over OTLP at once: both say the same. */
import { initializeLogger } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../../src/conversation/tracer.js';
import { AshrExporter } from '../../../src/exporters/ashr/exporter.js';
import { OtlpHttpExporter } from '../../../src/exporters/otlp-http/exporter.js';
import { type LiveKitSession, VoiceObservability } from '../../../src/presets/livekit.js';
import { VoiceSpanProcessor } from '../../../src/processor/voice-span-processor.js';
import { readSpans } from '../../../src/report/otlp.js';
import { type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { sleep } from '../../instrumentation/livekit/fakes/audio.js';
import { Call } from '../../instrumentation/livekit/fakes/call.js';
import { story } from '../../instrumentation/livekit/fakes/replies.js';
import { BackEnd } from '../otlp-http/back-end.js';

type Row = Readonly<Record<string, unknown>>;

let ashr: AshrMock;
let otlp: BackEnd;
/** The attributes of each span that arrived over OTLP. */
let spans: Row[];

beforeAll(async () => {
  initializeLogger({ pretty: false, level: 'silent' });
  ashr = await startAshrMock();
  otlp = await BackEnd.start();
  const processor = new VoiceSpanProcessor({
    exporter: [
      new AshrExporter({ apiKey: 'vo_key', baseUrl: ashr.url }),
      new OtlpHttpExporter({ url: otlp.url, protocol: 'http/json', compression: 'none' }),
    ],
  });
  const tracer = new VoiceTracer({
    tracerProvider: new BasicTracerProvider({ spanProcessors: [processor] }),
  });
  const observability = new VoiceObservability({ tracer, flush: () => processor.forceFlush() });
  // A question, a story that is cut off by the next question, and an answer that is heard to the end.
  const call = new Call({ hears: ['Tell me a story', 'Please stop'], replies: story, attach: null });
  observability.attach(call.session as LiveKitSession, { agentId: 'support' });
  await call.start();
  await call.microphone.say(800);
  await call.agentIs('speaking');
  await sleep(700);
  await call.exchange(900);
  await call.close();
  await observability.shutdown();
  await processor.shutdown();
  spans = otlp.requests.flatMap(({ body }) =>
    readSpans(JSON.parse(new TextDecoder().decode(body))).spans.map(({ attributes }) => attributes),
  );
});

afterAll(async () => {
  await ashr.close();
  await otlp.close();
  await dispose();
});

const ashrTurns = (): Row[] =>
  [...ashr.store.turns.values()].sort((a, b) => Number(a.turn_index) - Number(b.turn_index));

/** Stages carry the index of their turn too. */
const otlpTurns = (): Row[] =>
  spans
    .filter((span) => 'voice.turn.index' in span && !('voice.stage.id' in span))
    .sort((a, b) => Number(a['voice.turn.index']) - Number(b['voice.turn.index']));

/** Seconds in a span as the whole milliseconds of the wire. */
const milliseconds = (seconds: unknown): number | null =>
  typeof seconds === 'number' ? Math.round(seconds * 1000) : null;

/** Without the noise of a sum's last bit. */
const dollars = (amounts: readonly unknown[]): number =>
  Math.round(amounts.reduce<number>((sum, amount) => sum + Number(amount ?? 0), 0) * 1e12) / 1e12;

describe('a LiveKit call exported to Ashr and over OTLP at once', () => {
  it('has the same turns on both sides', () => {
    expect(ashrTurns().map(({ speaker, transcript }) => [speaker, transcript])).toEqual([
      ['user', 'Tell me a story'],
      ['agent', expect.stringMatching(/^Once upon a time/)],
      ['user', 'Please stop'],
      ['agent', 'Okay I stopped.'],
    ]);
    expect(
      otlpTurns().map((turn) => ({
        turn_id: turn['voice.turn.id'],
        turn_index: turn['voice.turn.index'],
        speaker: turn['voice.turn.speaker'],
        transcript: turn['voice.turn.transcript'],
        interrupted_by_turn_id: turn['voice.turn.interrupted_turn.id'] ?? null,
        interrupt_latency_ms: milliseconds(turn['voice.turn.interruption_latency']),
      })),
    ).toEqual(
      ashrTurns().map(
        ({ turn_id, turn_index, speaker, transcript, interrupted_by_turn_id, interrupt_latency_ms }) => ({
          turn_id,
          turn_index,
          speaker,
          transcript,
          interrupted_by_turn_id,
          interrupt_latency_ms,
        }),
      ),
    );
    expect(ashrTurns()[2]?.interrupted_by_turn_id).toBe(ashrTurns()[1]?.turn_id);
  });

  it('has the same TTFA', () => {
    const ttfa = ashrTurns().map(({ ttfa_ms }) => ttfa_ms);
    expect(ttfa).toEqual([null, expect.any(Number), null, expect.any(Number)]);
    expect(otlpTurns().map((turn) => milliseconds(turn['voice.turn.time_to_first_audio']))).toEqual(ttfa);
  });

  it('has the same costs, of each stage and each turn', () => {
    const stages = [...ashr.store.stages.values()]
      .map(({ stage_id, payload }) => [stage_id, (payload as Row).cost_usd ?? null])
      .sort();
    expect(stages.filter(([, cost]) => Number(cost) > 0)).toHaveLength(6);
    const ofSpans = spans
      .filter((span) => 'voice.stage.id' in span)
      .map((span) => [span['voice.stage.id'], span['voice.cost.amount'] ?? null])
      .sort();
    expect(ofSpans).toEqual(stages);
    const turns = ashrTurns().map(({ cost_usd }) => dollars([cost_usd]));
    expect(turns.every((cost) => cost > 0)).toBe(true);
    expect(otlpTurns().map((turn) => dollars([turn['voice.turn.cost.total']]))).toEqual(turns);
  });

  it('has the same sums of the session', () => {
    const session = spans.find((span) => 'voice.session.turn_count' in span) ?? {};
    const rollups = [...ashr.sessions.values()].map(({ patch }) => patch?.rollups);
    expect(rollups).toEqual([
      {
        duration_ms: expect.any(Number),
        turn_count: session['voice.session.turn_count'],
        user_turn_count: session['voice.session.user_turn_count'],
        agent_turn_count: session['voice.session.agent_turn_count'],
        interrupt_count: session['voice.session.interruption_count'],
        total_cost_usd: dollars([session['voice.session.cost.total']]),
        p95_ttfa_ms: milliseconds(session['voice.session.time_to_first_audio.p95']),
      },
    ]);
    expect(session).toMatchObject({ 'voice.session.turn_count': 4, 'voice.session.interruption_count': 1 });
    expect(dollars(otlpTurns().map((turn) => turn['voice.turn.cost.total']))).toBe(
      dollars([session['voice.session.cost.total']]),
    );
  });
});
