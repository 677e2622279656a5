import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { exported, foreign, warnings, wire } from './support.js';

let mock: AshrMock;

beforeEach(async () => {
  warnings();
  mock = await startAshrMock({ eventTypes: 'any' });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await mock.close();
});

function stage(id: string): Record<string, unknown> {
  return mock.store.stages.get(id) ?? {};
}

function payload(id: string): Record<string, unknown> {
  return stage(id).payload as Record<string, unknown>;
}

function metadata(sessionId: string): Record<string, unknown> {
  return mock.sessions.get(sessionId)?.row.metadata as Record<string, unknown>;
}

describe('tools', () => {
  it('become tool calls of the model stage that asked for them', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    const asking = turn.startStage('llm', { stageId: 'st_asking' });
    asking.setPayload({ toolCalls: [{ id: 'c1', name: 'find', arguments: { q: 'order' } }] });
    asking.end();
    const tool = turn.startStage('tool');
    tool.setPayload({ name: 'find', callId: 'c1', arguments: { q: 'order' }, result: { found: 2 } });
    tool.end();
    const answering = turn.startStage('llm', { stageId: 'st_answering' });
    answering.setPayload({ completion: 'There are two.' });
    answering.end();
    // Named by nobody: it goes to the last model stage that had begun.
    const silent = turn.startStage('tool');
    silent.setPayload({ name: 'log', arguments: 'plain words', result: 'done' });
    silent.end();
    turn.end();
    session.end();
    await processor.shutdown();

    expect(payload('st_asking').tool_calls).toEqual([
      { name: 'find', arguments: { q: 'order' }, result: '{"found":2}' },
    ]);
    expect(payload('st_answering').tool_calls).toEqual([
      { name: 'log', arguments: { value: 'plain words' }, result: 'done' },
    ]);
    expect([...mock.store.turnEvents.values()]).toEqual([]);
  });

  it('go as an event where they end after their turn, or where no model stage can carry them', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    turn.startStage('llm').end();
    const late = turn.startStage('tool');
    late.setPayload({ name: 'book', callId: 'c9', arguments: { seat: 4 } });
    turn.end();
    await processor.forceFlush();
    late.fail(new TypeError('no seats'));
    late.end();
    const alone = session.startAgentTurn();
    const only = alone.startStage('tool');
    only.setPayload({ name: 'ping', result: 'pong' });
    only.end();
    alone.end();
    session.end();
    await processor.shutdown();

    const events = [...mock.store.turnEvents.values()];
    expect(events.map(({ event_type, turn_id }) => [event_type, turn_id])).toEqual([
      ['tool:book', turn.turnId],
      ['tool:ping', alone.turnId],
    ]);
    expect(events[0]?.payload).toEqual({
      name: 'book',
      call_id: 'c9',
      arguments: { seat: 4 },
      result: 'TypeError: no seats',
      duration_ms: expect.any(Number),
      status: 'failure',
    });
  });

  it('model stages wait for their turn, until a flush or the end of the session', async () => {
    const { tracer, processor, exporter } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    const spans = foreign((start) => {
      start('chat', {
        'voice.session.id': session.sessionId,
        'voice.turn.id': turn.turnId,
        'voice.stage.type': 'llm',
        'voice.stage.id': 'st_waits',
      }).end();
    });
    expect(await exported(exporter, spans)).toEqual({ code: 0 });
    const [span] = spans;
    expect(span !== undefined && exporter.holds(span)).toBe(true);
    expect(mock.store.stages.size).toBe(0);

    await processor.forceFlush();
    expect(span !== undefined && exporter.holds(span)).toBe(false);
    expect([...mock.store.stages.keys()]).toEqual(['st_waits']);
  });

  it('TTFT of a turn is that of its first model stage', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    for (const ttftMs of [410, 90]) {
      const llm = turn.startStage('llm');
      llm.setPayload({ ttftMs });
      llm.end();
    }
    turn.end();
    session.end();
    await processor.shutdown();
    expect(mock.store.turns.get(turn.turnId)?.ttft_ms).toBe(410);
  });
});

