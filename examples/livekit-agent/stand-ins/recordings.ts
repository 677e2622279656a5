import { readFileSync } from 'node:fs';
import type { Line } from '../script.js';

/** The rate of the recordings, in hertz: that of LiveKit's rooms. */
export const SAMPLE_RATE = 24_000;

/** A sentence with its sound. */
export interface Recording {
  readonly text: string;
  /** 16 bits, mono, at `SAMPLE_RATE`. */
  readonly samples: Int16Array;
  readonly durationMs: number;
}

/** Reads the recording of a line: a WAV file, µ-law, mono. */
export function loadRecording(line: Line): Recording {
  const file = readFileSync(new URL(`../audio/${line.recording}`, import.meta.url));
  const start = file.indexOf('data') + 8;
  const samples = Int16Array.from(file.subarray(start, start + file.readUInt32LE(start - 4)), fromMuLaw);
  return { text: line.text, samples, durationMs: durationMs(samples.length) };
}

/** How long so many samples last, in milliseconds. */
export function durationMs(samples: number): number {
  return (samples / SAMPLE_RATE) * 1000;
}

/** Whether a sample is voice, not silence: above 1.5 % of full scale. */
export function isLoud(sample: number): boolean {
  return Math.abs(sample) > 500;
}

/** A sample of ITU-T G.711 µ-law as 16 bits. */
function fromMuLaw(byte: number): number {
  const bits = ~byte;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
}
