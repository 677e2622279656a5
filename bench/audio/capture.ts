import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initializeLogger, voice } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';
import { CallRecorder } from '../../src/audio/index.js';
import { CallTaps } from '../../src/instrumentation/livekit/recording/call-taps.js';
import { FRAME_MS, syllables } from './speech.js';

const FRAMES = 40_000;
/** Frames handed over between two turns of the event loop; a synthesiser's burst. */
const BURST = 50;

class Output extends voice.AudioOutput {
  constructor() {
    super(24_000, undefined, { pause: true });
  }

  override clearBuffer(): void {}
}

/** `captureFrame` of two outputs, frame by frame in one run: one as it is, one with the tap of a real recording. */
export async function captureLatency(): Promise<void> {
  initializeLogger({ pretty: false, level: 'silent' });
  const directory = await mkdtemp(join(tmpdir(), 'voice-otel-bench-'));
  const recorder = new CallRecorder({ sink: async () => undefined, temporaryDirectory: directory });
  const recording = recorder.start({ sessionId: 'bench' });
  if (recording === undefined) throw new Error('no recording');
  const [bare, tapped] = [new Output(), new Output()];
  const session = new voice.AgentSession({ vad: null, turnHandling: { turnDetection: null } });
  session.output.audio = tapped;
  const clock = { now: () => Date.now(), at: (ms: number) => ms };
  const taps = new CallTaps(session, recording, clock);
  const frames = syllables(7).map(
    ({ data, samplesPerChannel }) => new AudioFrame(data, 24_000, 1, samplesPerChannel),
  );
  const took = { bare: new Float64Array(FRAMES), tapped: new Float64Array(FRAMES) };
  for (let i = 0; i < FRAMES; i += 1) {
    const frame = frames[i % frames.length];
    if (frame === undefined) break;
    // Each goes first half of the time.
    const order = i % 2 === 0 ? (['bare', 'tapped'] as const) : (['tapped', 'bare'] as const);
    for (const which of order) {
      const output = which === 'bare' ? bare : tapped;
      const begin = performance.now();
      await output.captureFrame(frame);
      took[which][i] = performance.now() - begin;
    }
    if (i % BURST === BURST - 1) await sleep(1);
  }
  taps.detach();
  await recorder.flush();
  await recording.done;
  await rm(directory, { recursive: true });
  const [without, withTap] = [quantiles(took.bare), quantiles(took.tapped)];
  console.log(`captureFrame, ${FRAMES} frames of ${FRAME_MS} ms each, in microseconds`);
  console.log('             p50      p99     p99.9');
  console.log(`without   ${row(without)}`);
  console.log(`with tap  ${row(withTap)}`);
  const added = (withTap[1] ?? 0) - (without[1] ?? 0);
  console.log(
    `added at p99: ${(added * 1000).toFixed(1)} us, ${((100 * added) / FRAME_MS).toFixed(3)} % of a frame\n`,
  );
}

function quantiles(times: Float64Array): number[] {
  const sorted = times.toSorted();
  return [0.5, 0.99, 0.999].map((q) => sorted[Math.floor(q * sorted.length)] ?? Number.NaN);
}

function row(quantile: number[]): string {
  return quantile.map((ms) => (ms * 1000).toFixed(1).padStart(8)).join(' ');
}