describe('what the wire has no place for', () => {
  it('narrows end reasons, transports and tenants, and keeps the original in the metadata', async () => {
    const { tracer, processor } = wire(mock);
    const words = ['participant_disconnected', 'job_shutdown', 'idle', 'provider error', 'moved_on'];
    const sessions = words.map((reason) => {
      const session = tracer.startSession({
        agentId: 'a',
        transport: 'whatsapp',
        tenantId: 'acme',
        metadata: { mine: 1 },
      });
      session.end({ reason });
      return session;
    });
    await processor.shutdown();

    const ends = sessions.map(({ sessionId }) => mock.sessions.get(sessionId)?.patch?.end_reason);
    expect(ends).toEqual(['user_left', 'agent_left', 'timeout', 'error', 'agent_left']);
    expect(sessions.map(({ sessionId }) => metadata(sessionId))).toEqual(
      words.map((end_reason) => ({
        mine: 1,
        voice_otel: { transport: 'whatsapp', tenant_id: 'acme', end_reason },
      })),
    );
    const { transport, tenant_id } = mock.sessions.get(sessions[0]?.sessionId ?? '')?.row ?? {};
    expect([transport, tenant_id]).toEqual(['webrtc', 0]);
  });

  it('puts events and stages of the session itself on the turn of their time', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    const early = session.startStage('api_call', { stageId: 'st_early' });
    early.end();
    const first = session.startUserTurn();
    session.event('guardrail:topic', { score: 0.2 });
    first.end();
    session.startAgentTurn().end();
    session.end();
    await processor.shutdown();
    expect([...mock.store.turnEvents.values()].map(({ turn_id }) => turn_id)).toEqual([first.turnId]);
    expect(stage('st_early').turn_id).toBe(first.turnId);
  });

  it('keeps them in the metadata where there was no turn at all', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    session.event('no answer', ['a', 'list']);
    session.end();
    await processor.shutdown();
    expect(mock.store.turnEvents.size).toBe(0);
    expect(metadata(session.sessionId)).toMatchObject({
      voice_otel: { without_turn: [{ event_type: 'no answer', payload: { value: ['a', 'list'] } }] },
    });
  });

  it('an unknown cost is null or 0, with the reason in the metadata', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    turn.startStage('stt', { stageId: 'st_stt', provider: 'deepgram', model: 'nova-3' }).end();
    const llm = turn.startStage('llm', { stageId: 'st_llm', provider: 'openai', model: 'no-such-model' });
    llm.setPayload({ promptTokens: 10 });
    llm.end();
    turn.end();
    session.end();
    await processor.shutdown();
    expect(payload('st_stt').cost_usd).toBeNull();
    expect(payload('st_llm').cost_usd).toBe(0);
    expect(metadata(session.sessionId)).toEqual({
      voice_otel: {
        missing_costs: [
          { kind: 'stt', provider: 'deepgram', model: 'nova-3', reason: 'no_usage', count: 1 },
          { kind: 'llm', provider: 'openai', model: 'no-such-model', reason: 'unknown_model', count: 1 },
        ],
      },
    });
  });
});

