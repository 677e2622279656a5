import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { bodies, exported, foreign, warnings, wire } from './support.js';

let mock: AshrMock;
let warned: string[];

beforeEach(async () => {
  warned = warnings();
  mock = await startAshrMock();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await mock.close();
});

/** Waits for what happens by itself. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

function order(): string[] {
  return mock.requests
    .filter(({ status }) => status !== undefined && status < 300)
    .map(({ method, body }) => {
      const { session, turns, stages } = body as Record<string, unknown[]>;
      const parts = [
        session === undefined ? '' : 'session',
        turns?.length ? 'turns' : '',
        stages?.length ? 'stages' : '',
      ];
      return method === 'PATCH' ? 'PATCH' : parts.filter((part) => part !== '').join('+');
    });
}

describe('announcements', () => {
  it('a session is announced as active when it starts, without anything having ended', async () => {
    const { tracer } = wire(mock);
    const session = tracer.startSession({ agentId: 'a', metadata: { mail: 'jane.doe@example.com' } });
    await eventually(() => expect(mock.sessions.size).toBe(1));
    expect(mock.sessions.get(session.sessionId)).toMatchObject({
      row: { status: 'active', metadata: { mail: '[REDACTED:email]' } },
      patch: undefined,
    });
  });

  it('is resent until it is accepted', async () => {
    let refusals = 0;
    mock.fault = () => (refusals++ < 1 ? { kind: 'refuse', status: 503 } : undefined);
    const { tracer } = wire(mock);
    tracer.startSession({ agentId: 'a' });
    await eventually(() => expect(mock.sessions.size).toBe(1));
    expect(mock.requests.map(({ status }) => status)).toEqual([503, 202]);
  });

  it('fifty sessions that start at once are all announced, each in a request of its own', async () => {
    const { tracer } = wire(mock);
    for (let index = 0; index < 50; index += 1) tracer.startSession({ agentId: 'a' });
    await eventually(() => expect(mock.sessions.size).toBe(50));
    expect(mock.requests).toHaveLength(50);
  });

  it('goes before its rows or with them, and once', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    session.startUserTurn().end();
    await processor.forceFlush();
    session.startAgentTurn().end();
    session.end();
    await processor.shutdown();
    expect(order()).toEqual(['session+turns', 'turns', 'PATCH']);
  });

  it('the snapshot of a processor that masks nothing is masked by the exporter', async () => {
    const { exporter } = wire(mock);
    const { VoiceSpanProcessor, VoiceTracer } = await import('../../../src/index.js');
    const { BasicTracerProvider } = await import('@opentelemetry/sdk-trace-base');
    const processor = new VoiceSpanProcessor({ exporter, masker: false });
    const tracer = new VoiceTracer({
      tracerProvider: new BasicTracerProvider({ spanProcessors: [processor] }),
    });
    const session = tracer.startSession({ agentId: 'a', metadata: { mail: 'jane.doe@example.com' } });
    await eventually(() => expect(mock.sessions.size).toBe(1));
    expect(mock.sessions.get(session.sessionId)?.row.metadata).toEqual({ mail: '[REDACTED:email]' });
  });
});

describe('the closing PATCH', () => {
  it('waits for the rows of its session, and only for those', async () => {
    const { tracer, processor } = wire(mock);
    const stuck = tracer.startSession({ agentId: 'stuck' });
    const free = tracer.startSession({ agentId: 'free' });
    await eventually(() => expect(mock.sessions.size).toBe(2));
    for (const session of [stuck, free]) {
      session.startUserTurn().end();
      session.end({ reason: 'noted' });
    }
    let down = true;
    mock.fault = ({ body }) =>
      down && JSON.stringify(body).includes(stuck.sessionId) ? { kind: 'refuse', status: 500 } : undefined;
    await processor.forceFlush();
    expect(mock.sessions.get(stuck.sessionId)?.patch).toBeUndefined();
    expect(mock.sessions.get(free.sessionId)?.patch).toMatchObject({ status: 'completed' });
    down = false;
    await processor.shutdown();
    const paths = mock.requests.filter(({ status }) => status !== 500).map(({ path }) => path);
    expect(paths.at(-1)).toBe(`/v1/voice/sessions/${stuck.sessionId}`);
    expect(mock.sessions.get(stuck.sessionId)?.patch).toMatchObject({ rollups: { turn_count: 1 } });
    expect(mock.store.repeats).toBe(2);
  });

  it('an export that is tried again sends only what has not arrived', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    session.startUserTurn().end();
    session.end();
    mock.fault = ({ method }) => (method === 'PATCH' ? { kind: 'refuse', status: 500 } : undefined);
    await processor.forceFlush();
    mock.fault = undefined;
    await processor.shutdown();
    expect(mock.requests.map(({ method, status }) => [method, status])).toEqual([
      ['POST', 202],
      ['PATCH', 500],
      // Once more at once, as something had got through.
      ['PATCH', 500],
      ['PATCH', 200],
    ]);
  });

  it('a session that the back end has forgotten is announced once more', async () => {
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    await processor.forceFlush();
    mock.store.sessions.clear();
    session.end();
    await processor.shutdown();
    expect(mock.requests.map(({ status }) => status)).toEqual([202, 404, 202, 200]);
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({ status: 'completed' });
  });

  it('that is never known is given up, and stops nothing', async () => {
    mock.fault = ({ method }) => (method === 'PATCH' ? { kind: 'refuse', status: 404 } : undefined);
    const { tracer, processor } = wire(mock);
    tracer.startSession({ agentId: 'a' }).end();
    await processor.shutdown();
    expect(mock.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(2);
    expect(warned.join('\n')).toContain('the end of a session was refused and is dropped');
  });

  it('escapes the id', async () => {
    const { tracer, processor } = wire(mock);
    tracer.startSession({ agentId: 'a', sessionId: 'call/7 ?ä' }).end();
    await processor.shutdown();
    expect(mock.sessions.get('call/7 ?ä')?.patch).toMatchObject({ status: 'completed' });
  });

  it('what comes after it opens no ghost session', async () => {
    const { exporter, tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    session.startUserTurn().end();
    session.end();
    await processor.forceFlush();
    const late = foreign((start) =>
      start('voice.agent_turn', { 'voice.session.id': session.sessionId, 'voice.turn.id': 't_late' }).end(),
    );
    expect(await exported(exporter, late)).toEqual({ code: 0 });
    expect(mock.store.turns.has('t_late')).toBe(true);
    expect(bodies(mock).filter((body) => 'session' in body)).toHaveLength(1);
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({ status: 'completed' });
  });

  it('closes what nobody has ended when the exporter is shut down, unless told otherwise', async () => {
    for (const closeOpenSessions of [true, false]) {
      const { tracer, processor } = wire(mock, { closeOpenSessions });
      const session = tracer.startSession({ agentId: 'a' });
      session.startUserTurn().end();
      await processor.shutdown();
      expect(mock.sessions.get(session.sessionId)?.patch).toEqual(
        closeOpenSessions
          ? expect.objectContaining({
              end_reason: 'agent_left',
              status: 'completed',
              rollups: expect.objectContaining({ turn_count: 1 }),
            })
          : undefined,
      );
    }
  });

  it('says how many turns were lost on the way', async () => {
    const { tracer, processor } = wire(mock, {}, { maxQueueSize: 2 });
    const session = tracer.startSession({ agentId: 'a' });
    for (let index = 0; index < 4; index += 1) session.startUserTurn().end();
    session.end();
    await processor.shutdown();
    expect(mock.sessions.get(session.sessionId)).toMatchObject({
      row: { metadata: { voice_otel: { turns_lost: 3 } } },
      patch: { rollups: { turn_count: 1, user_turn_count: 1 } },
    });
  });
});

describe('refusals', () => {
  it('only the row at fault is dropped, whatever it is', async () => {
    const { tracer, processor, exporter } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    const turns = Array.from({ length: 20 }, () => session.startUserTurn());
    for (const turn of turns) {
      turn.startStage('stt').end();
      turn.event('user_speech_start');
      turn.end();
    }
    session.end();
    const bad = turns[13]?.turnId ?? '';
    mock.fault = ({ path, body }) => {
      const { turns: rows } = body as { turns?: { turn_id: string }[] };
      const isBad = path === '/v1/voice/spans' && rows?.some(({ turn_id }) => turn_id === bad);
      return isBad === true ? { kind: 'refuse', status: 422 } : undefined;
    };
    await processor.shutdown();
    expect(mock.store.turns.size).toBe(19);
    expect(mock.store.turns.has(bad)).toBe(false);
    expect(mock.store.stages.size).toBe(20);
    expect(mock.store.turnEvents.size).toBe(20);
    expect(mock.store.repeats).toBe(0);
    expect(exporter.droppedRows).toBe(1);
    // The roll-ups say what the back end has.
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({ rollups: { turn_count: 19 } });
    expect(warned.filter((line) => line.includes('a row was refused'))).toHaveLength(1);
  });

  it('an event type that is refused costs nothing but its events, is said once, and rests when it never works', async () => {
    const { tracer, processor, exporter } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    for (let index = 0; index < 8; index += 1) {
      session.userTurn((turn) => {
        turn.event('guardrail:toxicity', { score: index });
        turn.event('user_speech_start');
      });
      await processor.forceFlush();
    }
    session.end();
    await processor.shutdown();
    expect(mock.store.turns.size).toBe(8);
    expect(mock.store.turnEvents.size).toBe(8);
    expect(exporter.droppedRows).toBe(8);
    expect(warned.filter((line) => line.includes('guardrail:toxicity'))).toHaveLength(1);
    // Asked five times; the first time it is found in three steps: without the announcement, then alone.
    const asked = mock.requests.filter(({ body }) => JSON.stringify(body).includes('guardrail'));
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 422));
  });

  it('a refused announcement is dropped, its rows are not', async () => {
    mock.fault = ({ body }) => ('session' in (body as object) ? { kind: 'refuse', status: 400 } : undefined);
    const { tracer, processor } = wire(mock);
    const session = tracer.startSession({ agentId: 'a' });
    const turn = session.startUserTurn();
    turn.end();
    await processor.forceFlush();
    await processor.forceFlush();
    expect([...mock.store.turns.keys()]).toEqual([turn.turnId]);
    expect(mock.requests.filter(({ status }) => status === 400)).toHaveLength(2);
    expect(warned.join('\n')).toContain('the announcement of a session was refused');
  });

  it('a back end that refuses everything is taken for misconfigured: nothing more is thrown away', async () => {
    const { exporter } = wire(mock);
    mock.fault = () => ({ kind: 'refuse', status: 400 });
    const spans = foreign((start) => {
      for (let index = 0; index < 80; index += 1) {
        start('voice.user_turn', { 'voice.session.id': 's', 'voice.turn.id': `t${index}` }).end();
      }
    });
    const { code, error } = await exported(exporter, spans);
    expect(code).toBe(1);
    expect(error?.message).toContain('every row is refused');
    expect(exporter.droppedRows).toBe(64);
    mock.fault = undefined;
    expect(await exported(exporter, spans)).toEqual({ code: 0 });
    expect(mock.store.turns.size).toBe(16);
  });
});

describe('failures', () => {
  it('name the status and what Retry-After asks for, so that the queue can wait', async () => {
    const { exporter } = wire(mock);
    mock.fault = () => ({ kind: 'refuse', status: 429, retryAfterS: 17 });
    const spans = foreign((start) =>
      start('voice.user_turn', { 'voice.session.id': 's', 'voice.turn.id': 't' }).end(),
    );
    const { error } = await exported(exporter, spans);
    expect(error).toMatchObject({ status: 429, retryAfterMs: 17_000 });
  });

  it.each([200, 201, 204])('%i is as good as 202', async (status) => {
    const { exporter } = wire(mock);
    mock.fault = () => ({ kind: 'refuse', status });
    const spans = foreign((start) =>
      start('voice.user_turn', { 'voice.session.id': 's', 'voice.turn.id': 't' }).end(),
    );
    expect(await exported(exporter, spans)).toEqual({ code: 0 });
    expect(mock.requests).toHaveLength(1);
  });

  it('a connection dropped after the rows were stored leaves each once', async () => {
    const { exporter } = wire(mock);
    const spans = foreign((start) =>
      start('voice.user_turn', { 'voice.session.id': 's', 'voice.turn.id': 't' }).end(),
    );
    mock.fault = () => ({ kind: 'drop', stored: true });
    expect((await exported(exporter, spans)).code).toBe(1);
    mock.fault = undefined;
    expect(await exported(exporter, spans)).toEqual({ code: 0 });
    expect([...mock.store.turns.keys()]).toEqual(['t']);
  });

  it('a span that cannot be read costs only itself', async () => {
    const { exporter } = wire(mock);
    const [good, bad] = foreign((start) => {
      start('voice.user_turn', { 'voice.session.id': 's', 'voice.turn.id': 'good' }).end();
      start('voice.user_turn', { 'voice.session.id': 's', 'voice.turn.id': 'bad' }).end();
    });
    if (good === undefined || bad === undefined) throw new Error('two spans');
    const broken = Object.create(bad, {
      events: {
        get: () => {
          throw new Error('gone');
        },
      },
    });
    expect(await exported(exporter, [broken, good])).toEqual({ code: 0 });
    expect([...mock.store.turns.keys()]).toEqual(['good']);
  });

  it('after shutdown exports fail and nothing is sent', async () => {
    const { exporter } = wire(mock);
    await exporter.shutdown();
    const answer = await exported(exporter, []);
    expect(answer.code).toBe(1);
    exporter.sessionStarted(
      foreign((start) => start('voice.session', { 'voice.session.id': 's' }).end())[0] as never,
    );
    expect(mock.requests).toEqual([]);
  });
});

describe('the last requests', () => {
  it('hold all that has not arrived, in order, and send nothing themselves', async () => {
    const { exporter, tracer } = wire(mock);
    const open = tracer.startSession({ agentId: 'open' });
    const spans = foreign((start) => {
      const common = { 'voice.session.id': 'ended', 'voice.turn.id': 't' };
      start('chat', { ...common, 'voice.stage.type': 'llm', 'voice.stage.id': 'st_1' }).end();
      start('voice.agent_turn', common).end();
      start('voice.session', { 'voice.session.id': 'ended' }).end();
    });
    const requests = exporter.pendingRequests(spans);
    expect(mock.requests).toEqual([]);
    const base = mock.url;
    expect(requests.map(({ method, url }) => [method, url.slice(base.length)])).toEqual([
      ['POST', '/v1/voice/spans'],
      ['POST', '/v1/voice/spans'],
      ['PATCH', '/v1/voice/sessions/ended'],
      ['PATCH', `/v1/voice/sessions/${open.sessionId}`],
    ]);
    for (const { method, url, headers, body } of requests) {
      expect((await fetch(url, { method, headers, body })).ok).toBe(true);
    }
    expect([...mock.store.stages.keys()]).toEqual(['st_1']);
    expect(mock.sessions.get('ended')?.patch?.rollups).toMatchObject({ turn_count: 1, agent_turn_count: 1 });
    expect(mock.sessions.get(open.sessionId)?.patch?.rollups).toMatchObject({ turn_count: 0 });
  });
});
