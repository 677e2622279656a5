/** The rows about LiveKit in the list of what the Python SDK documents and does not do, on a real `AgentSession`. */
import { initializeLogger } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoiceObservability } from '../../../src/presets/livekit.js';
import { type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { warnings } from '../../exporters/ashr/support.js';
import { sleep } from '../../instrumentation/livekit/fakes/audio.js';
import { Call, type CallOptions } from '../../instrumentation/livekit/fakes/call.js';
import { story } from '../../instrumentation/livekit/fakes/replies.js';

let mock: AshrMock;
let warned: string[];

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

beforeEach(async () => {
  warned = warnings();
  mock = await startAshrMock();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await mock.close();
});

/** A call whose spans go to the stand-in. */
function callToAshr(
  options: CallOptions,
  { url }: AshrMock,
): { call: Call; observability: VoiceObservability } {
  const call = new Call({ ...options, attach: null });
  const observability = new VoiceObservability({ apiKey: 'vo_key', baseUrl: url });
  observability.attach(call.session, { agentId: 'support' });
  return { call, observability };
}

const turns = ({ store }: AshrMock): Record<string, unknown>[] =>
  [...store.turns.values()].sort((a, b) => Number(a.turn_index) - Number(b.turn_index));

describe('as documented, on a plain LiveKit call', () => {
  let sent: AshrMock;

  beforeAll(async () => {
    sent = await startAshrMock();
    const { call, observability } = callToAshr({ hears: ['I cannot log in'] }, sent);
    await call.start();
    await call.exchange(1000);
    await call.close();
    await observability.shutdown();
    await sent.close();
  });

  it('LiveKit metrics carry only a label', () => {
    const stages = [...sent.store.stages.values()].map(({ kind, provider, model }) => [
      kind,
      provider,
      model,
    ]);
    expect(stages.sort()).toEqual([
      ['llm', 'openai', 'gpt-4.1-mini'],
      ['stt', 'deepgram', 'nova-3'],
      ['tts', 'cartesia', 'sonic-2'],
      ['vad', null, null],
    ]);
  });

  it('costs from hints: none are needed', () => {
    const costs = [...sent.store.stages.values()].flatMap(
      ({ payload }) => (payload as { cost_usd?: number }).cost_usd ?? [],
    );
    expect(costs).toHaveLength(3);
    expect(costs.every((cost) => cost > 0)).toBe(true);
    const [session] = [...sent.sessions.values()];
    const total = Math.round(costs.reduce((sum, cost) => sum + cost) * 1e12) / 1e12;
    expect(session?.patch).toMatchObject({ rollups: { total_cost_usd: total } });
  });

  it('transcript on the active turn', () => {
    expect(turns(sent).map(({ speaker, transcript }) => [speaker, transcript])).toEqual([
      ['user', 'I cannot log in'],
      ['agent', 'I see what you mean.'],
    ]);
    expect(sent.sessions.size).toBe(1);
  });

  it('TTFA on agent turns, p95 per session', () => {
    const [session] = [...sent.sessions.values()];
    const [, agent] = turns(sent);
    expect(agent).toMatchObject({ ttfa_ms: expect.any(Number), ttft_ms: expect.any(Number) });
    expect(session?.patch).toMatchObject({ rollups: { p95_ttfa_ms: agent?.ttfa_ms } });
  });
});

describe('as documented, on LiveKit', () => {
  it('InterruptionMetrics → barge-in: an interruption seen by state changes counts, with its latency', async () => {
    const options = { hears: ['Tell me a story', 'Please stop'], replies: story };
    const { call, observability } = callToAshr(options, mock);
    await call.start();
    await call.microphone.say(800);
    await call.agentIs('speaking');
    await sleep(700);
    await call.exchange(900);
    await call.close();
    await observability.shutdown();
    const [, cut, stop] = turns(mock);
    expect(stop).toMatchObject({
      was_interrupting: true,
      interrupted_by_turn_id: cut?.turn_id,
    });
    expect(Number(stop?.interrupt_latency_ms)).toBeGreaterThan(0);
    expect([...mock.store.turnEvents.values()].map(({ event_type }) => event_type)).toContain('barge_in');
    const [session] = [...mock.sessions.values()];
    expect(session?.patch).toMatchObject({ rollups: { interrupt_count: 1, turn_count: 4 } });
  });

  it('shutting the adapter down closes every session', async () => {
    const observability = new VoiceObservability({ apiKey: 'vo_key', baseUrl: mock.url });
    const calls = Array.from({ length: 3 }, () => new Call({ attach: null }));
    for (const call of calls) {
      observability.attach(call.session, { agentId: 'support' });
      await call.start();
    }
    await observability.shutdown();
    expect([...mock.sessions.values()].map(({ patch }) => [patch?.status, patch?.end_reason])).toEqual(
      calls.map(() => ['completed', 'agent_left']),
    );
    for (const call of calls) await call.close();
  });
});

describe('VoiceObservability with a key', () => {
  it('that is empty says so in a loud line and records nothing', async () => {
    const observability = new VoiceObservability({ apiKey: '' });
    expect(warned.join('\n')).toContain('NOTHING IS RECORDED: the API key for Ashr is empty');
    expect(observability.destination).toBe('nowhere: the API key for Ashr is empty');
    const call = new Call({ attach: null });
    const { session } = observability.attach(call.session, { agentId: 'a' });
    await call.start();
    await call.close();
    expect(session.ended).toBe(true);
    await observability.shutdown();
  });

  it('says where calls go', () => {
    expect(new VoiceObservability({ apiKey: 'vo_key', baseUrl: mock.url }).destination).toBe(
      `Ashr at ${mock.url}`,
    );
  });

  it.each<[object, string]>([
    [{ apiKey: 7 }, 'apiKey must be a string'],
    [{ apiKey: 'vo_key', baseUrl: 'ashr' }, 'baseUrl must be an http(s) URL'],
    [{ apiKey: 'vo_key', tracer: { startSession: () => {} } }, 'two destinations'],
  ])('%j is a TypeError', (options, message) => {
    expect(() => new VoiceObservability(options as never)).toThrow(message);
  });
});
