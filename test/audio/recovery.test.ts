import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallRecorder, type FinishedRecording } from '../../src/audio/index.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';
import { part, Scene, START, timeline } from './scene.js';
import { chirp, readWav, type Wav } from './signals.js';

let scene: Scene;
let warned: string[];
beforeEach(async () => {
  resetWarnings();
  warned = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void warned.push(line));
  scene = await Scene.open();
  scene.recording.end({ endTime: START });
  await scene.recorder.recovered;
  await scene.recording.done;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await scene.close();
});

/** A process that records until it is killed. */
async function startCall(sessionId: string): Promise<ChildProcess> {
  const script = new URL('./processes/crashing-call.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', script, scene.directory, sessionId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout ?? child, 'data');
  return child;
}

async function crash(child: ChildProcess): Promise<void> {
  const over = once(child, 'exit');
  child.kill('SIGKILL');
  await over;
}

/** What a recorder of the next process finds. */
async function recovered(): Promise<(FinishedRecording & { wav: Wav })[]> {
  const found: (FinishedRecording & { wav: Wav })[] = [];
  const recorder = new CallRecorder({
    sink: async (recording) => {
      found.push({ ...recording, wav: await readWav(recording.path) });
      return undefined;
    },
    temporaryDirectory: scene.temporary,
  });
  await recorder.recovered;
  return found;
}

describe('a process that was killed', () => {
  it('leaves a recording that the next one finishes and stores', async () => {
    await crash(await startCall('s_crashed'));
    expect((await scene.left()).length).toBeGreaterThan(0);
    const [found, ...more] = await recovered();
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      sessionId: 's_crashed',
      startTime: new Date(START),
      fileName: 's_crashed.wav',
      codec: 'wav',
      recovered: true,
      durationMs: 2300,
    });
    const hello = chirp(600);
    expect(found?.wav.samples).toEqual(
      timeline(
        2300,
        [200, part(hello, 0, 400)],
        [1000, chirp(800, { from: 2500, to: 500, amplitude: 6000 })],
        [2000, part(hello, 0, 300)],
      ),
    );
    expect(await scene.left()).toEqual([]);
    expect(await recovered()).toEqual([]);
  });

  it('leaves one that can be read up to where its file is torn', async () => {
    await crash(await startCall('s_torn'));
    const [name = ''] = (await scene.left()).filter((one) => one.endsWith('.call'));
    const journal = join(scene.temporary, name);
    await truncate(journal, (await readFile(journal)).length - 700);
    const [found] = await recovered();
    expect(found?.sessionId).toBe('s_torn');
    expect(found?.durationMs).toBe(2000);
  });

  it('is not mistaken for one that lives', async () => {
    const child = await startCall('s_alive');
    const before = await scene.left();
    expect(await recovered()).toEqual([]);
    expect(await scene.left()).toEqual(before);
    await crash(child);
  });

  it('leaves what cannot be read: it is removed, with a warning', async () => {
    await mkdir(scene.temporary, { recursive: true });
    const dead = 4_194_304;
    await writeFile(join(scene.temporary, `${dead}-0-0123456789abcdef.call`), 'no journal\n');
    await writeFile(join(scene.temporary, `${dead}-0-0123456789abcdef.wav`), 'half a recording');
    await writeFile(join(scene.temporary, 'somebody-else.txt'), 'not ours');
    expect(await recovered()).toEqual([]);
    expect(await readdir(scene.temporary)).toEqual(['somebody-else.txt']);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toMatch(/could not be recovered: Error: the file is no journal of a call/);
  });
});
