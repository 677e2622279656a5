import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { type AshrMock, checkConformance, startAshrMock } from '../../src/testing/index.js';
import { Receiver, spansOfLines } from '../support/otlp-receiver.js';
import { named, outline } from '../support/spans.js';
import { blocksOf, ROOT } from './documents.js';
import { type Example, fileOf, findExamples, folderFor, writeExamples } from './examples.js';
import { type Outcome, runProgram } from './programs.js';

/** What a run leaves behind. */
interface Run extends Outcome {
  readonly spans: ReadableSpanLike[];
  readonly receiver: Receiver;
  readonly ashr: AshrMock;
  readonly folder: string;
}

const PROGRAMS = folderFor('run');
const examples = findExamples();
let folder: string;
let receiver: Receiver;
let ashr: AshrMock;

beforeAll(() => {
  writeExamples(examples, PROGRAMS);
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voice-otel-readme-'));
  receiver = new Receiver();
  await receiver.start();
  ashr = await startAshrMock();
});

afterEach(async () => {
  await receiver.close();
  await ashr.close();
  rmSync(folder, { recursive: true });
});

/** Runs a program of the documents as its reader would, with a back end that listens. */
async function runExample(example: Example): Promise<Run> {
  const host = example.host === undefined ? undefined : `${ROOT}test/readme/hosts/${example.host}`;
  const program = fileOf(example, PROGRAMS);
  const outcome = await runProgram(host ?? program, {
    folder,
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      README_PROGRAM: pathToFileURL(program).href,
      ASHR_LABS_API_KEY: 'vo_test',
      ASHR_VOICE_OBS_BASE_URL: ashr.url,
    },
  });
  return { ...outcome, spans: receiver.spans, receiver, ashr, folder };
}

/** The call of `hosts/call.ts`. */
const ONE_CALL = [
  'voice.session',
  '  voice.user_turn',
  '  voice.agent_turn',
  '    chat gpt-4.1-mini',
  '    text_to_speech sonic-2',
];

function expectOneCall({ spans }: Run): void {
  expect(outline(spans)).toEqual(ONE_CALL);
  const [turn] = named(spans, 'voice.user_turn');
  expect(turn?.attributes['voice.turn.transcript']).toBe('Where is my order? My mail is [REDACTED:email].');
  const [session] = named(spans, 'voice.session');
  expect(session?.attributes['voice.session.cost.llm']).toBe(0.000296);
}

function expectNothingSent({ spans, stdout }: Run): void {
  expect(spans).toEqual([]);
  expect(stdout).toBe('');
}

