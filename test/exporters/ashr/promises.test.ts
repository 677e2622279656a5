/**
 * What the Python SDK documents and does not do, row by row of the list that came with its wire: each test has the name
 * of its row, and what stands there as documented holds here.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client, type ClientOptions } from '../../../src/presets/ashr.js';
import { type AshrFault, type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { FakeClock } from '../../support/clock.js';
import { warnings, wire } from './support.js';

let mock: AshrMock;
let warned: string[];

beforeEach(async () => {
  warned = warnings();
  mock = await startAshrMock();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  vi.restoreAllMocks();
  await mock.close();
});

function client(options: ClientOptions = {}): Client {
  return new Client({ apiKey: 'vo_key', baseUrl: mock.url, ...options });
}

function statuses(): (number | undefined)[] {
  return mock.requests.map(({ status }) => status);
}

/** A value that the types rule out and programs hand over all the same. */
const wrong = (value: unknown): never => value as never;

describe('as documented', () => {
  it('never raises into the agent', async () => {
    const ashr = client();
    const cyclic: Record<string, unknown> = { infinite: Number.POSITIVE_INFINITY };
    cyclic.self = cyclic;
    const session = ashr.startSession({ agentId: 'a', metadata: cyclic });
    const turn = session.startAgentTurn();
    turn.event('guardrail:toxicity', { score: 0.1 });
    turn.event('barge_in', ['a', 'list']);
    turn.event('gap_detected', new Map([[1, 'an integer key']]));
    turn.event('user_speech_end', 'half a pair \ud83d');
    turn.stage(wrong('translation'), {}, () => {});
    const stt = turn.startStage('stt');
    stt.setPayload({ audioDurationMs: 2400.7, requestDurationMs: wrong('x'), costUsd: wrong(null) });
    stt.end();
    turn.end();
    const user = session.startUserTurn();
    user.markInterrupted({ byTurnId: turn.turnId, interruptLatencyMs: Number.NaN });
    user.markInterrupted(wrong({ byTurnId: turn.turnId }));
    user.setTranscript(wrong(7));
    user.end();
    session.setTransportQuality({ mosScore: wrong('good'), jitterMs: Number.NaN, packetLossPct: 0.5 });
    session.end({ reason: wrong({}) });
    session.end();
    await ashr.shutdown();
    ashr.startSession(wrong(undefined)).userTurn((late) => late.event('late'));
    expect(await ashr.uploadAudio(wrong(undefined))).toBe(false);

    // What arrived fits the wire; only the type that it does not list was refused, and by itself.
    expect(mock.store.turns.size).toBe(2);
    expect([...mock.store.turnEvents.values()].map(({ event_type }) => event_type)).toEqual([
      'barge_in',
      'gap_detected',
      'user_speech_end',
    ]);
    const [row] = [...mock.store.stages.values()];
    expect(row?.payload).toMatchObject({ audio_duration_ms: 2401, request_duration_ms: 0, cost_usd: null });
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({
      transport_quality: { packet_loss_pct: 0.5 },
      rollups: { turn_count: 2, interrupt_count: 1 },
    });
    expect(mock.sessions.get(session.sessionId)?.patch?.transport_quality).toEqual({ packet_loss_pct: 0.5 });
  });

  it('nothing is lost silently', async () => {
    const ashr = client();
    const session = ashr.startSession({
      agentId: wrong(undefined),
      transport: 'whatsapp',
      userId: wrong(42),
    });
    const turn = session.startAgentTurn();
    const llm = turn.startStage('llm');
    llm.setPayload({ promptTokens: 12, completionTokens: wrong('many'), completion: 'kept' });
    llm.end();
    turn.end();
    session.end();
    await ashr.shutdown();
    expect(mock.sessions.get(session.sessionId)?.row).toMatchObject({
      agent_id: 'unknown',
      user_id: '42',
      transport: 'webrtc',
    });
    const [row] = [...mock.store.stages.values()];
    expect(row?.payload).toMatchObject({ prompt_tokens: 12, completion_tokens: 0, completion: 'kept' });
    expect(warned.join('\n')).toContain('llm payload: completionTokens has an unusable value');
  });

  it('never blocks the hot path', async () => {
    mock.fault = () => ({ kind: 'hang' });
    const ashr = client({ requestTimeoutMs: 300 });
    const session = ashr.startSession({ agentId: 'a' });
    session.userTurn((turn) => turn.setTranscript('hello'));
    expect(session.end()).toBeUndefined();
    // All of it happened before the first byte went out.
    expect(mock.requests).toEqual([]);
    const happened: string[] = [];
    const flushed = ashr.forceFlush().then(() => happened.push('flushed'));
    // While the back end hangs, the event loop goes on.
    for (let tick = 0; tick < 20; tick += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    happened.push('twenty ticks');
    await flushed;
    expect(happened).toEqual(['twenty ticks', 'flushed']);
    await ashr.shutdown({ drainTimeoutMs: 0 });
  });

  it('shutdown drains within 5 s', async () => {
    mock.fault = () => ({ kind: 'hang' });
    // Were it to wait for the answer, this test would run into its own limit.
    const hanging = client({ requestTimeoutMs: 600_000 });
    hanging.startSession({ agentId: 'a' }).startUserTurn().end();
    await hanging.shutdown({ drainTimeoutMs: 100 });
    expect(warned.join('\n')).toContain('could not be delivered before shutdown');

    mock.fault = undefined;
    const healthy = client();
    const session = healthy.startSession({ agentId: 'a' });
    session.startUserTurn().end();
    await healthy.shutdown();
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({
      status: 'completed',
      end_reason: 'agent_left',
    });
  });

  it.each<[string, AshrFault]>([
    ['refuses connections', { kind: 'drop' }],
    ['answers 500', { kind: 'refuse', status: 500 }],
    ['hangs', { kind: 'hang' }],
  ])('sessions buffer locally and flush when the back end returns: it %s', async (_, fault) => {
    mock.fault = () => fault;
    const ashr = client({ requestTimeoutMs: 100 });
    const session = ashr.startSession({ agentId: 'a' });
    for (let index = 0; index < 84; index += 1) {
      session.userTurn((turn) => turn.setTranscript(`turn ${index}`));
      if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    session.end();
    await vi.waitFor(() => expect(mock.requests.length).toBeGreaterThan(1), { timeout: 5000 });
    expect(mock.store.turns.size).toBe(0);
    mock.fault = undefined;
    await vi.waitFor(() => expect(mock.sessions.get(session.sessionId)?.patch).toBeDefined(), {
      timeout: 20_000,
      interval: 20,
    });
    expect(
      [...mock.store.turns.values()]
        .map(({ turn_index }) => turn_index)
        .sort((a, b) => Number(a) - Number(b)),
    ).toEqual(Array.from({ length: 84 }, (_, index) => index));
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({ rollups: { turn_count: 84 } });
    await ashr.shutdown();
  });

  it('oldest dropped with a warning', async () => {
    mock.fault = () => ({ kind: 'refuse', status: 503 });
    const ashr = client({ maxBufferSize: 5 });
    const session = ashr.startSession({ agentId: 'a' });
    for (let index = 0; index < 12; index += 1) session.startUserTurn().end();
    mock.fault = undefined;
    await ashr.forceFlush();
    expect([...mock.store.turns.values()].map(({ turn_index }) => turn_index)).toEqual([7, 8, 9, 10, 11]);
    // The session is state, not an item: it is never what goes first.
    expect(mock.sessions.size).toBe(1);
    expect(warned.join('\n')).toContain('the queue is full and the oldest spans are dropped');
    await ashr.shutdown();
  });

  it('bounded memory: model stages that wait for their turn are bounded in bytes', async () => {
    const { tracer, processor } = wire(mock);
    const turn = tracer.startSession({ agentId: 'a' }).startAgentTurn();
    for (let index = 0; index < 60; index += 1) {
      const llm = turn.startStage('llm');
      llm.setPayload({ prompt: [{ role: 'user', content: `${index} ${'long '.repeat(40_000)}` }] });
      llm.end();
    }
    // Sixty of 0.4 MB are more than the 16 MiB that may wait: the oldest go on without their turn.
    const spans: number[] = [];
    mock.fault = ({ body }) => {
      spans.push((body as { stages?: unknown[] }).stages?.length ?? 0);
      return undefined;
    };
    await processor.forceFlush();
    expect(mock.store.stages.size).toBe(60);
    expect(spans.filter((count) => count > 0).length).toBeGreaterThan(1);
    await processor.shutdown();
  });

  it('background worker, 5 s cadence: nothing runs while fewer than ten items wait', async () => {
    const ashr = client();
    const session = ashr.startSession({ agentId: 'a' });
    await vi.waitFor(() => expect(mock.sessions.size).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'setInterval'] });
    for (let index = 0; index < 9; index += 1) session.startUserTurn().end();
    // One timer, that of the flush; it runs after five seconds and nothing before.
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(4999);
    expect(vi.getTimerCount()).toBe(1);
    expect(mock.requests).toHaveLength(1);
    vi.useRealTimers();
    await ashr.shutdown();
  });

  it('retry', async () => {
    const faults: AshrFault[] = [
      { kind: 'refuse', status: 408 },
      { kind: 'refuse', status: 429, retryAfterS: 1 },
      { kind: 'refuse', status: 401 },
    ];
    const ashr = client();
    const session = ashr.startSession({ agentId: 'a' });
    await vi.waitFor(() => expect(mock.sessions.size).toBe(1));
    mock.fault = () => faults.shift();
    session.startUserTurn().end();
    session.end();
    for (let flush = 0; flush < 4; flush += 1) await ashr.forceFlush();
    expect(statuses()).toEqual([202, 408, 429, 401, 202, 200]);
    await ashr.shutdown();
  });

  it.each([422, 413])('one bad row (%i)', async (status) => {
    const ashr = client();
    const session = ashr.startSession({ agentId: 'a' });
    const turns = Array.from({ length: 9 }, () => session.startUserTurn());
    const bad = turns[4]?.turnId ?? '';
    for (const turn of turns) turn.end();
    mock.fault = ({ body }) => (JSON.stringify(body).includes(bad) ? { kind: 'refuse', status } : undefined);
    session.end();
    await ashr.shutdown();
    expect([...mock.store.turns.keys()].sort()).toEqual(
      turns
        .map(({ turnId }) => turnId)
        .filter((id) => id !== bad)
        .sort(),
    );
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({ rollups: { turn_count: 8 } });
  });

  it('many calls at once', async () => {
    const ashr = client();
    const sessions = Array.from({ length: 50 }, () => ashr.startSession({ agentId: 'a' }));
    for (const session of sessions) session.startUserTurn().end();
    for (const session of sessions) session.end();
    await ashr.shutdown();
    expect(mock.sessions.size).toBe(50);
    expect([...mock.sessions.values()].filter(({ patch }) => patch?.status === 'completed')).toHaveLength(50);
    expect(mock.store.turns.size).toBe(50);
  });

  it('close after content', async () => {
    let storedAtClose: number | undefined;
    mock.fault = ({ method }) => {
      if (method === 'PATCH') storedAtClose = mock.store.turns.size;
      return method === 'POST' ? { kind: 'slow', ms: 100 } : undefined;
    };
    const ashr = client();
    const session = ashr.startSession({ agentId: 'a' });
    for (let index = 0; index < 70; index += 1) session.startUserTurn().end();
    session.end();
    await ashr.shutdown();
    expect(storedAtClose).toBe(70);
  });

  it('masking of e-mails, phones, cards', async () => {
    const ashr = client();
    const session = ashr.startSession({ agentId: 'a' });
    const lines: [said: string, sent: string][] = [
      ['mail jane.doe@example.com', 'mail [REDACTED:email]'],
      ['jane dot doe at example dot com', '[REDACTED:email]'],
      ['call +49 30 901820', 'call [REDACTED:phone]'],
      ['call (415) 555-0132', 'call [REDACTED:phone]'],
      ['card 4111.1111.1111.1111', 'card [REDACTED:credit_card]'],
      ['social 078-05-1120', 'social [REDACTED:ssn]'],
      ['order 1234567890123', 'order 1234567890123'],
      ['ticket INC0012345', 'ticket INC0012345'],
      ['at 1732406913326', 'at 1732406913326'],
      ['ISBN 978-3-16-148410-0', 'ISBN 978-3-16-148410-0'],
      ['from 192.168.10.24', 'from 192.168.10.24'],
    ];
    for (const [said] of lines) session.userTurn((turn) => turn.setTranscript(said));
    session.end();
    await ashr.shutdown();
    const sent = [...mock.store.turns.values()].sort((a, b) => Number(a.turn_index) - Number(b.turn_index));
    expect(sent.map(({ transcript }) => transcript)).toEqual(lines.map(([, masked]) => masked));
  });

  it('masking leaves ids alone', async () => {
    const ashr = client();
    const digits = '1a2b3c4155550132';
    const session = ashr.startSession({ agentId: 'a', sessionId: `s_${digits}`, roomId: '4155550132' });
    const turn = session.startUserTurn({ turnId: `t_${digits}` });
    turn.startStage('stt', { stageId: `st_${digits}` }).end();
    turn.end();
    session.end();
    await ashr.shutdown();
    expect([...mock.store.turns.keys()]).toEqual([`t_${digits}`]);
    expect([...mock.store.stages.keys()]).toEqual([`st_${digits}`]);
    expect(mock.sessions.get(`s_${digits}`)).toMatchObject({
      row: { room_id: '4155550132' },
      patch: { status: 'completed' },
    });
  });

  it('a masker extends the default', async () => {
    const ashr = client({
      masker: (text) => {
        if (text.includes('boom')) throw new Error('boom');
        return text.replaceAll('Acme', '[COMPANY]');
      },
    });
    const session = ashr.startSession({ agentId: 'a' });
    session.userTurn((turn) => turn.setTranscript('Acme has jane.doe@example.com'));
    session.userTurn((turn) => turn.setTranscript('boom, call 415-555-0132'));
    // A pattern of ours that is quadratic would not be through with this in the time of the test.
    session.userTurn((turn) => turn.setTranscript('a@'.repeat(400_000)));
    session.end();
    await ashr.shutdown();
    const [first, second] = [...mock.store.turns.values()];
    expect(first?.transcript).toBe('[COMPANY] has [REDACTED:email]');
    expect(second?.transcript).not.toContain('415');
    expect(second?.transcript).toMatch(/^\[REDACTED/);
  });

  it('masking covers what leaves', async () => {
    const secret = 'jane.doe@example.com';
    const phone = 4155550132;
    const ashr = client();
    const session = ashr.startSession({ agentId: 'a', metadata: { [secret]: { phone }, list: [secret] } });
    const turn = session.startAgentTurn();
    turn.event(`said ${secret}`, { [secret]: secret, phone });
    turn.event('barge_in', [secret]);
    const tool = turn.startStage('tool');
    tool.setPayload({ name: 'send', arguments: { to: secret }, result: `sent to ${secret}` });
    tool.end();
    const llm = turn.startStage('llm');
    llm.setPayload({
      prompt: [{ role: 'user', content: secret }],
      completion: secret,
      toolCalls: [{ name: 'f', arguments: { [secret]: secret }, result: secret }],
    });
    llm.fail(new Error(`no mailbox ${secret}`));
    llm.end();
    const dialogue = turn.startStage('dialogue_management');
    dialogue.setPayload({ stateBefore: { secret }, stateAfter: secret, actionSelected: secret });
    dialogue.end();
    turn.setTranscript(secret);
    turn.end();
    session.end({ reason: `${secret} hung up` });
    await ashr.shutdown();
    const everything = JSON.stringify(mock.requests.map(({ path, headers, body }) => [path, headers, body]));
    expect(everything).toContain('[REDACTED:email]');
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(String(phone));
    expect(mock.store.stages.size).toBe(2);
  });

  it('TTFA on agent turns, p95 per session', async () => {
    const clock = new FakeClock();
    const { tracer, processor } = wire(mock, {}, {}, clock);
    const session = tracer.startSession({ agentId: 'a' });
    const waits = [300, 700, 500];
    for (const wait of waits) {
      const user = session.startUserTurn();
      clock.pass(1000);
      user.speechEnded();
      user.end();
      const agent = session.startAgentTurn();
      clock.pass(wait);
      agent.firstAudio();
      clock.pass(2000);
      agent.lastAudio();
      agent.end();
    }
    session.end();
    await processor.shutdown();
    const turns = [...mock.store.turns.values()].filter(({ speaker }) => speaker === 'agent');
    expect(turns.map(({ ttfa_ms }) => ttfa_ms)).toEqual(waits);
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({ rollups: { p95_ttfa_ms: 700 } });
  });

  it('monotonic durations', async () => {
    const clock = new FakeClock();
    const { tracer, processor } = wire(mock, {}, {}, clock);
    const session = tracer.startSession({ agentId: 'a' });
    const turn = session.startUserTurn();
    const stt = turn.startStage('stt');
    clock.pass(400);
    clock.step(-3_600_000);
    clock.pass(600);
    stt.end();
    turn.end();
    clock.pass(1000);
    session.end();
    await processor.shutdown();
    const [row] = [...mock.store.turns.values()];
    expect(Date.parse(String(row?.end_time)) - Date.parse(String(row?.start_time))).toBe(1000);
    expect([...mock.store.stages.values()][0]?.duration_ms).toBe(1000);
    expect(mock.sessions.get(session.sessionId)?.patch).toMatchObject({ rollups: { duration_ms: 2000 } });
  });

  it('upload_audio with an open file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ashr-open-file-'));
    const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
    await writeFile(join(folder, 'call.wav'), bytes);
    const file = await open(join(folder, 'call.wav'));
    const ashr = client();
    expect(await ashr.uploadAudio({ sessionId: 's', audio: file, durationMs: 6250.4, codec: 'wav' })).toBe(
      true,
    );
    const [audio] = [...mock.audio.values()];
    expect(audio).toMatchObject({
      bytes: 300_000,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      committed: { session_id: 's', duration_ms: 6250, codec: 'wav' },
    });
    await file.close();
    await ashr.shutdown();
    await rm(folder, { recursive: true });
  });

  it('reasons', async () => {
    const ashr = client();
    const reasons: [said: string, sent: string][] = [
      ['user_left', 'user_left'],
      ['participant_disconnected', 'user_left'],
      ['client_initiated', 'user_left'],
      ['job_shutdown', 'agent_left'],
      ['task_completed', 'agent_left'],
      ['idle', 'timeout'],
      ['timed out', 'timeout'],
      ['error', 'error'],
      ['anything else', 'agent_left'],
    ];
    const ids = reasons.map(([reason]) => {
      const session = ashr.startSession({ agentId: 'a' });
      session.end({ reason });
      return session.sessionId;
    });
    await ashr.shutdown();
    expect(ids.map((id) => mock.sessions.get(id)?.patch?.end_reason)).toEqual(
      reasons.map(([, sent]) => sent),
    );
    const kept = ids.map((id) => mock.sessions.get(id)?.row.metadata);
    expect(kept).toEqual(
      reasons.map(([said, sent]) => (said === sent ? {} : { voice_otel: { end_reason: said } })),
    );
  });

  it('environment variables', async () => {
    for (const variable of ['ASHR_VOICE_OBS_API_KEY', 'ASHR_LABS_API_KEY']) {
      vi.stubEnv(variable, `vo_${variable}`);
      vi.stubEnv('ASHR_VOICE_OBS_BASE_URL', `${mock.url}/`);
      vi.stubEnv('ASHR_VOICE_OBS_TENANT_ID', '17');
      const ashr = new Client();
      const session = ashr.startSession({ agentId: 'a' });
      session.end();
      await ashr.shutdown();
      expect(mock.sessions.get(session.sessionId)?.row.tenant_id).toBe(17);
      expect(mock.requests.at(-1)?.headers.authorization).toBe(`Bearer vo_${variable}`);
    }
  });
});
