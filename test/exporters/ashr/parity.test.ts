import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { estimateCost } from '../../../src/index.js';
import { Client } from '../../../src/presets/ashr.js';
import { type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { comparable, type Difference, differences, recording, rowsOf } from './rows.js';
import { SCENARIOS } from './scenarios.js';

let mock: AshrMock;

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  mock = await startAshrMock();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await mock.close();
});

/** Runs a scenario and says where the rows that arrived differ from those that the Python SDK sent. */
async function compare(name: string): Promise<Difference[]> {
  const client = new Client({ apiKey: 'vo_recording_key', baseUrl: mock.url });
  await SCENARIOS[name]?.(client);
  await client.shutdown();
  const accepted = mock.requests.filter(({ status }) => status !== undefined && status < 300);
  const [ours, python] = [rowsOf(accepted), rowsOf(recording(name).requests)].map(comparable);
  return differences(ours, python);
}

/** TTFT reaches the wire: in the Python SDK it never does. */
const TTFT = (turn: number, ms: number): Difference => ({
  path: `/turns/${turn}/ttft_ms`,
  ours: ms,
  python: null,
});

/** Money is added without the residue of binary floating point. */
const EXACT_SUM: Difference = {
  path: '/patches/0/rollups/total_cost_usd',
  ours: 0.0041,
  python: 0.0040999999999999995,
};

/** What cannot be priced says why, in the session's metadata, where Python has 0.0 or null without a word. */
const unpriced = (...missing: [kind: string, reason: string, count: number][]): unknown[] =>
  missing.map(([kind, reason, count]) => ({ kind, provider: null, model: null, reason, count }));

const NOTES = '/sessions/0/metadata/voice_otel';

const unknownProvider = 'unknown_provider';