/** What each program does, beside ending well without a warning. Every program has an entry. */
const EXPECTED: Readonly<Record<string, (run: Run) => void>> = {
  'README/livekit': ({ spans }) => {
    expect(outline(spans)).toEqual([
      'voice.session',
      '  voice.user_turn',
      '    speech_to_text nova-3',
      '    voice.vad',
      '  voice.agent_turn',
      '    chat gpt-4.1-mini',
      '    text_to_speech sonic-2',
    ]);
    const [session] = named(spans, 'voice.session');
    expect(session?.attributes).toMatchObject({
      'gen_ai.agent.name': 'support',
      'gen_ai.agent.version': '1.4.0',
      'voice.session.transport': 'webrtc',
      'voice.room.id': 'room-42',
      'voice.session.cost.missing_count': 0,
    });
    expect(session?.resource.attributes['service.name']).toBe('voice-agent');
    const [user] = named(spans, 'voice.user_turn');
    expect(user?.attributes['voice.turn.transcript']).toBe('My mail is [REDACTED:email].');
    const [agent] = named(spans, 'voice.agent_turn');
    expect(agent?.attributes['voice.turn.response_latency']).toBeGreaterThan(
      Number(agent?.attributes['voice.turn.time_to_first_audio']),
    );
  },
  'README/loop': ({ spans }) => {
    const shown = blocksOf('README.md').find(({ marker }) => marker?.name === 'outline')?.code;
    expect(`${outline(spans).join('\n')}\n`).toBe(shown);
    const [user] = named(spans, 'voice.user_turn');
    expect(user?.attributes['voice.turn.transcript']).toBe('Where is my order? My mail is [REDACTED:email].');
    const [agent] = named(spans, 'voice.agent_turn');
    const timeToFirstAudio = Number(agent?.attributes['voice.turn.time_to_first_audio']);
    // The waits of the program: 300 + 100 + 150 ms, and 350 ms of silence before; a timer may be early by a millisecond.
    expect(timeToFirstAudio).toBeGreaterThan(0.545);
    const endPointing = Number(agent?.attributes['voice.turn.response_latency']) - timeToFirstAudio;
    expect(endPointing).toBeGreaterThan(0.345);
    const [session] = named(spans, 'voice.session');
    expect(session?.attributes['voice.session.cost.missing_count']).toBe(0);
    expect(session?.resource.attributes['service.name']).toBe('order-line');
  },
  'README/explicit': (run) => {
    const spans = spansOfLines(readFileSync(join(run.folder, 'traces/call.otlp.jsonl'), 'utf8'));
    expect(outline(spans)).toEqual([
      'voice.session',
      '  voice.agent_turn',
      '  voice.user_turn',
      '    voice.nlu',
    ]);
    const [agent] = named(spans, 'voice.agent_turn');
    const [user] = named(spans, 'voice.user_turn');
    expect(agent?.attributes['voice.turn.end_reason']).toBe('interrupted');
    expect(user?.attributes['voice.turn.interrupted_turn.id']).toBe(agent?.attributes['voice.turn.id']);
    const [session] = named(spans, 'voice.session');
    expect(session?.attributes).toMatchObject({
      'voice.session.interruption_count': 1,
      'voice.session.interruption_latency.p50': 0.18,
      'voice.transport.packet_loss': 0.003,
    });
    expect(checkConformance(spans)).toEqual([]);
    expectNothingSent(run);
  },
  'README/nodesdk-before': expectNothingSent,
  'README/nodesdk-beside': expectOneCall,
  'README/nodesdk-inside': expectOneCall,
  'README/masker': ({ stdout }) => {
    expect(stdout).toBe('[REDACTED:order_number], from [REDACTED:email] to help@example.com\n');
  },
  'README/cost': ({ stdout }) => {
    // 420 × $0.40 and 80 × $1.60 a million tokens; 5 × $12 a million characters.
    expect(stdout).toBe('0.000296\n0.00006\n');
  },
  'README/sampler': ({ spans, receiver: metrics }) => {
    expect(metrics.recorded('voice.session.duration')).toBe(100);
    expect(metrics.recorded('voice.turn.time_to_first_audio')).toBe(100);
    const sessions = named(spans, 'voice.session').length;
    // One in ten is sampled: that none or all of a hundred are happens once in 37 000 runs, or in 10^100.
    expect(sessions).toBeGreaterThan(0);
    expect(sessions).toBeLessThan(100);
    expect(spans.length).toBe(3 * sessions);
  },
  'README/conformance': ({ stdout }) => {
    expect(stdout).toMatch(/# pass 1\n# fail 0\n/);
  },
  'back-ends/langfuse-cost': (run) => {
    expectOneCall(run);
    const [chat] = named(run.spans, 'chat gpt-4.1-mini');
    const key = 'langfuse.observation.cost_details';
    expect(chat?.attributes[key]).toBe('{"total":0.000296}');
    const priced = run.spans.filter(({ attributes }) => key in attributes);
    expect(priced.map(({ name }) => name).sort()).toEqual(['chat gpt-4.1-mini', 'text_to_speech sonic-2']);
  },
  'masking/options': ({ stdout }) => {
    expect(stdout.split('\n')).toEqual([
      'Order [REDACTED:order_number:<hash>] for [REDACTED:email:<hash>], sent from [REDACTED:ip_address:<hash>]',
      "[ 'phone 5-15' ]",
      '',
    ]);
  },
  'masking/own': ({ stdout }) => {
    expect(stdout).toBe('[REDACTED:staff], [REDACTED:email]\n');
  },
  'cost/overrides': ({ stdout }) => {
    // 0.5 × $12 at 0.92.
    expect(stdout).toBe('5.52 EUR\n');
  },
  'cost/compatibility-keys': expectNothingSent,
  'cost/services': ({ stdout }) => {
    // 1.5 minutes at $0.01 and at $0.0085
    expect(stdout).toBe('0.015 0.01275\n');
  },
  'delivery/options': expectNothingSent,
  'delivery/file': expectNothingSent,
  'delivery/exit': expectNothingSent,
  'metrics/meter-provider': ({ stdout }) => {
    expect(stdout).toMatch(/name: 'voice\.session\.duration'/);
    expect(stdout).toMatch(/'voice\.session\.end_reason': 'timeout'/);
  },
  'README/recording': expectNothingSent,
  'recording/livekit': expectNothingSent,
  'recording/bucket': expectNothingSent,
  'recording/own-sink': expectNothingSent,
  'recording/loop': ({ folder, stdout }) => {
    expect(readdirSync(join(folder, 'recordings'))).toEqual([expect.stringMatching(/^s_[0-9a-f]{16}\.wav$/)]);
    expect(stdout).toBe('');
  },
  'README/ashr-livekit': expectNothingSent,
  'README/ashr-exporter': expectNothingSent,
  'README/ashr-client': ({ ashr, stdout }) => {
    const { sessions, turns } = ashr.store;
    expect([...sessions.values()].map(({ patch }) => patch?.status)).toEqual(['completed']);
    expect([...turns.values()].map((turn) => turn.transcript)).toEqual(['Where is my order?']);
    expect(stdout).toBe('');
  },
  'README/pipeline': ({ spans }) => {
    expect(outline(spans)).toEqual([
      'voice.session',
      '  voice.user_turn',
      '    speech_to_text',
      '  voice.agent_turn',
      '    chat',
      '    text_to_speech',
    ]);
    const [user] = named(spans, 'voice.user_turn');
    expect(user?.attributes['voice.turn.transcript']).toBe('Where is my order? My mail is [REDACTED:email].');
  },
  'pipelines/classify': expectNothingSent,
  'README/rtvi': expectNothingSent,
  'rtvi/file': expectNothingSent,
  'README/realtime': expectNothingSent,
  'events/events': ({ spans }) => {
    expect(outline(spans)).toEqual([
      'voice.session',
      '  voice.user_turn',
      '    speech_to_text',
      '  voice.agent_turn',
    ]);
    const [agent] = named(spans, 'voice.agent_turn');
    expect(agent?.attributes['voice.turn.transcript']).toBe('Not today.');
  },
  'events/stages': ({ spans }) => {
    expect(outline(spans)).toEqual([
      'voice.session',
      '  voice.user_turn',
      '    speech_to_text whisper-1',
      '  voice.agent_turn',
      '    chat',
      '    text_to_speech sonic-2',
    ]);
    const [user] = named(spans, 'voice.user_turn');
    expect(user?.attributes['voice.turn.transcript']).toBe('Will it rain?');
  },
  'normaliser/recording': expectNothingSent,
  'normaliser/receiver': expectNothingSent,
  'README/exit': expectNothingSent,
  'README/spool': expectNothingSent,
};

describe('the programs of README and docs, run as they stand there', () => {
  it('all have something expected of them', () => {
    expect(examples.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(examples)(
    '$name',
    async (example) => {
      const outcome = await runExample(example);
      expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
      EXPECTED[example.name]?.(outcome);
      expect(checkConformance(outcome.spans.filter(isOurs))).toEqual([]);
    },
    100_000,
  );
});

function isOurs({ instrumentationScope }: ReadableSpanLike): boolean {
  return instrumentationScope.name === 'voice-otel';
}
