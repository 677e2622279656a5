/** The recording of a LiveKit call, uploaded to Ashr, on a real `AgentSession` with ends that keep what was heard. */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { initializeLogger } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LiveKitSession, VoiceObservability } from '../../../src/presets/livekit.js';
import { type AshrFault, type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { find, readWav } from '../../audio/signals.js';
import { warnings } from '../../exporters/ashr/support.js';
import { RecordedCall } from '../../instrumentation/livekit/audio/recorded-call.js';
import { spoken, utterance } from '../../instrumentation/livekit/audio/speech.js';
import { SAMPLE_RATE } from '../../instrumentation/livekit/fakes/audio.js';

const GREETING = 'Hello there how can I help';
const PRESIGN = '/v1/voice/audio/presign';
/** A WAV header; samples are 16 bit, one channel. */
const HEADER_BYTES = 44;

let mock: AshrMock;
let warned: string[];
let folder: string;

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ashr-recording-'));
  vi.stubEnv('TMPDIR', folder);
  warned = warnings();
  mock = await startAshrMock();
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await mock.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Attached {
  readonly call: RecordedCall;
  readonly observability: VoiceObservability;
  readonly sessionId: string;
}

/** A call with a greeting and an exchange, attached with nothing but a key. */
async function callToAshr(recordAudio?: false): Promise<Attached> {
  const call = await RecordedCall.make({ hears: ['Hello'], greeting: GREETING, attach: null });
  const observability = new VoiceObservability({ apiKey: 'vo_key', baseUrl: mock.url });
  const { session } = observability.attach(call.session as LiveKitSession, {
    agentId: 'support',
    ttsModel: 'cartesia/sonic-2',
    ...(recordAudio === undefined ? {} : { recordAudio }),
  });
  await call.start();
  await call.agentIs('speaking');
  await call.agentIs('listening');
  await call.microphone.say(utterance(900, 1));
  await call.agentIs('speaking');
  await call.agentIs('listening');
  return { call, observability, sessionId: session.sessionId };
}

async function over({ call, observability }: Attached, drainTimeoutMs = 5000): Promise<void> {
  await call.close();
  await observability.shutdown({ drainTimeoutMs });
  await call.remove();
}

/** Every file that is left under the temporary directory, apart from those of the call's own recorder. */
function filesLeft(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The greeting lies in the file. */
async function expectGreeting(path: string): Promise<void> {
  const { samples } = await readWav(pathToFileURL(path));
  const probe = spoken(GREETING).subarray(0, SAMPLE_RATE * 0.2);
  const places = Array.from({ length: 20 }, (_, i) => find(samples, probe, (i * SAMPLE_RATE) / 10, 1300));
  expect(Math.max(...places.map(({ alike }) => alike))).toBeGreaterThan(0.99);
}

describe('a LiveKit call with an API key of Ashr', () => {
  it('is recorded; the recording is presigned, put and committed', async () => {
    const attached = await callToAshr();
    await over(attached);
    const audio = [...mock.audio.values()];
    expect(audio).toHaveLength(1);
    const { sessionId, bytes, committed } = audio[0] ?? {};
    expect(sessionId).toBe(attached.sessionId);
    expect(committed).toMatchObject({ session_id: attached.sessionId, codec: 'wav' });
    const samples = (Number(bytes) - HEADER_BYTES) / 2;
    // Each is rounded by itself: to a whole sample, to a whole millisecond.
    const apartMs = Math.abs((samples / SAMPLE_RATE) * 1000 - Number(committed?.duration_ms));
    expect(apartMs).toBeLessThanOrEqual(0.5 + 1000 / SAMPLE_RATE);
    const heard = attached.call.speaker.heard.reduce((sum, sound) => sum + sound.samples.length, 0);
    const said = attached.call.microphone.heard.reduce((sum, sound) => sum + sound.samples.length, 0);
    expect(samples).toBeGreaterThan(heard + said);
    expect(mock.sessions.get(attached.sessionId)?.patch).toMatchObject({ status: 'completed' });
    expect(filesLeft()).toEqual([]);
    expect(warned).toEqual([]);
  });

  it('is not where recordAudio is false', async () => {
    const attached = await callToAshr(false);
    await over(attached);
    expect(mock.sessions.get(attached.sessionId)?.patch).toMatchObject({ status: 'completed' });
    expect(mock.requests.filter(({ path }) => path.includes('/audio/'))).toEqual([]);
    expect(filesLeft()).toEqual([]);
  });

  it('goes to the recorder that was given instead', async () => {
    const call = await RecordedCall.make({ greeting: GREETING, attach: null });
    const { recorder } = call;
    const observability = new VoiceObservability({ apiKey: 'vo_key', baseUrl: mock.url, recorder });
    observability.attach(call.session as LiveKitSession, { agentId: 'support' });
    await call.start();
    await call.agentIs('speaking');
    await call.agentIs('listening');
    await call.session.close();
    call.microphone.stop();
    await observability.shutdown();
    expect(readdirSync(join(call.directory, 'recordings'))).toHaveLength(1);
    expect(mock.requests.filter(({ path }) => path.includes('/audio/'))).toEqual([]);
    await call.remove();
  });

  it('that a crash left is uploaded by the next start with the same key, and by no other', async () => {
    const attached = await callToAshr();
    // The journal of the call so far, as if left by a process whose id no process can have.
    const journal = filesLeft().find((path) => path.endsWith('.call')) ?? '';
    const orphan = join(dirname(journal), '4194305-0-0123456789abcdef.call');
    copyFileSync(journal, orphan);
    await over(attached);
    mock.store.audio.clear();
    const other = new VoiceObservability({ apiKey: 'vo_other', baseUrl: mock.url });
    await other.shutdown();
    expect(filesLeft()).toEqual([orphan]);
    const next = new VoiceObservability({ apiKey: 'vo_key', baseUrl: mock.url });
    await vi.waitFor(
      () =>
        expect([...mock.audio.values()].map(({ committed }) => committed?.session_id)).toEqual([
          attached.sessionId,
        ]),
      { timeout: 20_000 },
    );
    await next.shutdown();
  });

  it.each<[string, AshrFault, string]>([
    ['is refused', { kind: 'refuse', status: 422 }, 'POST'],
    ['fails for longer than shutting down may take', { kind: 'refuse', status: 503 }, 'POST'],
    ['hangs while it is put', { kind: 'hang' }, 'PUT'],
  ])('keeps the file and says where, when the upload %s', async (_, fault, method) => {
    mock.fault = (request) =>
      request.method === method && (method === 'PUT' || request.path === PRESIGN) ? fault : undefined;
    const attached = await callToAshr();
    await over(attached, 2500);
    const kept = filesLeft();
    expect(kept).toHaveLength(1);
    const [path = ''] = kept;
    expect(warned.filter((line) => line.includes('could not be uploaded to Ashr'))).toEqual([
      expect.stringContaining(`the file stays at ${path}`),
    ]);
    await expectGreeting(path);
    // The trace is whole all the same.
    expect(mock.store.turns.size).toBe(3);
    expect(mock.sessions.get(attached.sessionId)?.patch).toMatchObject({ status: 'completed' });
  });
});
