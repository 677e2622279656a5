import { toInt16 } from '../pcm.js';

/** Zero crossings of the sinc on each side. With the window below, the transition band is a fifth of the cut-off. */
const ZERO_CROSSINGS = 24;
/** Of a Kaiser window: 80 dB of stop-band attenuation (Kaiser 1974). */
const KAISER_BETA = 7.86;
/** The cut-off as a share of the lower of the two Nyquist rates: the transition band ends near that rate. */
const CUT_OFF = 0.92;

/**
 * Converts one contiguous run of sound to another sample rate with a linear-phase windowed-sinc filter, one row of
 * coefficients per output phase. The delay of the filter is taken out: sample `n` of the output is the sound at
 * `n / outputRate` seconds from the start of the run.
 */
export class Resampler {
  readonly #bank: FilterBank;
  readonly #up: number;
  readonly #down: number;
  #held: Int16Array;
  /** Index in the run of the first sample held; negative: the silence before the run. */
  #heldFrom: number;
  /** Samples taken in and given out so far. */
  #in = 0;
  #out = 0;

  constructor(inputRate: number, outputRate: number) {
    const divisor = greatestCommonDivisor(inputRate, outputRate);
    this.#up = outputRate / divisor;
    this.#down = inputRate / divisor;
    this.#bank = filterBank(this.#up, this.#down);
    this.#held = new Int16Array(this.#bank.half);
    this.#heldFrom = -this.#bank.half;
  }

  /** Takes the next samples of the run. @returns what can be said for certain by now */
  push(samples: Int16Array): Int16Array {
    this.#append(samples);
    this.#in += samples.length;
    const certain = Math.ceil(((this.#in - this.#bank.half) * this.#up) / this.#down);
    return this.#produce(Math.max(this.#out, certain));
  }

  /** The run is over. @returns the rest of it */
  flush(): Int16Array {
    this.#append(new Int16Array(this.#bank.half + 1));
    return this.#produce(Math.round((this.#in * this.#up) / this.#down));
  }

  #append(samples: Int16Array): void {
    const needed = Math.floor((this.#out * this.#down) / this.#up) - this.#bank.half;
    const obsolete = Math.max(0, Math.min(this.#held.length, needed - this.#heldFrom));
    const joined = new Int16Array(this.#held.length - obsolete + samples.length);
    joined.set(this.#held.subarray(obsolete));
    joined.set(samples, this.#held.length - obsolete);
    this.#held = joined;
    this.#heldFrom += obsolete;
  }

  #produce(until: number): Int16Array {
    const { half, taps, rows } = this.#bank;
    const produced = new Int16Array(Math.max(0, until - this.#out));
    for (let i = 0; i < produced.length; i += 1) {
      const position = (this.#out + i) * this.#down;
      const row = (position % this.#up) * taps;
      const first = Math.floor(position / this.#up) - half - this.#heldFrom;
      let sum = 0;
      for (let tap = 0; tap < taps; tap += 1) sum += (this.#held[first + tap] ?? 0) * (rows[row + tap] ?? 0);
      produced[i] = toInt16(sum);
    }
    this.#out += produced.length;
    return produced;
  }
}

interface FilterBank {
  /** Input samples that the filter reaches to each side. */
  readonly half: number;
  readonly taps: number;
  /** `up` rows of `taps` coefficients. */
  readonly rows: Float64Array;
}

/** Banks kept: one for each pair of rates in use. */
const MAX_BANKS = 8;
const banks = new Map<string, FilterBank>();

function filterBank(up: number, down: number): FilterBank {
  const key = `${up}/${down}`;
  const bank = banks.get(key) ?? designed(up, down);
  banks.delete(key);
  banks.set(key, bank);
  if (banks.size > MAX_BANKS) banks.delete(banks.keys().next().value ?? '');
  return bank;
}

function designed(up: number, down: number): FilterBank {
  /** Cut-off as a share of the input's Nyquist rate. */
  const cutOff = CUT_OFF * Math.min(1, up / down);
  const half = Math.ceil(ZERO_CROSSINGS / cutOff);
  const taps = 2 * half + 1;
  const rows = new Float64Array(up * taps);
  for (let phase = 0; phase < up; phase += 1) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = tap - half - phase / up;
      const value = cutOff * sinc(cutOff * distance) * kaiser(distance / (half + 1));
      rows[phase * taps + tap] = value;
      sum += value;
    }
    // Every phase passes a constant unchanged.
    for (let tap = 0; tap < taps; tap += 1) {
      rows[phase * taps + tap] = (rows[phase * taps + tap] ?? 0) / sum;
    }
  }
  return { half, taps, rows };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel0(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel0(KAISER_BETA);
}

/** The modified Bessel function of the first kind, order 0, by its power series. */
function bessel0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-12 * sum; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
