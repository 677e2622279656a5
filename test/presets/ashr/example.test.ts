import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startAshrMock } from '../../../src/testing/index.js';
import { runExample } from '../../examples/run-example.js';
import { comparable, differences, recording, rowsOf } from '../../exporters/ashr/rows.js';

it('the ported example of the documentation sends the rows that the Python SDK sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ashr-example-'));
  const mock = await startAshrMock();
  const { exitCode, stderr } = await runExample('ashr-primitives/main.ts', {
    folder,
    environment: { ASHR_LABS_API_KEY: 'vo_recording_key', ASHR_VOICE_OBS_BASE_URL: mock.url },
  });
  expect([exitCode, stderr]).toEqual([0, '']);
  const [ours, python] = [rowsOf(mock.requests), rowsOf(recording('generic-primitives').requests)].map(
    comparable,
  );
  expect(differences(ours, python)).toEqual([
    // TTFT reaches the wire, and money is added without the residue of binary floating point.
    { path: '/turns/1/ttft_ms', ours: 320, python: null },
    { path: '/patches/0/rollups/total_cost_usd', ours: 0.0041, python: 0.0040999999999999995 },
  ]);
  // Its recording is one: the bytes of the file, with a header that says how many.
  expect([...mock.audio.values()]).toMatchObject([{ bytes: 44 + 2 * 4800, committed: { codec: 'wav' } }]);
  await mock.close();
  await rm(folder, { recursive: true });
});

it('runs without a key, on a stand-in of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ashr-example-'));
  const { exitCode, stdout, stderr } = await runExample('ashr-primitives/main.ts', {
    folder,
    environment: { ASHR_LABS_API_KEY: '', ASHR_VOICE_OBS_API_KEY: '' },
  });
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toContain('The stand-in holds 3 turns, 3 stages, 1 event');
  expect(stdout).toContain('"status": "completed"');
  await rm(folder, { recursive: true });
});
