import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallRecorder, directorySink, type RecordingCodec } from '../../src/audio/index.js';
import { FRAME_MS, syllables } from './speech.js';

const MINUTES = 60;

/** An hour in which the user speaks all the time and the agent every second ten seconds, as fast as it goes. */
export async function hour(codec: RecordingCodec): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'voice-otel-bench-'));
  const recorder = new CallRecorder({
    sink: directorySink(join(directory, 'recordings')),
    codec,
    temporaryDirectory: directory,
  });
  let time = 1_700_000_000_000;
  const recording = recorder.start({ sessionId: `hour-${codec}`, now: () => time });
  if (recording === undefined) throw new Error('no recording');
  const [user, agent] = [syllables(3), syllables(11)];
  await sleep(500);
  globalThis.gc?.();
  const idle = await loopDelay(() => sleep(1500));
  const before = { rss: process.memoryUsage().rss, cpu: process.cpuUsage() };
  let peak = before.rss;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const begin = performance.now();
  for (let ten = 0; ten < MINUTES * 6; ten += 1) {
    if (ten % 2 === 1) {
      const playback = recording.playback();
      for (const frame of agent) playback.frame(frame, time);
      playback.started(time + 50);
      playback.finished({ playedMs: 9900 });
    }
    for (const frame of user) {
      time += FRAME_MS;
      recording.user(frame, time);
    }
    await sleep(20);
  }
  const captured = cpuSince(before.cpu);
  recording.end();
  const rendering = await loopDelay(async () => {
    await recording.done;
  });
  const stored = await recording.done;
  clearInterval(watch);
  const cpu = cpuSince(before.cpu);
  const { size } = await stat(new URL(stored?.url ?? ''));
  await rm(directory, { recursive: true });
  console.log(
    `${MINUTES} minutes as ${codec}, ${((performance.now() - begin) / 1000).toFixed(1)} s of wall clock`,
  );
  console.log(`  file            ${(size / 1e6).toFixed(1)} MB`);
  console.log(
    `  CPU             ${cpu.toFixed(1)} s, ${((100 * cpu) / (MINUTES * 60)).toFixed(2)} % of one core beside the call (up to the end of capture ${captured.toFixed(1)} s)`,
  );
  console.log(`  memory          peak RSS ${((peak - before.rss) / 1e6).toFixed(0)} MB above the start`);
  console.log(`  event loop      p50, p99 and max ${rendering} ms while rendering; ${idle} ms idle\n`);
}

/** How late timers of 5 ms are while this goes on: median, 99th percentile and maximum. */
async function loopDelay(work: () => Promise<void>): Promise<string> {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  await work();
  loop.disable();
  return [loop.percentile(50), loop.percentile(99), loop.max].map((ns) => (ns / 1e6).toFixed(1)).join(', ');
}

/** Seconds of all threads. */
function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
