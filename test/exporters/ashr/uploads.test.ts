import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AshrApi } from '../../../src/exporters/ashr/api.js';
import type { AudioInput } from '../../../src/exporters/ashr/audio/source.js';
import { AudioUploads } from '../../../src/exporters/ashr/audio/uploads.js';
import { type AshrFault, type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { warnings } from './support.js';

const BYTES = new Uint8Array(200_000).map((_, index) => (index * 7) % 256);
const SHA = createHash('sha256').update(BYTES).digest('hex');

let mock: AshrMock;
let folder: string;
let warned: string[];
let path: string;

beforeEach(async () => {
  warned = warnings();
  mock = await startAshrMock();
  folder = await mkdtemp(join(tmpdir(), 'ashr-uploads-'));
  path = join(folder, 'call.wav');
  await writeFile(path, BYTES);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await mock.close();
  await rm(folder, { recursive: true });
});

/** Waits are as short as the back-off may make them. */
function uploads(options: { ticketLifeMs?: number } = {}): AudioUploads {
  const api = new AshrApi({ baseUrl: mock.url, apiKey: 'vo_key', timeoutMs: 2000 });
  return new AudioUploads(api, { keepFolder: join(folder, 'kept'), random: () => 0, ...options });
}

const recording = (audio: AudioInput) => ({ sessionId: 'call/1', audio, durationMs: 4200, codec: 'wav' });

async function* inPieces(): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < BYTES.length; index += 7000) yield BYTES.subarray(index, index + 7000);
}

describe('what can be uploaded', () => {
  it.each<[string, () => AudioInput]>([
    ['bytes', () => BYTES],
    ['an ArrayBuffer', () => BYTES.buffer],
    ['a Blob', () => new Blob([BYTES])],
    ['a path', () => path],
    ['a file: URL', () => pathToFileURL(path)],
    ['an async iterable', inPieces],
    ['a web stream', () => new Blob([BYTES]).stream()],
  ])('%s', async (_, audio) => {
    expect(await uploads().upload(recording(audio()))).toBe(true);
    const [[key, stored] = []] = [...mock.audio];
    expect(stored).toEqual({
      sessionId: 'call/1',
      bytes: BYTES.length,
      sha256: SHA,
      committed: { session_id: 'call/1', object_key: key, duration_ms: 4200, codec: 'wav' },
    });
  });

  it('leaves no temporary file of a stream behind', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('voice-otel-upload-'));
    await uploads().upload(recording(inPieces()));
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith('voice-otel-upload-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  it.each<[string, object]>([
    ['no session', { sessionId: '' }],
    ['no length', { durationMs: Number.NaN }],
    ['a codec that is none', { codec: '../etc' }],
    ['a file that is not there', { audio: '/no/such/file' }],
    ['something else', { audio: 7 }],
  ])('%s is said, and nothing rejects', async (_, change) => {
    expect(await uploads().upload({ ...recording(BYTES), ...change })).toBe(false);
    expect(warned.join('\n')).toContain('a recording could not be uploaded to Ashr');
    expect(mock.requests).toEqual([]);
  });
});

