import { execFile } from 'node:child_process';
import { chmod, mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallRecorder, directorySink } from '../../src/audio/index.js';
import { JournalCursor } from '../../src/audio/journal/cursor.js';
import { JournalWriter } from '../../src/audio/journal/writer.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';
import { Scene, START } from './scene.js';
import { chirp } from './signals.js';

const run = promisify(execFile);

let warned: string[];
let scene: Scene | undefined;
beforeEach(() => {
  resetWarnings();
  warned = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void warned.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await scene?.close();
  scene = undefined;
});

/** The call goes on to its end as if nothing were wrong; the recording is lost with one warning, and nothing is left. */
async function expectLost(one: Scene, reason: RegExp): Promise<void> {
  scene = one;
  one.user(0, chirp(1000));
  const playback = one.agent(500, chirp(500));
  playback.started(START + 500);
  playback.finished({ playedMs: 500 });
  one.recording.end({ endTime: START + 2000 });
  expect(await one.recording.done).toBeUndefined();
  await one.recorder.flush();
  expect(warned).toHaveLength(1);
  expect(warned[0]).toMatch(reason);
  expect(await one.left()).toEqual([]);
}

describe('a sink that fails loses the recording, never the call', () => {
  it('rejects', async () => {
    const sink = () => Promise.reject(new Error('the store is on fire'));
    await expectLost(await Scene.open({ sink }), /s_0123456789abcdef is lost.*the store is on fire/);
  });

  it('throws', async () => {
    const sink = () => {
      throw new Error('no such store');
    };
    await expectLost(await Scene.open({ sink }), /no such store/);
  });

  it('a directory that cannot be written', async () => {
    const one = await Scene.open();
    await writeFile(one.recordings, 'a file where the directory should be');
    await expectLost(one, /EEXIST|ENOTDIR/);
  });

  it('cannot say where the recording will lie: it is stored all the same', async () => {
    const places: string[] = [];
    scene = await Scene.open({
      sink: {
        locate: () => {
          throw new Error('who knows');
        },
        store: async (recording) => {
          places.push(recording.fileName);
          return undefined;
        },
      },
    });
    expect(scene.recording.end({ endTime: START + 1000 })).toEqual({
      codec: 'wav',
      durationMs: 1000,
      url: undefined,
    });
    await scene.recording.done;
    expect(places).toEqual(['s_0123456789abcdef.wav']);
  });
});

describe('a disk that fails loses the recording, never the call', () => {
  it('the temporary directory cannot be made', async () => {
    const one = await Scene.open({ temporaryDirectory: '/dev/null/calls' });
    await expectLost(one, /ENOTDIR|EEXIST/);
  });

  it('says nothing of a recording that was lost before the end', async () => {
    scene = await Scene.open({ temporaryDirectory: '/dev/null/calls' });
    scene.user(0, chirp(5000));
    await scene.recording.done;
    expect(scene.recording.end({ endTime: START + 6000 })).toBeUndefined();
    expect(scene.recording.lost).toBe(true);
  });

  it('is full', async () => {
    const failures: unknown[] = [];
    const journal = new JournalWriter({
      open: () => open('/dev/full', 'w'),
      call: { sessionId: 's', startTime: START },
      onFailure: (error) => failures.push(error),
      onOverflow: () => {},
    });
    const event = { kind: 'user', segment: 0, time: 0, first: 0, second: 0 } as const;
    const samples = chirp(20);
    const append = (): void =>
      journal.append(event, { sampleRate: 24_000, channels: 1, samples: samples.length }, samples);
    append();
    await journal.flush();
    append();
    await journal.close();
    expect(failures).toMatchObject([{ code: 'ENOSPC' }]);
  });

  it('fills up in the middle of a call: a process that may write no more than 1 MB a file', async () => {
    const script = new URL('./processes/long-call.ts', import.meta.url).pathname;
    scene = await Scene.open();
    const { stdout, stderr } = await run('bash', [
      '-c',
      `ulimit -f 1024; exec ${process.execPath} --import tsx "$0" "$1"`,
      script,
      join(scene.directory, 'process'),
    ]);
    expect(stdout.trim()).toBe('the call is over: nothing recorded');
    expect(stderr.match(/is lost, the call goes on/g)).toHaveLength(1);
    expect(stderr).toMatch(/EFBIG/);
    expect(await readdir(join(scene.directory, 'process/temporary'))).toEqual([]);
  });

  it('is so slow that sound is lost: the gap is as long as what is missing', async () => {
    scene = await Scene.open();
    const path = join(scene.directory, 'slow.call');
    let opened: () => void = () => {};
    const wait = new Promise<void>((resolve) => {
      opened = resolve;
    });
    let overflows = 0;
    const journal = new JournalWriter({
      open: async () => {
        await wait;
        return open(path, 'wx');
      },
      call: { sessionId: 's', startTime: START },
      onFailure: (error) => {
        throw error;
      },
      onOverflow: () => {
        overflows += 1;
      },
    });
    const second = chirp(1000);
    const frames = 400;
    for (let i = 0; i < frames; i += 1) {
      const event = { kind: 'user', segment: 0, time: 1000 * (i + 1), first: 0, second: 0 } as const;
      journal.append(event, { sampleRate: 24_000, channels: 1, samples: second.length }, second);
    }
    opened();
    await journal.close();
    expect(overflows).toBe(1);
    // 16 MiB, and the lengths of the rest.
    expect((await stat(path)).size).toBeLessThan(17 * 1024 * 1024);
    const cursor = await JournalCursor.open(path, ['user']);
    let [whole, lengths] = [0, 0];
    for (let record = await cursor.next(1e9); record !== undefined; record = await cursor.next(1e9)) {
      lengths += record.samples;
      if (record.data !== undefined) whole += 1;
    }
    await cursor.close();
    expect(lengths).toBe(frames * second.length);
    expect(whole).toBeGreaterThan(300);
    expect(whole).toBeLessThan(frames);
  });
});

