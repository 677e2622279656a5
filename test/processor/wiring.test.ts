import { context, metrics, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BasicTracerProvider, SamplingDecision } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { checkConformance, MemoryExporter } from '../../src/testing/index.js';
import { FakeClock } from '../support/clock.js';
import { KeepingProcessor, named, provider } from '../support/spans.js';

afterEach(() => {
  trace.disable();
  metrics.disable();
  context.disable();
});

/** A call with a greeting, a question and an answer, by a clock that is moved by hand. */
function call(tracerProvider: ConstructorParameters<typeof VoiceTracer>[0] & object): void {
  const clock = new FakeClock();
  const session = new VoiceTracer({ ...tracerProvider, clock }).startSession({
    agentId: 'support',
    agentVersion: 'v1',
  });
  const user = session.startUserTurn();
  clock.pass(1000);
  user.speechEnded(clock.wallMs() - 200);
  user.stage('stt', { provider: 'deepgram', model: 'nova-3' }, (stage) =>
    stage.setPayload({ audioDurationMs: 2400 }),
  );
  user.end();
  session.agentTurn((turn) => {
    turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) => {
      clock.pass(300);
      stage.firstOutput();
      clock.pass(100);
      stage.setPayload({ promptTokens: 420, completionTokens: 80 });
    });
    turn.stage('tts', { provider: 'cartesia', model: 'sonic-2' }, (stage) =>
      stage.setPayload({ textInput: 'Hello there, caller', audioDurationMs: 1500 }),
    );
    turn.firstAudio();
  });
  session.end({ reason: 'user_left' });
}