describe('an upload', () => {
  it('sends exactly the headers that were signed, and no key', async () => {
    await uploads().upload(recording(path));
    const put = mock.requests.find(({ method }) => method === 'PUT');
    expect(Object.keys(put?.headers ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
    ]);
    expect(put?.headers['content-type']).toBe('audio/wav');
  });

  it('is tried again, on the same URL while it lives', async () => {
    const faults: (AshrFault | undefined)[] = [
      undefined,
      { kind: 'drop' },
      undefined,
      { kind: 'refuse', status: 503 },
      undefined,
    ];
    mock.fault = () => faults.shift();
    expect(await uploads().upload(recording(path))).toBe(true);
    const asked = mock.requests.map(
      ({ method, path: to }) => `${method} ${to.split('/').at(-1)?.split('?')[0]}`,
    );
    expect(asked).toEqual(['POST presign', 'PUT 1.wav', 'PUT 1.wav', 'POST committed', 'POST committed']);
  });

  it('gets a fresh URL when its own has expired or is not accepted', async () => {
    let puts = 0;
    mock.fault = ({ method }) =>
      method === 'PUT' && puts++ === 0 ? { kind: 'refuse', status: 403 } : undefined;
    expect(await uploads().upload(recording(path))).toBe(true);
    expect(mock.requests.filter(({ path: to }) => to.endsWith('presign'))).toHaveLength(2);

    puts = 0;
    mock.requests.length = 0;
    mock.fault = ({ method }) =>
      method === 'PUT' && puts++ === 0 ? { kind: 'refuse', status: 500 } : undefined;
    expect(await uploads({ ticketLifeMs: 1 }).upload(recording(path))).toBe(true);
    expect(mock.requests.filter(({ path: to }) => to.endsWith('presign'))).toHaveLength(2);
  });

  it('that fails keeps the recording and says where', async () => {
    mock.fault = ({ path: to }) => (to.endsWith('presign') ? { kind: 'refuse', status: 422 } : undefined);
    const all = uploads();
    expect(await all.upload(recording(path))).toBe(false);
    expect(warned.at(-1)).toContain(`the file stays at ${path}`);

    warnings();
    expect(await all.upload(recording(inPieces()))).toBe(false);
    const [kept] = await readdir(join(folder, 'kept'));
    expect(kept).toMatch(/^call_1-[0-9a-f]{8}\.wav$/);
    const copy = join(folder, 'kept', String(kept));
    expect(new Uint8Array(await readFile(copy))).toEqual(BYTES);
    expect((await stat(copy)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'kept'))).mode & 0o777).toBe(0o700);
  });

  it('of a temporary file keeps a copy, as the recorder removes the original', async () => {
    mock.fault = () => ({ kind: 'refuse', status: 422 });
    expect(await uploads().upload({ ...recording(path), temporary: true })).toBe(false);
    await rm(path);
    expect(await readdir(join(folder, 'kept'))).toHaveLength(1);
    await writeFile(path, BYTES);
  });

  it('keeps fifty recordings at most, the newest', async () => {
    mock.fault = () => ({ kind: 'refuse', status: 422 });
    const all = uploads();
    for (let index = 0; index < 52; index += 1) {
      await all.upload({ ...recording(new Uint8Array([index])), sessionId: `n${index}` });
    }
    const kept = await readdir(join(folder, 'kept'));
    expect(kept).toHaveLength(50);
    expect(kept.some((name) => name.startsWith('n51-'))).toBe(true);
  });

  it('under way at shutdown is waited for', async () => {
    mock.fault = ({ method }) => (method === 'PUT' ? { kind: 'slow', ms: 200 } : undefined);
    const all = uploads();
    const done = all.upload(recording(path));
    await all.shutdown(10_000);
    expect(await done).toBe(true);
    expect(await all.upload(recording(path))).toBe(false);
  });

  it('that begins after shutdown is kept: a recorder may finish last', async () => {
    const all = uploads();
    await all.shutdown(1000);
    expect(await all.upload({ ...recording(path), temporary: true })).toBe(false);
    expect(mock.requests).toEqual([]);
    expect(await readdir(join(folder, 'kept'))).toHaveLength(1);
  });

  it('that is not through by then is broken off and kept', async () => {
    mock.fault = ({ method }) => (method === 'PUT' ? { kind: 'hang' } : undefined);
    const all = uploads();
    const done = all.upload(recording(inPieces()));
    await vi.waitFor(() => expect(mock.requests.some(({ method }) => method === 'PUT')).toBe(true));
    await all.shutdown(200);
    expect(await done).toBe(false);
    expect(await readdir(join(folder, 'kept'))).toHaveLength(1);
  });

  it('takes no memory for its length', async () => {
    const piece = new Uint8Array(1024 * 1024);
    async function* long(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 200; index += 1) yield piece;
    }
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 2);
    const before = process.memoryUsage().arrayBuffers;
    expect(await uploads().upload(recording(long()))).toBe(true);
    clearInterval(watch);
    expect([...mock.audio.values()][0]?.bytes).toBe(200 * 1024 * 1024);
    // Two hundred megabytes went through; what was held of them is a small part, the stand-in's share included.
    expect(most - before).toBeLessThan(100 * 1024 * 1024);
  });
});
