import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { directorySink, s3Sink } from '../../src/audio/index.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';
import { Scene, START, timeline } from './scene.js';
import { chirp, readWav } from './signals.js';

let scene: Scene | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await scene?.close();
  scene = undefined;
});

describe('a directory', () => {
  it('is made, holds each call under the id of its session, and says so beforehand', async () => {
    scene = await Scene.open();
    scene.user(200, chirp(500));
    const url = scene.recording.end({ endTime: START + 1000 })?.url;
    expect(url).toBe(pathToFileURL(join(scene.recordings, 's_0123456789abcdef.wav')).href);
    expect(await scene.recording.done).toEqual({ url });
    expect((await readWav(new URL(url ?? ''))).samples).toEqual(timeline(1000, [200, chirp(500)]));
  });

  it('gives files the permissions it is told', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'voice-otel-test-'));
    scene = await Scene.open({ sink: directorySink(directory, { mode: 0o640 }) });
    scene.recording.end({ endTime: START + 100 });
    const stored = await scene.recording.done;
    expect((await stat(new URL(stored?.url ?? ''))).mode & 0o777).toBe(0o640);
    await rm(directory, { recursive: true });
  });

  it('is not left by a session id that looks like a path', async () => {
    scene = await Scene.open();
    const ids = ['../../etc/passwd', 'a/b', 'a_b', '.hidden', 'ü', 'x'.repeat(300)];
    const recordings = ids.map((sessionId) => scene?.recorder.start({ sessionId }));
    const names = recordings.map((recording) => recording?.info.fileName ?? '');
    for (const recording of recordings) recording?.end();
    await scene.recorder.flush();
    expect((await readdir(scene.recordings)).sort()).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[\w-][\w.-]{0,130}\.wav$/);
    expect(names[2]).toBe('a_b.wav');
  });
});

interface S3rver {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}

interface S3rverClass {
  new (options: object): S3rver;
}

describe('an S3-compatible store', () => {
  let directory: string;
  let server: S3rver;
  let client: S3Client;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'voice-otel-s3-'));
    const S3rver: S3rverClass = createRequire(import.meta.url)('s3rver');
    server = new S3rver({
      port: 0,
      address: '127.0.0.1',
      silent: true,
      directory,
      configureBuckets: [{ name: 'calls' }],
    });
    const { port } = await server.run();
    client = new S3Client(clientOptions(port));
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
    await rm(directory, { recursive: true });
  });

  const clientOptions = (port: number) => ({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
  });

  it('takes a recording, which can be read through a URL that is signed for five minutes', async () => {
    const sink = s3Sink({ bucket: 'calls', prefix: 'support/', client });
    scene = await Scene.open({ sink });
    scene.user(200, chirp(500));
    const facts = scene.recording.end({ endTime: START + 1000 });
    const url = 's3://calls/support/s_0123456789abcdef.wav';
    expect(facts?.url).toBe(url);
    expect(await scene.recording.done).toEqual({ url });
    const signed = await sink.readUrl(url);
    expect(new URL(signed).searchParams.get('X-Amz-Expires')).toBe('300');
    const response = await fetch(signed);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(new Int16Array(bytes.slice(44).buffer)).toEqual(timeline(1000, [200, chirp(500)]));
    const range = await fetch(signed, { headers: { Range: 'bytes=0-3' } });
    expect([range.status, await range.text()]).toEqual([206, 'RIFF']);
    const hour = await sink.readUrl(url, { expiresInSeconds: 3600 });
    expect(new URL(hour).searchParams.get('X-Amz-Expires')).toBe('3600');
    await expect(sink.readUrl('s3://others/x.wav')).rejects.toThrow(TypeError);
  });

  it('takes a large one in parts, as a stream', async () => {
    let hash = '';
    const inner = s3Sink({ bucket: 'calls', client });
    scene = await Scene.open({
      sink: {
        store: async (recording) => {
          hash = createHash('sha256')
            .update(await readFile(recording.path))
            .digest('hex');
          return inner.store(recording);
        },
      },
    });
    // Five minutes: 14.4 MB, three parts.
    scene.user(0, chirp(60_000));
    scene.recording.end({ endTime: START + 300_000 });
    expect(await scene.recording.done).toEqual({ url: 's3://calls/s_0123456789abcdef.wav' });
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: 'calls', Key: 's_0123456789abcdef.wav' }),
    );
    const bytes = await Body?.transformToByteArray();
    expect(
      createHash('sha256')
        .update(bytes ?? '')
        .digest('hex'),
    ).toBe(hash);
    expect(bytes?.length).toBe(44 + 300 * 48_000);
  });

  it('that is not there loses the recording with one warning', async () => {
    resetWarnings();
    const warned: string[] = [];
    vi.spyOn(console, 'warn').mockImplementation((line: string) => void warned.push(line));
    const sink = s3Sink({ bucket: 'calls', client: { ...clientOptions(1), maxAttempts: 1 } });
    scene = await Scene.open({ sink });
    scene.user(0, chirp(500));
    scene.recording.end({ endTime: START + 1000 });
    expect(await scene.recording.done).toBeUndefined();
    expect(warned).toHaveLength(1);
    expect(warned[0]).toMatch(/s_0123456789abcdef is lost, the call goes on: .*ECONNREFUSED/);
    expect(await scene.left()).toEqual([]);
  });

  it('says what is wrong with its options', () => {
    expect(() => s3Sink(undefined as never)).toThrow('s3Sink: bucket must be a name');
    expect(() => s3Sink({ bucket: '' })).toThrow('s3Sink: bucket must be a name');
    expect(() => s3Sink({ bucket: 'b', prefix: 3 as never })).toThrow('s3Sink: prefix must be a string');
    expect(() => s3Sink({ bucket: 'b', client: 'x' as never })).toThrow('s3Sink: client must be');
  });
});