describe('delivery from the processor', () => {
  it('every sampled span goes to every exporter; filter narrows; next gets them masked', async () => {
    const one = new MemoryExporter();
    const two = new MemoryExporter();
    const next = new KeepingProcessor();
    const processor = new VoiceSpanProcessor({
      exporter: [one, two],
      next,
      filter: (span) => !span.name.startsWith('noise'),
    });
    const sdk = provider(processor);
    call({ tracerProvider: sdk });
    sdk.getTracer('other').startSpan('noise').end();
    sdk.getTracer('other').startSpan('query', { kind: SpanKind.CLIENT }).end();
    await processor.forceFlush();
    const names = one.spans.map(({ name }) => name);
    expect(names).toHaveLength(7);
    expect(names).toContain('query');
    expect(two.spans.map(({ name }) => name)).toEqual(names);
    expect(next.spans.map(({ name }) => name)).toEqual(names);
  });

  it('announces a session, masked, as soon as it starts', () => {
    const announced: ReadableSpanLike[] = [];
    const exporter = Object.assign(new MemoryExporter(), {
      sessionStarted: (snapshot: ReadableSpanLike) => announced.push(snapshot),
    });
    const sdk = provider(new VoiceSpanProcessor({ exporter }));
    new VoiceTracer({ tracerProvider: sdk }).startSession({
      agentId: 'a',
      sessionId: 's_1',
      metadata: { mail: 'jane.doe@example.com' },
    });
    expect(announced).toHaveLength(1);
    expect(announced[0]?.attributes).toMatchObject({
      'voice.session.id': 's_1',
      'voice.session.metadata': '{"mail":"[REDACTED:email]"}',
    });
  });

  it('registered twice, it is harmless', () => {
    const kept = new KeepingProcessor();
    const meter = new MeterProvider();
    const first = new VoiceSpanProcessor({ meterProvider: meter });
    call({ tracerProvider: provider(first, new VoiceSpanProcessor({ meterProvider: meter }), kept) });
    const [session] = named(kept.spans, 'voice.session');
    expect(session?.attributes).toMatchObject({
      'voice.session.turn_count': 2,
      'voice.session.cost.llm': 0.000296,
      'voice.session.time_to_first_audio.p50': 0.4,
    });
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('works on spans that somebody else wrote with the vocabulary', () => {
    const kept = new KeepingProcessor();
    const tracer = provider(new VoiceSpanProcessor(), kept).getTracer('home-made');
    const base = {
      'voice.session.id': 's1',
      'session.id': 's1',
      'gen_ai.conversation.id': 's1',
      'gen_ai.agent.name': 'a',
    };
    const user = tracer.startSpan('voice.user_turn', {
      startTime: [1000, 0],
      attributes: { ...base, 'voice.turn.id': 't1', 'voice.turn.index': 0, 'voice.turn.speaker': 'user' },
    });
    user.setAttribute('voice.turn.speech_end_offset', 1.5);
    user.setAttribute('voice.turn.announced_end_offset', 1.75);
    user.end([1001, 500_000_000]);
    const agent = tracer.startSpan('voice.agent_turn', {
      startTime: [1002, 0],
      attributes: { ...base, 'voice.turn.id': 't2', 'voice.turn.index': 1, 'voice.turn.speaker': 'agent' },
    });
    agent.setAttribute('voice.turn.first_audio_offset', 0.5);
    agent.end([1004, 0]);
    expect(kept.spans[1]?.attributes).toMatchObject({
      'voice.turn.time_to_first_audio': 0.75,
      'voice.turn.response_latency': 1,
    });
  });

  it('a price does not fall victim to the limit on attributes', () => {
    const kept = new KeepingProcessor();
    const sdk = new BasicTracerProvider({
      spanProcessors: [new VoiceSpanProcessor(), kept],
      spanLimits: { attributeCountLimit: 16 },
    });
    call({ tracerProvider: sdk });
    expect(named(kept.spans, 'chat gpt-4.1-mini')[0]?.attributes['voice.cost.amount']).toBe(0.000296);
  });

  it('options that cannot work are refused', () => {
    expect(() => new VoiceSpanProcessor({ exporter: {} as MemoryExporter })).toThrow(
      /exporter must be a SpanExporter/,
    );
    expect(() => new VoiceSpanProcessor({ masker: {} as false })).toThrow(/masker must have mask/);
    expect(
      () => new VoiceSpanProcessor({ delivery: { maxQueueSize: 0 }, exporter: new MemoryExporter() }),
    ).toThrow(/delivery.maxQueueSize/);
  });
});

describe('beside an existing NodeSDK', () => {
  beforeEach(() => {
    // Else the SDK sends metrics and logs to a collector that is not there, and waits for it at shutdown.
    vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
    vi.stubEnv('OTEL_LOGS_EXPORTER', 'none');
  });

  afterEach(() => vi.unstubAllEnvs());

  /** An exporter that an application had before. */
  async function spansOf(sdk: NodeSDK, previous: MemoryExporter): Promise<string[]> {
    sdk.start();
    call({});
    await sdk.shutdown();
    return previous.spans.map(({ name }) => name).sort();
  }

  const ALL = [
    'chat gpt-4.1-mini',
    'speech_to_text nova-3',
    'text_to_speech sonic-2',
    'voice.agent_turn',
    'voice.session',
    'voice.user_turn',
  ];

  it('traceExporter alone is ignored once spanProcessors are given (why the README shows the two ways)', async () => {
    const previous = new MemoryExporter();
    const sdk = new NodeSDK({
      traceExporter: previous,
      spanProcessors: [new VoiceSpanProcessor()],
      instrumentations: [],
      autoDetectResources: false,
    });
    expect(await spansOf(sdk, previous)).toEqual([]);
  });

  it('the previous exporter given to ours receives everything', async () => {
    const previous = new MemoryExporter();
    const sdk = new NodeSDK({
      spanProcessors: [new VoiceSpanProcessor({ exporter: previous })],
      instrumentations: [],
      autoDetectResources: false,
    });
    expect(await spansOf(sdk, previous)).toEqual(ALL);
  });

  it('ours beside the processor of the previous exporter: it receives everything, masked and priced', async () => {
    const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
    const previous = new MemoryExporter();
    const sdk = new NodeSDK({
      spanProcessors: [new BatchSpanProcessor(previous), new VoiceSpanProcessor()],
      instrumentations: [],
      autoDetectResources: false,
    });
    expect(await spansOf(sdk, previous)).toEqual(ALL);
    expect(named(previous.spans, 'voice.session')[0]?.attributes['voice.session.cost.llm']).toBe(0.000296);
  });
});

describe('metrics', () => {
  async function collected(exporter: InMemoryMetricExporter, meterProvider: MeterProvider) {
    await meterProvider.forceFlush();
    const all = exporter.getMetrics();
    const byName = Object.fromEntries(
      all
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics: list }) => list)
        .map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.map(({ value, attributes }) => [
            typeof value === 'object' && 'sum' in value ? value.sum : value,
            attributes,
          ]),
        ]),
    );
    return { all, byName };
  }

  function meters() {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
    return { exporter, meterProvider: new MeterProvider({ readers: [reader] }) };
  }

  const agent = { 'gen_ai.agent.name': 'support', 'gen_ai.agent.version': 'v1' };
  const model = {
    ...agent,
    'voice.stage.type': 'llm',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4.1-mini',
    'voice.stage.end_reason': 'completed',
  };

  it('of the global meter provider, registered after the processor was made, without any id', async () => {
    const processor = new VoiceSpanProcessor();
    const { exporter, meterProvider } = meters();
    metrics.setGlobalMeterProvider(meterProvider);
    call({ tracerProvider: provider(processor) });
    const { all, byName } = await collected(exporter, meterProvider);
    expect(byName['voice.turn.time_to_first_audio']).toEqual([
      [0.4, { ...agent, 'voice.turn.latency_source': 'measured', 'voice.turn.end_reason': 'completed' }],
    ]);
    expect(byName['voice.turn.response_latency']).toMatchObject([[0.6, {}]]);
    expect(byName['voice.session.duration']).toEqual([
      [1.4, { ...agent, 'voice.session.end_reason': 'user_left' }],
    ]);
    expect(byName['voice.stage.time_to_first_output']).toEqual([[0.3, model]]);
    expect(byName['voice.usage.tokens']).toEqual([
      [420, { ...model, 'voice.usage.token_type': 'input' }],
      [80, { ...model, 'voice.usage.token_type': 'output' }],
    ]);
    expect(byName['voice.usage.audio']?.map(([seconds]) => seconds)).toEqual([2.4, 1.5]);
    expect(byName['voice.usage.characters']).toMatchObject([[19, {}]]);
    expect(byName['voice.cost']?.map(([amount]) => amount)).toEqual([0.000192, 0.000296, 0.00095]);
    expect(checkConformance([], { metrics: all })).toEqual([]);
    await meterProvider.shutdown();
  });

  it('go with a session that a sampler drops, and stay where it only records', async () => {
    for (const [decision, expected] of [
      [SamplingDecision.NOT_RECORD, undefined],
      [SamplingDecision.RECORD, 1],
    ] as const) {
      const { exporter, meterProvider } = meters();
      const exported = new MemoryExporter();
      const processor = new VoiceSpanProcessor({ meterProvider, exporter: exported });
      const sampler = { shouldSample: () => ({ decision }), toString: () => 'fixed' };
      const kept = new KeepingProcessor();
      call({ tracerProvider: new BasicTracerProvider({ sampler, spanProcessors: [processor, kept] }) });
      await processor.forceFlush();
      const { byName } = await collected(exporter, meterProvider);
      expect(byName['voice.session.duration']?.length).toBe(expected);
      expect(exported.spans).toEqual([]);
      expect(kept.spans.every((span) => span.spanContext().traceFlags === TraceFlags.NONE)).toBe(true);
      await meterProvider.shutdown();
    }
  });

  it('count the spans that were dropped', async () => {
    const { exporter, meterProvider } = meters();
    const processor = new VoiceSpanProcessor({
      meterProvider,
      exporter: { export: () => {}, shutdown: async () => {} },
      delivery: { maxQueueSize: 2, exportTimeoutMs: 5 },
    });
    call({ tracerProvider: provider(processor) });
    const { byName } = await collected(exporter, meterProvider);
    const dropped = byName['voice.export.dropped_spans'] ?? [];
    expect(dropped.reduce((sum, [count]) => sum + Number(count), 0)).toBe(4);
    await processor.shutdown({ drainTimeoutMs: 10 });
    await meterProvider.shutdown();
  });
});
