import { readFile } from 'node:fs/promises';
import type { PcmFrame } from '../../src/audio/index.js';

export const RATE = 24_000;

/** A linear chirp: its autocorrelation has one narrow peak, so that it is found to the sample. */
export function chirp(ms: number, { from = 300, to = 3000, amplitude = 8000, rate = RATE } = {}): Int16Array {
  const seconds = ms / 1000;
  return Int16Array.from({ length: Math.round(seconds * rate) }, (_, i) => {
    const t = i / rate;
    return Math.round(amplitude * Math.sin(2 * Math.PI * (from * t + ((to - from) * t * t) / (2 * seconds))));
  });
}

export function tone(ms: number, hz: number, { amplitude = 8000, rate = RATE } = {}): Int16Array {
  return Int16Array.from({ length: Math.round((ms * rate) / 1000) }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rate)),
  );
}

export function silence(ms: number, rate = RATE): Int16Array {
  return new Int16Array(Math.round((ms * rate) / 1000));
}

export function joined(...parts: Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The sound in frames of 20 ms, the last one shorter. */
export function framesOf(samples: Int16Array, rate = RATE, channels = 1): PcmFrame[] {
  const perFrame = (rate / 50) * channels;
  const frames: PcmFrame[] = [];
  for (let from = 0; from < samples.length; from += perFrame) {
    const data = samples.slice(from, from + perFrame);
    frames.push({ data, sampleRate: rate, channels, samplesPerChannel: data.length / channels });
  }
  return frames;
}

export function durationMs(frame: PcmFrame): number {
  return (frame.samplesPerChannel * 1000) / frame.sampleRate;
}

export interface Wav {
  readonly sampleRate: number;
  readonly channels: number;
  readonly samples: Int16Array;
}

/** Reads a WAV file as the RIFF specification has it, chunk by chunk. */
export async function readWav(path: string | URL): Promise<Wav> {
  const bytes = await readFile(path);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('no WAV file');
  }
  if (bytes.readUInt32LE(4) !== bytes.length - 8) throw new Error('the size in the RIFF header is wrong');
  let format: { sampleRate: number; channels: number } | undefined;
  for (let at = 12; at < bytes.length; ) {
    const [id, size] = [bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 4)];
    if (id === 'fmt ')
      format = { channels: bytes.readUInt16LE(at + 10), sampleRate: bytes.readUInt32LE(at + 12) };
    if (id === 'data' && format !== undefined) {
      const data = bytes.subarray(at + 8, at + 8 + size);
      if (data.length !== size) throw new Error('the size in the data header is wrong');
      return { ...format, samples: new Int16Array(new Uint8Array(data).buffer) };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('no sound in the file');
}

/**
 * Where in `recording` the signal lies best, by normalised cross-correlation, within `around ± reach` (samples).
 *
 * @returns the sample at which it begins, and how alike it is there, 0 to 1
 */
export function find(
  recording: Int16Array,
  signal: Int16Array,
  around: number,
  reach: number,
): { at: number; alike: number } {
  let best = { at: Number.NaN, alike: 0 };
  const energy = energyOf(signal);
  const first = Math.max(0, around - reach);
  let there = energyOf(recording.subarray(first, first + signal.length));
  for (let at = first; at <= around + reach; at += 1) {
    let dot = 0;
    for (let i = 0; i < signal.length; i += 1) dot += (recording[at + i] ?? 0) * (signal[i] ?? 0);
    const alike = dot / Math.sqrt(energy * there || 1);
    if (alike > best.alike) best = { at, alike };
    there += (recording[at + signal.length] ?? 0) ** 2 - (recording[at] ?? 0) ** 2;
  }
  return best;
}

export function energyOf(samples: Int16Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return energy;
}

/** Root mean square, in units of a 16-bit sample. */
export function loudness(samples: Int16Array): number {
  return Math.sqrt(energyOf(samples) / Math.max(1, samples.length));
}