describe('the rows that arrive are those of the Python SDK', () => {
  it('generic-primitives: the example of its documentation', async () => {
    expect(await compare('generic-primitives')).toEqual([TTFT(1, 320), EXACT_SUM]);
    expect(mock.store.unlikePython).toEqual([]);
  });

  it('stage-kinds', async () => {
    expect(await compare('stage-kinds')).toEqual([
      {
        path: NOTES,
        ours: {
          missing_costs: unpriced(
            ['stt', unknownProvider, 3],
            ['tts', unknownProvider, 1],
            ['llm', unknownProvider, 2],
            ['llm', 'invalid_usage', 1],
          ),
        },
        python: undefined,
      },
      TTFT(1, 210),
    ]);
    expect(mock.store.unlikePython).toEqual([]);
  });

  it('failing-stage', async () => {
    // Five characters of Cartesia are priced here; the Python SDK only adds up what it is given.
    const { amount } = estimateCost({ kind: 'tts', provider: 'cartesia', model: 'sonic-2', characters: 5 });
    expect(amount).toBeGreaterThan(0);
    const cost = { ours: amount, python: 0 };
    expect(await compare('failing-stage')).toEqual([
      { path: '/turns/2/cost_usd', ...cost },
      { path: '/stages/1/payload/cost_usd', ...cost },
      { path: EXACT_SUM.path, ours: 0.001 + Number(amount), python: 0.001 },
    ]);
    expect(mock.store.unlikePython).toEqual([]);
  });

  it('interrupted-turn', async () => {
    expect(await compare('interrupted-turn')).toEqual([
      {
        path: NOTES,
        // The caller's own word is kept beside the narrowed one.
        ours: {
          end_reason: 'participant_disconnected',
          missing_costs: unpriced(['tts', unknownProvider, 1]),
        },
        python: undefined,
      },
      // There the custom event raised inside the turn.
      { path: '/turns/3/ended_with_error', ours: false, python: true },
    ]);
  });

  it('empty-session', async () => {
    expect(await compare('empty-session')).toEqual([]);
  });

  it('two-sessions-one-flush: there the second row pushes the first out', async () => {
    await compare('two-sessions-one-flush');
    const ours = rowsOf(mock.requests);
    const python = rowsOf(recording('two-sessions-one-flush').requests);
    expect([ours.sessions.length, python.sessions.length]).toEqual([2, 1]);
    const [first, second] = ours.sessions.map((session) =>
      comparable({
        sessions: [session],
        turns: ours.turns.filter((turn) => turn.session_id === session.session_id),
        stages: [],
        turnEvents: [],
        patches: ours.patches.filter((patch) => patch.session_id === session.session_id),
        commits: [],
      }),
    );
    expect(first).toEqual(second);
    const theirs = String(python.sessions[0]?.session_id);
    expect(second).toEqual(
      comparable({
        ...python,
        turns: python.turns.filter((turn) => turn.session_id === theirs),
        patches: python.patches.filter((patch) => patch.session_id === theirs),
      }),
    );
  });

  it('masked-own-id: ids are left alone', async () => {
    const masked = { ours: 's_#1', python: 's_1a2b3c[REDACTED:phone]' };
    expect(await compare('masked-own-id')).toEqual([
      { path: '/sessions/0/session_id', ...masked },
      { path: '/sessions/0/room_id', ...masked },
      { path: '/turns/0/session_id', ...masked },
    ]);
  });

  it('timer-and-threshold', async () => {
    expect(await compare('timer-and-threshold')).toEqual([
      { path: NOTES, ours: { missing_costs: unpriced(['stt', unknownProvider, 7]) }, python: undefined },
    ]);
  });

  it('upload-open-file: there nothing is uploaded', async () => {
    const commit = { session_id: 's_#1', object_key: 'an object key', duration_ms: 200, codec: 'wav' };
    expect(await compare('upload-open-file')).toEqual([
      TTFT(1, 320),
      EXACT_SUM,
      { path: '/commits/0', ours: commit, python: undefined },
    ]);
  });

  it('pii: more is masked, and ids are left alone', async () => {
    const card = { ours: '[REDACTED:credit_card]', python: '[REDACTED:cc]' };
    // Numbers are masked as well as text.
    const number = { ours: '[REDACTED:phone]', python: 4155550132 };
    const caller = { ours: '+14155550132', python: '[REDACTED:phone]' };
    const transcript = (type: string): string =>
      `my mail is [REDACTED:email] and my card is [REDACTED:${type}]`;
    const rest = ', call [REDACTED:phone], social [REDACTED:ssn]';
    const missing = (
      kind: string,
      provider: string | null,
      model: string | null,
      reason: string,
    ): object => ({
      kind,
      provider,
      model,
      reason,
      count: 1,
    });
    expect(await compare('pii')).toEqual([
      { path: '/sessions/0/external_session_id', ours: '4111111111111111', python: card.python },
      { path: '/sessions/0/room_id', ours: 'sip-+14155550132', python: 'sip-[REDACTED:phone]' },
      { path: '/sessions/0/user_id', ...caller },
      { path: '/sessions/0/metadata/phone_number_as_int', ...number },
      // Keys are masked as well as values.
      { path: '/sessions/0/metadata/[REDACTED:email]', ours: 'key', python: undefined },
      { path: '/sessions/0/metadata/list/1/cc', ...card },
      {
        path: NOTES,
        ours: {
          missing_costs: [
            missing('stt', 'deepgram', 'nova-3', 'no_usage'),
            missing('tts', null, null, unknownProvider),
            missing('llm', 'openai', 'gpt-4.1-mini', 'no_usage'),
          ],
        },
        python: undefined,
      },
      { path: '/sessions/0/metadata/jane.doe@example.com', ours: undefined, python: 'key' },
      { path: '/turns/0/user_id', ...caller },
      {
        path: '/turns/0/transcript',
        ours: transcript('credit_card') + rest,
        python: transcript('cc') + rest,
      },
      { path: '/turns/1/user_id', ...caller },
      {
        path: '/stages/0/payload/final_transcript',
        ours: transcript('credit_card'),
        python: transcript('cc'),
      },
      { path: '/stages/1/payload/tool_calls/0/arguments/card/number', ...card },
      { path: '/stages/1/payload/tool_calls/0/arguments/phone', ...number },
      { path: '/stages/2/payload/voice_id', ours: 'voice-4155550132', python: 'voice-[REDACTED:phone]' },
      { path: '/turnEvents/0/payload/n', ...number },
    ]);
  });
});

it('every recording has a scenario, or a reason why not', () => {
  const recordings = readdirSync(new URL('../../fixtures/ashr/recordings/', import.meta.url));
  const without = recordings.map((file) => file.replace('.json', '')).filter((name) => !(name in SCENARIOS));
  expect(without).toEqual([
    // Three show what the Python LiveKit adapter makes of events; our LiveKit source has tests and recordings of its own.
    'livekit-agents-1.8.9-objects',
    'livekit-events',
    'livekit-late-events',
    // Its rows are those of empty-session; what happens when requests fail is in `promises.test.ts`.
    'retry-and-refusal',
  ]);
});
