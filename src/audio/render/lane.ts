import { RECORDING_SAMPLE_RATE } from '../pcm.js';
import { Resampler } from './resampler.js';

/** Sound that begins this close to the end of the sound before it follows on from it. */
const CONTIGUOUS_MS = 0.1;

const PER_MS = RECORDING_SAMPLE_RATE / 1000;

interface Run {
  readonly rate: number;
  readonly resampler: Resampler | undefined;
  /** Where it ends. Milliseconds since the start of the recording. */
  end: number;
}

interface Block {
  readonly start: number;
  readonly samples: Int16Array;
}

/** One side of the call at the sample rate of the recording: sound is placed in order of time, and taken in windows. */
export class Lane {
  #run: Run | undefined;
  #blocks: Block[] = [];
  /** The sample at which the next block begins. Blocks do not overlap. */
  #next = 0;

  /** Places mono sound. What would lie over sound that is placed already is left out. */
  place(startMs: number, samples: Int16Array, rate: number): void {
    let run = this.#run;
    if (run === undefined || run.rate !== rate || Math.abs(startMs - run.end) > CONTIGUOUS_MS) {
      this.endRun();
      const late = Math.max(0, Math.ceil(((this.#next / PER_MS - startMs) * rate) / 1000));
      const rest = samples.subarray(late);
      if (rest.length === 0) return;
      const from = startMs + (late * 1000) / rate;
      this.#next = Math.max(this.#next, Math.round(from * PER_MS));
      run = {
        rate,
        resampler: rate === RECORDING_SAMPLE_RATE ? undefined : new Resampler(rate, RECORDING_SAMPLE_RATE),
        end: from,
      };
      this.#run = run;
      this.#continue(run, rest);
      return;
    }
    this.#continue(run, samples);
  }

  /** No sound follows on from the latest if that ends before `time`: what the resampler holds back is placed. */
  endRun(time: number = Number.POSITIVE_INFINITY): void {
    if (this.#run !== undefined && this.#run.end + CONTIGUOUS_MS >= time) return;
    const rest = this.#run?.resampler?.flush();
    if (rest !== undefined) this.#put(rest);
    this.#run = undefined;
  }

  /** Adds the sound from sample `start` on, and forgets what lies before its end. */
  addTo(mix: Int32Array, start: number): void {
    const end = start + mix.length;
    for (const block of this.#blocks) {
      if (block.start >= end) break;
      const from = Math.max(start, block.start);
      const until = Math.min(end, block.start + block.samples.length);
      for (let at = from; at < until; at += 1) {
        mix[at - start] = (mix[at - start] ?? 0) + (block.samples[at - block.start] ?? 0);
      }
    }
    this.#blocks = this.#blocks.filter((block) => block.start + block.samples.length > end);
    this.#next = Math.max(this.#next, end);
  }

  #continue(run: Run, samples: Int16Array): void {
    run.end += (samples.length * 1000) / run.rate;
    this.#put(run.resampler === undefined ? samples : run.resampler.push(samples));
  }

  #put(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#blocks.push({ start: this.#next, samples });
    this.#next += samples.length;
  }
}
