import type { PcmFrame } from '../../src/audio/index.js';

export const FRAME_MS = 20;
const RATE = 24_000;
const SAMPLES = (RATE * FRAME_MS) / 1000;

/** Ten seconds that sound a little like speech to an encoder: syllables of noise and of a gliding tone. */
export function syllables(seed: number): PcmFrame[] {
  let state = seed;
  const noise = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return (2 * state) / 2_147_483_647 - 1;
  };
  let phase = 0;
  return Array.from({ length: 10_000 / FRAME_MS }, (_, i) => {
    const loud = i % 12 < 8 ? Math.sin((Math.PI * (i % 12)) / 8) : 0;
    const data = new Int16Array(SAMPLES);
    for (let n = 0; n < SAMPLES; n += 1) {
      phase += (2 * Math.PI * (120 + 60 * Math.sin(i / 9))) / RATE;
      const voice = Math.sin(phase) + 0.5 * Math.sin(3 * phase) + 0.25 * Math.sin(7 * phase);
      data[n] = Math.round(5000 * loud * (i % 4 === 0 ? noise() : voice));
    }
    return { data, sampleRate: RATE, channels: 1, samplesPerChannel: SAMPLES };
  });
}
