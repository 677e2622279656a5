/** `voice-otel gateway --ashr`: a real gateway between recorded bodies of Pipecat's and the stand-in for Ashr. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseGatewayArguments } from '../../src/cli/gateway-args.js';
import { gatewayOptions } from '../../src/cli/gateway-setup.js';
import { UsageError } from '../../src/cli/io.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { type AshrMock, startAshrMock } from '../../src/testing/ashr-mock/mock.js';
import { PROTOBUF, post, recordings } from './support.js';

const FIXTURES = join(import.meta.dirname, '../fixtures/pipecat');

interface ExpectedTurn {
  readonly speaker: string;
  readonly transcript: string;
  readonly bargeInOn: number | null;
}

let mock: AshrMock;

beforeEach(async () => {
  mock = await startAshrMock({ apiKey: 'vo_gateway' });
});

afterEach(async () => {
  await mock.close();
});

async function gatewayToAshr(...more: string[]): Promise<Gateway> {
  const args = parseGatewayArguments(['--ashr', '--port', '0', ...more]);
  const env = {
    ASHR_LABS_API_KEY: '',
    ASHR_VOICE_OBS_API_KEY: 'vo_gateway',
    ASHR_VOICE_OBS_BASE_URL: mock.url,
  };
  return startGateway(await gatewayOptions(args, env));
}

async function replay(gateway: Gateway, scenario: string): Promise<void> {
  for (const { protobuf } of recordings(scenario)) {
    expect((await post(gateway, '/v1/traces', PROTOBUF, protobuf)).status).toBe(200);
  }
  await gateway.shutdown();
}

function expectedTurns(scenario: string): readonly ExpectedTurn[] {
  const expected = JSON.parse(readFileSync(join(FIXTURES, scenario, 'expected.json'), 'utf8')) as {
    a: { turns: ExpectedTurn[] };
  };
  return expected.a.turns;
}

const turns = (): Record<string, unknown>[] =>
  [...mock.store.turns.values()].sort((a, b) => Number(a.turn_index) - Number(b.turn_index));

describe('voice-otel gateway --ashr', () => {
  it('a Pipecat conversation arrives as a closed session with its turns and stages', async () => {
    await replay(await gatewayToAshr(), 'barge-in');
    const expected = expectedTurns('barge-in');
    expect(turns().map(({ speaker, transcript }) => ({ speaker, transcript }))).toEqual(
      expected.map(({ speaker, transcript }) => ({ speaker, transcript })),
    );
    const bargeIns = turns().map(({ was_interrupting: was, interrupted_by_turn_id: id }) =>
      was === true ? turns().findIndex((turn) => turn.turn_id === id) : null,
    );
    expect(bargeIns).toEqual(expected.map(({ bargeInOn }) => bargeInOn));
    expect(mock.sessions.size).toBe(1);
    const [session] = [...mock.sessions.values()];
    expect(session?.patch).toMatchObject({
      status: 'completed',
      rollups: { turn_count: expected.length, interrupt_count: 1 },
    });
    const ids = new Set(turns().map(({ turn_id }) => turn_id));
    const stages = [...mock.store.stages.values()];
    expect(stages.every(({ turn_id }) => ids.has(turn_id))).toBe(true);
    const kinds = stages.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['stt', 'llm', 'tts']));
    expect(mock.requests.filter(({ status }) => status === undefined || status >= 300)).toEqual([]);
  });

  it('masks what it sends, and with --no-content sends no content', async () => {
    await replay(await gatewayToAshr(), 'pii');
    expect(mock.store.turns.size).toBeGreaterThan(0);
    expect(JSON.stringify(mock.requests)).not.toContain('jane.doe@example.com');
    const masked = turns().length;
    await mock.close();
    mock = await startAshrMock();
    await replay(await gatewayToAshr('--no-content'), 'pii');
    expect(turns()).toHaveLength(masked);
    expect(turns().every(({ transcript }) => (transcript ?? '') === '')).toBe(true);
  });
});

describe('what --ashr needs', () => {
  const options = (env: Record<string, string>): Promise<unknown> =>
    gatewayOptions(parseGatewayArguments(['--ashr']), env);

  it.each<[Record<string, string>, string]>([
    [{}, 'in ASHR_LABS_API_KEY or ASHR_VOICE_OBS_API_KEY: neither is set'],
    [{ ASHR_LABS_API_KEY: ' ' }, 'ASHR_LABS_API_KEY is empty'],
    [{ ASHR_LABS_API_KEY: '', ASHR_VOICE_OBS_API_KEY: '' }, 'ASHR_VOICE_OBS_API_KEY are empty'],
    [{ ASHR_LABS_API_KEY: 'vo_key', ASHR_VOICE_OBS_BASE_URL: 'ashr' }, 'baseUrl must be an http(s) URL'],
  ])('%j: says what is missing', async (env, message) => {
    // The exporter must not look for a key behind the back of the command's environment.
    vi.stubEnv('ASHR_LABS_API_KEY', 'vo_of_the_process');
    const failure = options(env);
    await expect(failure).rejects.toThrow(UsageError);
    await expect(failure).rejects.toThrow(message);
    vi.unstubAllEnvs();
  });

  it('is a destination like the others', async () => {
    expect(await options({ ASHR_LABS_API_KEY: 'vo_key' })).toMatchObject({
      targets: [],
      exporters: [{ name: 'ashr' }],
    });
  });
});
