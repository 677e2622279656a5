import { AudioFrame } from '@livekit/rtc-node';

export const FRAME_MS = 20;
/** The sample rate of LiveKit's rooms by default. */
export const SAMPLE_RATE = 24_000;

const SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds of a clock that never steps: the one that microphone, speaker and detector note their truths by. */
export const now = (): number => performance.now();

const toneSamples = Int16Array.from({ length: SAMPLES }, (_, i) =>
  Math.round(4000 * Math.sin((2 * Math.PI * 300 * i) / SAMPLE_RATE)),
);

/** One frame of sound. */
export function tone(): AudioFrame {
  return new AudioFrame(toneSamples.slice(), SAMPLE_RATE, 1, SAMPLES);
}

/** One frame of nothing. */
export function silence(): AudioFrame {
  return new AudioFrame(new Int16Array(SAMPLES), SAMPLE_RATE, 1, SAMPLES);
}

export function isLoud(frame: AudioFrame): boolean {
  return frame.data.some((sample) => Math.abs(sample) > 500);
}

export function durationMs(frame: AudioFrame): number {
  return (frame.samplesPerChannel / frame.sampleRate) * 1000;
}
