import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VoiceTracer, type VoiceTracerOptions } from '../../src/conversation/tracer.js';
import { hrTimeToMs } from '../../src/otel/time.js';
import { checkConformance } from '../../src/testing/index.js';
import { FakeClock } from '../support/clock.js';
import { KeepingProcessor, named, outline, parentId, provider, spanId } from '../support/spans.js';

let clock: FakeClock;
let kept: KeepingProcessor;

function tracer(options: VoiceTracerOptions = {}): VoiceTracer {
  return new VoiceTracer({ tracerProvider: provider(kept), clock, ...options });
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(() => context.disable());

beforeEach(() => {
  clock = new FakeClock(1_800_000_000_000);
  kept = new KeepingProcessor();
});

const start = 1_800_000_000_000;

describe('a hand-written conversation', () => {
  it('is a session over turns over stages, with their own times and attributes', async () => {
    const session = tracer().startSession({
      agentId: 'support',
      agentVersion: 'v42',
      transport: 'webrtc',
      tenantId: 7,
      roomId: 'room',
      userId: 'u1',
      externalSessionId: 'call-9',
      sessionId: 's_given',
      metadata: { plan: 'gold' },
    });
    const user = session.startUserTurn();
    clock.pass(1000);
    user.speechEnded();
    clock.pass(300);
    user.setTranscript('hello');
    user.end();
    await session.agentTurn(async (turn) => {
      await turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, async (stage) => {
        clock.pass(200);
        stage.firstOutput();
        clock.pass(100);
        stage.setPayload({
          promptTokens: 10,
          completionTokens: 5,
          prompt: [{ role: 'user', content: 'hello' }],
          completion: 'Hi.',
        });
      });
      turn.firstAudio();
      clock.pass(500);
      turn.lastAudio();
      clock.pass(50);
    });
    session.setTransportQuality({ mosScore: 4.2, packetLossPct: 0.3, jitterMs: 18 });
    session.end({ reason: 'user_left' });

    const everySpan = {
      'voice.session.id': 's_given',
      'session.id': 's_given',
      'gen_ai.conversation.id': 's_given',
      'gen_ai.agent.name': 'support',
      'gen_ai.agent.version': 'v42',
      'voice.session.transport': 'webrtc',
      'voice.session.external_id': 'call-9',
      'voice.tenant.id': '7',
      'voice.room.id': 'room',
      'user.id': 'u1',
    };
    const seen = kept.spans.map(({ name, kind, startTime, endTime, attributes }) => ({
      name,
      kind,
      from: hrTimeToMs(startTime) - start,
      to: hrTimeToMs(endTime) - start,
      attributes,
    }));
    const userTurn = { 'voice.turn.id': user.turnId, 'voice.turn.index': 0, 'voice.turn.speaker': 'user' };
    const agentTurnId = named(kept.spans, 'voice.agent_turn')[0]?.attributes['voice.turn.id'];
    const agentTurn = { 'voice.turn.id': agentTurnId, 'voice.turn.index': 1, 'voice.turn.speaker': 'agent' };
    expect(seen).toEqual([
      {
        name: 'voice.user_turn',
        kind: SpanKind.INTERNAL,
        from: 0,
        to: 1000,
        attributes: {
          ...everySpan,
          ...userTurn,
          'gen_ai.operation.name': 'user_speech',
          'voice.turn.transcript': 'hello',
          'voice.turn.end_reason': 'completed',
          'voice.turn.speech_end_offset': 1,
          'voice.turn.announced_end_offset': 1,
        },
      },
      {
        name: 'chat gpt-4.1-mini',
        kind: SpanKind.CLIENT,
        from: 1300,
        to: 1600,
        attributes: {
          ...everySpan,
          ...agentTurn,
          'voice.stage.type': 'llm',
          'voice.stage.id': expect.stringMatching(/^st_[0-9a-f]{16}$/),
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4.1-mini',
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.usage.output_tokens': 5,
          'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hello"}]}]',
          'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"Hi."}]}]',
          'voice.stage.time_to_first_output': 0.2,
          'gen_ai.response.time_to_first_chunk': 0.2,
          'voice.stage.end_reason': 'completed',
        },
      },
      {
        name: 'voice.agent_turn',
        kind: SpanKind.INTERNAL,
        from: 1300,
        to: 2100,
        attributes: {
          ...everySpan,
          ...agentTurn,
          'gen_ai.operation.name': 'invoke_agent',
          'voice.turn.end_reason': 'completed',
          'voice.turn.first_audio_offset': 0.3,
          'voice.turn.last_audio_offset': 0.8,
        },
      },
      {
        name: 'voice.session',
        kind: SpanKind.INTERNAL,
        from: 0,
        to: 2150,
        attributes: {
          ...everySpan,
          'gen_ai.operation.name': 'invoke_workflow',
          'voice.session.metadata': '{"plan":"gold"}',
          'voice.transport.mos': 4.2,
          'voice.transport.packet_loss': 0.003,
          'voice.transport.jitter': 0.018,
          'voice.session.end_reason': 'user_left',
        },
      },
    ]);
    expect(outline(kept.spans)).toEqual([
      'voice.session',
      '  voice.user_turn',
      '  voice.agent_turn',
      '    chat gpt-4.1-mini',
    ]);
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('all eight kinds of stage have their name, kind and payload', () => {
    const session = tracer().startSession({ agentId: 'a' });
    using turn = session.startAgentTurn();
    const write = (
      kind: Parameters<typeof turn.startStage>[0],
      payload: object,
      options?: Parameters<typeof turn.startStage>[1],
    ): void => {
      const stage = turn.startStage(kind, options);
      stage.setPayload(payload);
      stage.end();
    };
    write(
      'stt',
      {
        audioDurationMs: 2400,
        requestDurationMs: 180,
        finalTranscript: 'hi',
        finalConfidence: 0.97,
        language: 'en',
        partials: [{ seq: 0, text: 'h' }],
      },
      { model: 'nova-3', mode: 'stream' },
    );
    write(
      'llm',
      {
        promptTokens: 420,
        cachedTokens: 20,
        completionAudioTokens: 3,
        tokensPerSecond: 80.5,
        toolCalls: [{ name: 'f', arguments: { a: 1 }, result: 'ok' }],
      },
      { model: 'gpt-realtime', operation: 'generate_content' },
    );
    write('tts', {
      textInput: 'naïve 👍',
      audioBytes: 18000,
      audioDurationMs: 1900,
      ttfbMs: 140,
      voiceId: 'v',
      costUsd: 0.5,
    });
    write('vad', {
      speechStartedAt: new Date(start),
      speechEndedAt: start + 1000,
      confidenceSeries: [[0, 0.5]],
    });
    write('nlu', { intent: 'login', intentConfidence: 0.9, entities: [{ name: 'n', value: 'v' }] });
    write('dialogue_management', {
      stateBefore: { s: 1 },
      stateAfter: 'end',
      actionSelected: 'ask',
      policyName: 'p',
    });
    write('api_call', {
      method: 'POST',
      urlPath: '/v1',
      statusCode: 200,
      requestDurationMs: 30,
      requestBytes: 1,
      responseBytes: 2,
    });
    write('tool', { name: 'lookup', callId: 'c1', arguments: { city: 'Paris' }, result: 'sunny' });
    turn.end();
    session.end();

    const stages = kept.spans.slice(0, 8).map(({ name, kind, attributes }) => ({
      name,
      client: kind === SpanKind.CLIENT,
      ...Object.fromEntries(
        Object.entries(attributes).filter(
          ([key]) =>
            !/^(voice\.(session|turn)|session|gen_ai\.(conversation|agent))|voice\.stage\.(id|end_reason)/.test(
              key,
            ),
        ),
      ),
    }));
    expect(stages).toEqual([
      {
        name: 'speech_to_text nova-3',
        client: true,
        'voice.stage.type': 'stt',
        'voice.stage.mode': 'stream',
        'gen_ai.operation.name': 'speech_to_text',
        'gen_ai.request.model': 'nova-3',
        'voice.stt.audio_duration': 2.4,
        'voice.stt.request_duration': 0.18,
        'voice.stt.transcript': 'hi',
        'voice.stt.confidence': 0.97,
        'voice.stt.language': 'en',
        'voice.stt.partials': '[{"seq":0,"text":"h"}]',
      },
      {
        name: 'generate_content gpt-realtime',
        client: true,
        'voice.stage.type': 'llm',
        'gen_ai.operation.name': 'generate_content',
        'gen_ai.request.model': 'gpt-realtime',
        'gen_ai.usage.input_tokens': 420,
        'gen_ai.usage.cache_read.input_tokens': 20,
        'gen_ai.usage.audio.output_tokens': 3,
        'voice.llm.tokens_per_second': 80.5,
        'gen_ai.output.messages':
          '[{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":{"a":1}}]},' +
          '{"role":"tool","parts":[{"type":"tool_call_response","response":"ok"}]}]',
      },
      {
        name: 'text_to_speech',
        client: true,
        'voice.stage.type': 'tts',
        'gen_ai.operation.name': 'text_to_speech',
        'voice.tts.text': 'naïve 👍',
        'voice.tts.characters': 7,
        'voice.tts.audio_bytes': 18000,
        'voice.tts.audio_duration': 1.9,
        'voice.stage.time_to_first_output': 0.14,
        'voice.tts.voice.id': 'v',
        'voice.cost.amount': 0.5,
        'voice.cost.currency': 'USD',
        'voice.cost.source': 'caller',
        'voice.cost.estimated': false,
      },
      {
        name: 'voice.vad',
        client: false,
        'voice.stage.type': 'vad',
        'voice.vad.speech_started_at': '2027-01-15T08:00:00.000Z',
        'voice.vad.speech_ended_at': '2027-01-15T08:00:01.000Z',
        'voice.vad.confidence_series': '[[0,0.5]]',
      },
      {
        name: 'voice.nlu',
        client: false,
        'voice.stage.type': 'nlu',
        'voice.nlu.intent': 'login',
        'voice.nlu.intent_confidence': 0.9,
        'voice.nlu.entities': '[{"name":"n","value":"v"}]',
      },
      {
        name: 'voice.dialogue_management',
        client: false,
        'voice.stage.type': 'dialogue_management',
        'voice.dialogue_management.state_before': '{"s":1}',
        'voice.dialogue_management.state_after': 'end',
        'voice.dialogue_management.action_selected': 'ask',
        'voice.dialogue_management.policy_name': 'p',
      },
      {
        name: 'POST',
        client: true,
        'voice.stage.type': 'api_call',
        'http.request.method': 'POST',
        'url.path': '/v1',
        'http.response.status_code': 200,
        'voice.api_call.request_duration': 0.03,
        'http.request.body.size': 1,
        'http.response.body.size': 2,
      },
      {
        name: 'execute_tool lookup',
        client: false,
        'voice.stage.type': 'tool',
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'lookup',
        'gen_ai.tool.call.id': 'c1',
        'gen_ai.tool.call.arguments': '{"city":"Paris"}',
        'gen_ai.tool.call.result': 'sunny',
      },
    ]);
    expect(checkConformance(kept.spans)).toEqual([]);
  });
});

describe('callback forms', () => {
  it('return what the callback returns and rethrow its own error unchanged', async () => {
    const session = tracer().startSession({ agentId: 'a' });
    const promise = Promise.resolve(2);
    expect(session.userTurn(() => 1)).toBe(1);
    await expect(session.userTurn(() => promise)).resolves.toBe(2);
    const boom = new TypeError('boom');
    expect(() =>
      session.agentTurn(() => {
        throw boom;
      }),
    ).toThrow(boom);
    await expect(session.agentTurn((turn) => turn.stage('llm', {}, () => Promise.reject(boom)))).rejects.toBe(
      boom,
    );
    session.end();
    const outcomes = kept.spans.map(({ name, attributes, status }) => [
      name,
      attributes['voice.turn.end_reason'] ?? attributes['voice.stage.end_reason'],
      attributes['error.type'],
      status.code,
    ]);
    expect(outcomes).toEqual([
      ['voice.user_turn', 'completed', undefined, SpanStatusCode.UNSET],
      ['voice.user_turn', 'completed', undefined, SpanStatusCode.UNSET],
      ['voice.agent_turn', 'error', 'TypeError', SpanStatusCode.ERROR],
      ['chat', 'error', 'TypeError', SpanStatusCode.ERROR],
      ['voice.agent_turn', 'error', 'TypeError', SpanStatusCode.ERROR],
      ['voice.session', undefined, undefined, SpanStatusCode.UNSET],
    ]);
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('leave a rejection that nobody handles unhandled, as it would be without us', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', note);
    const boom = new Error('nobody awaits');
    const session = tracer().startSession({ agentId: 'a' });
    void session.userTurn(() => Promise.reject(boom));
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', note);
    for (const other of others) process.on('unhandledRejection', other);
    expect(unhandled).toEqual([boom]);
    expect(kept.spans[0]?.attributes['voice.turn.end_reason']).toBe('error');
  });

  it('ask a lazy thenable once', async () => {
    const session = tracer().startSession({ agentId: 'a' });
    let asked = 0;
    const then = (resolve: (value: string) => void): void => {
      asked += 1;
      resolve('row');
    };
    const lazy = Object.fromEntries([['then', then]]);
    await expect(session.userTurn(() => lazy)).resolves.toBe('row');
    expect(asked).toBe(1);
  });

  it("run with their span active, so that the application's own spans nest inside", async () => {
    const sdk = provider(kept);
    const own = sdk.getTracer('application');
    const outer = own.startSpan('request');
    const session = context.with(trace.setSpan(context.active(), outer), () =>
      new VoiceTracer({ tracerProvider: sdk, clock }).startSession({ agentId: 'a' }),
    );
    await session.userTurn(async (turn) => {
      own.startSpan('in turn').end();
      await Promise.resolve();
      await turn.stage('stt', {}, async () => {
        await Promise.resolve();
        own.startSpan('in stage').end();
      });
    });
    const explicit = session.startAgentTurn();
    own.startSpan('in explicit turn', {}, explicit.context).end();
    explicit.end();
    session.end();
    outer.end();
    expect(outline(kept.spans)).toEqual([
      'request',
      '  voice.session',
      '    voice.user_turn',
      '      in turn',
      '      speech_to_text',
      '        in stage',
      '    voice.agent_turn',
      '      in explicit turn',
    ]);
  });
});

describe('times', () => {
  it('a step of the wall clock changes no duration', () => {
    const session = tracer().startSession({ agentId: 'a' });
    const turn = session.startUserTurn();
    clock.pass(100);
    clock.step(3_600_000);
    clock.pass(400);
    turn.speechEnded(new Date(clock.wallMs() - 200));
    clock.pass(300);
    turn.end();
    session.end();
    const [user] = named(kept.spans, 'voice.user_turn');
    expect(user?.attributes['voice.turn.speech_end_offset']).toBeCloseTo(0.3, 9);
    expect(user?.attributes['voice.turn.announced_end_offset']).toBeCloseTo(0.5, 9);
    expect(user?.duration).toEqual([0, 300_000_000]);
    expect(named(kept.spans, 'voice.session')[0]?.duration).toEqual([0, 800_000_000]);
  });

  it('things already over keep the times that they are given', () => {
    const session = tracer().startSession({ agentId: 'a' });
    clock.pass(5000);
    const turn = session.startAgentTurn({ startTime: start + 1000 });
    const stage = turn.startStage('tts');
    stage.setTiming({ startTime: [start / 1000 + 2, 500_000_000], endTime: new Date(start + 3000) });
    stage.firstOutput(start + 2700);
    clock.pass(1000);
    stage.end();
    turn.end({ endTime: start + 4000, reason: 'interrupted' });
    session.end({ endTime: start + 4500 });
    const times = kept.spans.map((span) => [
      span.name,
      hrTimeToMs(span.startTime) - start,
      hrTimeToMs(span.endTime) - start,
    ]);
    expect(times).toEqual([
      ['text_to_speech', 2500, 3000],
      ['voice.agent_turn', 1000, 4000],
      ['voice.session', 0, 4500],
    ]);
    expect(kept.spans[0]?.attributes['voice.stage.time_to_first_output']).toBe(0.2);
    expect(kept.spans[1]?.attributes['voice.turn.end_reason']).toBe('interrupted');
  });
});

describe('ending', () => {
  it('a session closes what is open, in order, and says why', () => {
    const session = tracer().startSession({ agentId: 'a' });
    const user = session.startUserTurn();
    user.startStage('stt');
    const agent = session.startAgentTurn();
    agent.startStage('llm');
    clock.pass(10);
    session.end({ reason: 'participant_disconnected' });
    expect(kept.spans.map(({ name, attributes }) => [name, attributes['voice.turn.end_reason']])).toEqual([
      ['speech_to_text', undefined],
      ['voice.user_turn', 'session_closed'],
      ['chat', undefined],
      ['voice.agent_turn', 'session_closed'],
      ['voice.session', undefined],
    ]);
    expect(kept.spans[4]?.attributes).toMatchObject({
      'voice.session.end_reason': 'user_left',
      'voice.session.end_detail': 'participant_disconnected',
    });
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('late calls change nothing and still give objects that can be used', () => {
    const session = tracer().startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    const stage = turn.startStage('llm');
    session.end();
    const before = kept.spans.length;
    stage.setPayload({ promptTokens: 1 });
    stage.end();
    turn.setTranscript('late');
    turn.event('late');
    turn.end();
    session.event('late');
    session.end();
    expect(session.userTurn((late) => late.stage('stt', {}, (inner) => inner.stageId))).toMatch(/^st_/);
    expect(kept.spans).toHaveLength(before);
  });

  it('a stage may outlive its turn', () => {
    const session = tracer().startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    turn.end();
    clock.pass(50);
    turn.startStage('tts').end();
    session.end();
    expect(outline(kept.spans)).toEqual(['voice.session', '  voice.agent_turn', '    text_to_speech']);
  });

  it('a stage that is open when its turn ends still takes what is reported, and ends with the session at the latest', () => {
    const session = tracer().startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    const reported = turn.startStage('tts');
    turn.startStage('tool');
    session.startStage('vad');
    turn.end();
    reported.setPayload({ characters: 12 });
    reported.end();
    session.end();
    expect(kept.spans.map(({ name }) => name)).toEqual([
      'voice.agent_turn',
      'text_to_speech',
      'execute_tool',
      'voice.vad',
      'voice.session',
    ]);
    expect(kept.spans[1]?.attributes['voice.tts.characters']).toBe(12);
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('two open turns of one id both end', () => {
    const session = tracer().startSession({ agentId: 'a' });
    session.startUserTurn({ turnId: 't_same' });
    session.startAgentTurn({ turnId: 't_same' });
    session.end();
    expect(kept.spans.map(({ name }) => name)).toEqual([
      'voice.user_turn',
      'voice.agent_turn',
      'voice.session',
    ]);
  });

  it('a barge-in is no error, and ends the turn that it cut off as interrupted', () => {
    const session = tracer().startSession({ agentId: 'a' });
    const agent = session.startAgentTurn();
    const user = session.startUserTurn();
    user.markInterrupted({ byTurnId: agent.turnId, interruptLatencyMs: 180 });
    agent.end();
    user.end();
    session.end();
    expect(named(kept.spans, 'voice.agent_turn')[0]).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'voice.turn.end_reason': 'interrupted' },
    });
    expect(named(kept.spans, 'voice.user_turn')[0]?.attributes).toMatchObject({
      'voice.turn.interrupted_turn.id': agent.turnId,
      'voice.turn.interruption_latency': 0.18,
    });
  });
});

describe('usage', () => {
  /** The billing attributes of one stage to which these payloads were given. */
  function billing(kind: 'llm' | 'tts', ...payloads: object[]): Record<string, unknown> {
    const session = tracer().startSession({ agentId: 'a' });
    const stage = session.startStage(kind);
    for (const payload of payloads) stage.setPayload(payload);
    stage.end();
    session.end();
    const billed = /^(gen_ai\.usage|voice\.cost|voice\.tts\.characters)/;
    return Object.fromEntries(
      Object.entries(kept.spans[0]?.attributes ?? {}).filter(([key]) => billed.test(key)),
    );
  }

  it('that cannot be is left out and said', () => {
    expect(billing('llm', { promptTokens: -5, completionTokens: 3 })).toEqual({
      'gen_ai.usage.output_tokens': 3,
      'voice.cost.missing_reason': 'invalid_usage',
    });
  });

  it('that is put right later counts', () => {
    expect(billing('llm', { promptTokens: Number.NaN }, { promptTokens: 100 })).toEqual({
      'gen_ai.usage.input_tokens': 100,
    });
  });

  it('needs not be right where the caller knows the cost', () => {
    expect(billing('llm', { promptTokens: -5, costUsd: 0.5 })).toEqual({
      'voice.cost.amount': 0.5,
      'voice.cost.currency': 'USD',
      'voice.cost.source': 'caller',
      'voice.cost.estimated': false,
    });
  });

  it('in characters is what the caller counted, else the code points of the text', () => {
    expect(billing('tts', { characters: 1000 }, { textInput: 'hi' })).toEqual({
      'voice.tts.characters': 1000,
    });
    kept = new KeepingProcessor();
    expect(billing('tts', { textInput: 'hi 👍' })).toEqual({ 'voice.tts.characters': 4 });
  });
});

describe('errors', () => {
  it.each([
    [new RangeError('far'), 'RangeError'],
    [Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'ECONNRESET'],
    [new Error('plain'), 'Error'],
    [{ name: 'Jane Doe, +1 415 555 0123' }, '_OTHER'],
    ['a string', '_OTHER'],
    [undefined, '_OTHER'],
  ])('%s has the type %s', (error, type) => {
    const session = tracer().startSession({ agentId: 'a' });
    const stage = session.startStage('llm');
    stage.fail(error);
    stage.end();
    expect(kept.spans[0]?.attributes['error.type']).toBe(type);
  });
});

describe('options', () => {
  it('one trace per turn: roots linked to the session', () => {
    const session = tracer({ traceScope: 'turn' }).startSession({ agentId: 'a' });
    session.userTurn((turn) => turn.stage('stt', {}, () => {}));
    session.end();
    const [turn] = named(kept.spans, 'voice.user_turn');
    const [root] = named(kept.spans, 'voice.session');
    expect(turn && parentId(turn)).toBeUndefined();
    expect(turn?.spanContext().traceId).not.toBe(root?.spanContext().traceId);
    expect(turn?.links.map((link) => link.context.spanId)).toEqual([root && spanId(root)]);
    expect(outline(kept.spans).toSorted()).toEqual(['  speech_to_text', 'voice.session', 'voice.user_turn']);
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('captureContent: false writes no content at all', () => {
    const session = tracer({ captureContent: false }).startSession({
      agentId: 'a',
      metadata: { secret: 'x-secret' },
    });
    const turn = session.startUserTurn();
    turn.setTranscript('x-secret');
    turn.event('custom', { secret: 'x-secret' });
    const stage = turn.startStage('tts');
    stage.setPayload({ textInput: 'x-secret' });
    stage.fail(new Error('x-secret'));
    stage.end();
    const tool = turn.startStage('tool');
    tool.setPayload({ name: 'lookup', arguments: { a: 'x-secret' }, result: 'x-secret' });
    tool.end();
    turn.end();
    session.end({ reason: 'x-secret words' });
    const written = kept.spans.map(({ name, attributes, events, status }) => ({
      name,
      attributes,
      events,
      status,
    }));
    expect(JSON.stringify(written)).not.toContain('x-secret');
    expect(kept.spans[0]?.attributes['voice.tts.characters']).toBe(8);
    expect(checkConformance(kept.spans, { captureContent: false })).toEqual([]);
  });

  it('that cannot work are refused with a sentence that says what can', () => {
    expect(() => new VoiceTracer({ captureContents: false } as object)).toThrow(
      /there is no option captureContents/,
    );
    expect(() => new VoiceTracer({ traceScope: 'call' as 'turn' })).toThrow(
      /traceScope must be 'session' or 'turn'/,
    );
    expect(() => new VoiceTracer({ clock: {} as FakeClock })).toThrow(/clock must have wallMs/);
    expect(() => new VoiceTracer({ tracerProvider: {} as ReturnType<typeof provider> })).toThrow(
      /tracerProvider/,
    );
  });

  it('an agent without a usable name is unknown', () => {
    tracer()
      .startSession({ agentId: Number.NaN as unknown as string })
      .end();
    expect(kept.spans[0]?.attributes['gen_ai.agent.name']).toBe('unknown');
  });
});