describe('nothing of it throws into a call', () => {
  it('whatever it is given', async () => {
    scene = await Scene.open();
    const { recording, recorder } = scene;
    const playback = recording.playback();
    expect(recorder.start(undefined as never)).toBeUndefined();
    for (const value of [undefined, null, 7, 'x', {}, { data: [1, 2] }, { data: new Int16Array(2) }, NaN]) {
      recording.user(value as never);
      playback.frame(value as never);
      playback.progressed(value as never);
      playback.started(value as never);
      recording.paused(value as never);
      recording.resumed(value as never);
    }
    playback.finished(undefined as never);
    expect(recording.end(null as never)).toMatchObject({ codec: 'wav' });
    expect(await recording.done).toBeDefined();
  });

  it('nor after its end', async () => {
    scene = await Scene.open();
    const facts = scene.recording.end({ endTime: START + 100 });
    scene.user(0, chirp(100));
    expect(scene.recording.end({ endTime: START + 900 })).toBe(facts);
    await scene.recording.done;
    scene.user(0, chirp(100));
  });
});

describe('options are checked loudly', () => {
  it.each([
    [undefined, /sink must be/],
    [{}, /sink must be/],
    [{ sink: 'recordings' }, /sink must be/],
    [{ sink: directorySink('x'), codec: 'mp3' }, /codec must be 'wav' or 'opus'/],
    [{ sink: directorySink('x'), temporaryDirectory: 7 }, /temporaryDirectory must be a path/],
  ])('%j', (options, message) => {
    expect(() => new CallRecorder(options as never)).toThrow(message);
  });

  it('of a directory', () => {
    expect(() => directorySink('')).toThrow(TypeError);
    expect(() => directorySink('x', { mode: 0o1000 })).toThrow(TypeError);
  });
});

describe('temporary files', () => {
  it('are private, and gone at the end', async () => {
    scene = await Scene.open();
    scene.user(0, chirp(100));
    const { recording, temporary } = scene;
    await vi.waitFor(async () => expect(await readdir(temporary)).toHaveLength(2), { timeout: 5000 });
    expect((await stat(temporary)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(temporary)) {
      expect(name).toMatch(new RegExp(`^${process.pid}-\\d+-[0-9a-f]{16}\\.(call|wav)$`));
      expect((await stat(join(temporary, name))).mode & 0o777).toBe(0o600);
    }
    recording.end();
    const stored = await recording.done;
    expect(await scene.left()).toEqual([]);
    expect((await stat(new URL(stored?.url ?? ''))).mode & 0o777).toBe(0o600);
  });

  it('lie in a directory given as it is, whose permissions are nobody else’s business', async () => {
    scene = await Scene.open();
    await mkdir(scene.temporary);
    await chmod(scene.temporary, 0o755);
    scene.user(0, chirp(100));
    scene.recording.end();
    await scene.recording.done;
    expect((await stat(scene.temporary)).mode & 0o777).toBe(0o755);
  });
});
