/** Samples per second of every recording. LiveKit's rooms use the same, so that their sound needs no resampling. */
export const RECORDING_SAMPLE_RATE = 24_000;

/** One frame of sound: 16-bit samples, channels interleaved. LiveKit's `AudioFrame` is one. */
export interface PcmFrame {
  readonly data: Int16Array;
  /** Samples per second of one channel. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly samplesPerChannel: number;
}

const MIN_SAMPLE_RATE = 4000;
const MAX_SAMPLE_RATE = 384_000;
const MAX_CHANNELS = 16;

/** Whether a caller's value is a frame that can be read. Frames cross realms, so the class is not asked for. */
export function isPcmFrame(value: unknown): value is PcmFrame {
  if (typeof value !== 'object' || value === null) return false;
  const { data, sampleRate, channels, samplesPerChannel } = value as Partial<PcmFrame>;
  return (
    ArrayBuffer.isView(data) &&
    data.BYTES_PER_ELEMENT === 2 &&
    isIntegerWithin(sampleRate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE) &&
    isIntegerWithin(channels, 1, MAX_CHANNELS) &&
    isIntegerWithin(samplesPerChannel, 1, data.length / channels)
  );
}

function isIntegerWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

/** One channel of interleaved samples: their mean. A single channel comes back as it is. */
export function toMono(data: Int16Array, channels: number): Int16Array {
  if (channels === 1) return data;
  const mono = new Int16Array(Math.floor(data.length / channels));
  for (let i = 0; i < mono.length; i += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += data[i * channels + channel] ?? 0;
    mono[i] = Math.round(sum / channels);
  }
  return mono;
}

/** The nearest value that 16 bits hold. */
export function toInt16(value: number): number {
  if (value > 32_767) return 32_767;
  return value < -32_768 ? -32_768 : Math.round(value);
}