describe('spans of others', () => {
  const common = {
    'voice.session.id': 'call-7',
    'gen_ai.agent.name': 'other',
    'voice.tenant.id': '12',
    'user.id': 'u1',
  };

  it('are shipped just as well, announced by the first of them, masked here, with roll-ups of our own', async () => {
    const { exporter } = wire(mock);
    const spans = foreign((start) => {
      const session = start('voice.session', {
        ...common,
        'voice.session.metadata': '{"caller":"jane.doe@example.com"}',
        'voice.session.end_reason': 'customer hung_up',
      });
      const turn = start('voice.user_turn', {
        ...common,
        'voice.turn.id': 'turn-1',
        'voice.turn.index': 0,
        'voice.turn.transcript': 'call 415-555-0132',
        'voice.turn.interrupted_turn.id': 'turn-0',
        'voice.turn.interruption_latency': 0.212,
      });
      const stt = start('speech_to_text nova-3', {
        ...common,
        'voice.turn.id': 'turn-1',
        'voice.stage.type': 'stt',
        'voice.cost.amount': 0.0012,
        'voice.stt.audio_duration': 2.4007,
      });
      stt.end();
      turn.addEvent('gen_ai.user.message', { content: 'not an event of the call' });
      turn.addEvent('score', { value: 3, text: 'jane.doe@example.com' });
      turn.end();
      session.end();
    });
    const [stt, turn, session] = spans;
    expect(
      await exported(
        exporter,
        [turn, stt].flatMap((span) => span ?? []),
      ),
    ).toEqual({ code: 0 });
    expect(mock.sessions.get('call-7')?.row).toMatchObject({ status: 'active', metadata: {}, tenant_id: 12 });
    expect(
      await exported(
        exporter,
        [session].flatMap((span) => span ?? []),
      ),
    ).toEqual({ code: 0 });

    expect(mock.sessions.get('call-7')?.row.metadata).toMatchObject({ caller: '[REDACTED:email]' });
    expect(mock.sessions.get('call-7')?.patch).toMatchObject({
      end_reason: 'user_left',
      rollups: {
        turn_count: 1,
        user_turn_count: 1,
        agent_turn_count: 0,
        interrupt_count: 1,
        total_cost_usd: 0.0012,
        p95_ttfa_ms: null,
      },
    });
    expect(mock.store.turns.get('turn-1')).toMatchObject({
      transcript: 'call [REDACTED:phone]',
      interrupted_by_turn_id: 'turn-0',
      interrupt_latency_ms: 212,
      cost_usd: 0.0012,
    });
    const [row] = [...mock.store.stages.values()];
    expect(row?.stage_id).toBe(`st_${stt?.spanContext().spanId}`);
    expect(row?.payload).toMatchObject({ audio_duration_ms: 2401 });
    expect(
      [...mock.store.turnEvents.values()].map(({ event_type, payload: body }) => [event_type, body]),
    ).toEqual([['score', { value: 3, text: '[REDACTED:email]' }]]);
  });

  it('what is not of a conversation is left alone', async () => {
    const { exporter } = wire(mock);
    const spans = foreign((start) => start('GET /', { 'http.request.method': 'GET' }).end());
    expect(await exported(exporter, spans)).toEqual({ code: 0 });
    expect(mock.requests).toEqual([]);
  });

  it('a stage of a kind that the wire does not list goes as an event', async () => {
    const { exporter } = wire(mock);
    const spans = foreign((start) => {
      start('voice.agent_turn', { ...common, 'voice.turn.id': 't', 'voice.turn.speaker': 'agent' }).end();
      start('x', { ...common, 'voice.turn.id': 't', 'voice.stage.type': 'translation' }).end();
    });
    await exported(exporter, spans);
    expect([...mock.store.turnEvents.values()].map(({ event_type }) => event_type)).toEqual([
      'stage:translation',
    ]);
  });

  it('reads the messages of other instrumentations', async () => {
    const { exporter } = wire(mock);
    const spans = foreign((start) => {
      start('chat', {
        ...common,
        'voice.stage.type': 'llm',
        'voice.stage.id': 'st_1',
        'voice.turn.id': 't',
        'gen_ai.system_instructions': '[{"type":"text","content":"Be brief."}]',
        'gen_ai.input.messages': JSON.stringify([
          { role: 'developer', parts: [{ type: 'text', content: 'Answer in English.' }] },
          { role: 'model', parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: '{"a":1}' }] },
          { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: { ok: true } }] },
          { role: 'alien', parts: [{ type: 'text', content: 'hi' }] },
        ]),
        'gen_ai.output.messages': JSON.stringify([
          {
            role: 'assistant',
            parts: [
              { type: 'text', content: 'One.' },
              { type: 'tool_call', id: 'd', name: 'g', arguments: '{"b":2}' },
              { type: 'tool_call', id: 'e', name: 'h', arguments: '' },
            ],
          },
          { role: 'tool', parts: [{ type: 'tool_call_response', id: 'd', response: 'two' }] },
        ]),
      }).end();
      start('voice.agent_turn', { ...common, 'voice.turn.id': 't' }).end();
    });
    await exported(exporter, spans);
    expect(payload('st_1')).toMatchObject({
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: 'Answer in English.' },
        { role: 'assistant', content: '{"type":"tool_call","id":"c","name":"f","arguments":"{\\"a\\":1}"}' },
        { role: 'tool', content: '{"ok":true}' },
        { role: 'user', content: 'hi' },
      ],
      completion: 'One.',
      tool_calls: [
        { name: 'g', arguments: { b: 2 }, result: 'two' },
        { name: 'h', arguments: {}, result: null },
      ],
    });
  });
});
