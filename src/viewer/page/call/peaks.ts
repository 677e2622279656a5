/** The loudest sample of every stretch of a channel: what a waveform is drawn from. */
export interface Peaks {
  /** One value a bucket, between 0 and 1. */
  readonly values: Float32Array;
  readonly durationS: number;
}

/** Samples looked at before the browser gets a turn. */
const SLICE = 2_000_000;

/** Peaks of a second, at most. */
const PER_SECOND = 200;
/** Peaks of a recording, at most. */
const MAX_PEAKS = 360_000;

/** How many peaks a recording of this length gets. */
export function peakCount(durationS: number): number {
  return Math.max(1, Math.min(MAX_PEAKS, Math.ceil(durationS * PER_SECOND)));
}

/** Peaks over all channels. `pause` is awaited between slices, so that a long recording holds nothing up. */
export async function peaksOf(
  channels: readonly Float32Array[],
  sampleRate: number,
  pause: () => Promise<void>,
): Promise<Peaks> {
  const samples = Math.max(0, ...channels.map(({ length }) => length));
  const durationS = samples / sampleRate;
  const values = new Float32Array(peakCount(durationS));
  const perPeak = samples / values.length;
  const peaksInSlice = Math.max(1, Math.floor(SLICE / Math.max(1, perPeak * channels.length)));
  for (let first = 0; first < values.length; first += peaksInSlice) {
    const end = Math.min(values.length, first + peaksInSlice);
    for (const channel of channels) addPeaks(values, channel, perPeak, first, end);
    if (end < values.length) await pause();
  }
  return { values, durationS };
}

function addPeaks(
  values: Float32Array,
  channel: Float32Array,
  perPeak: number,
  first: number,
  end: number,
): void {
  for (let i = first; i < end; i += 1) {
    const to = Math.min(channel.length, Math.ceil((i + 1) * perPeak));
    let peak = values[i] ?? 0;
    for (let at = Math.floor(i * perPeak); at < to; at += 1) {
      const sample = Math.abs(channel[at] ?? 0);
      if (sample > peak) peak = sample;
    }
    values[i] = Math.min(1, peak);
  }
}
