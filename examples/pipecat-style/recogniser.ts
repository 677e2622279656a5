import {
  type Frame,
  InputAudioRawFrame,
  InterimTranscriptionFrame,
  MetricsFrame,
  TranscriptionFrame,
  UserStoppedSpeakingFrame,
  VADUserStoppedSpeakingFrame,
} from './frames.js';
import { CHUNK_MS, MS_PER_BYTE } from './microphone.js';
import { FrameProcessor, pause } from './pipeline.js';

const FINAL_DELAY_MS = 180;
const INTERIM_EVERY = 12;
const NAME = 'DeepgramSTTService#0';
const MODEL = 'nova-3';

/** A stand-in for a streaming recogniser, which makes no mistakes. */
export class Recogniser extends FrameProcessor {
  #bytes: number[] = [];
  #chunks = 0;
  #halves = 0;

  override process(frame: Frame): void {
    this.pushFrame(frame);
    if (frame instanceof InputAudioRawFrame) this.#hear(frame.audio);
    if (frame instanceof VADUserStoppedSpeakingFrame) void this.#finish(frame.stopSecs);
  }

  #hear([byte = 0]: Uint8Array): void {
    this.#chunks += 1;
    if (byte === 0) return;
    this.#halves += 1;
    if (this.#halves % (MS_PER_BYTE / CHUNK_MS) !== 1) return;
    this.#bytes.push(byte);
    if (this.#bytes.length % INTERIM_EVERY === 0) this.pushFrame(new InterimTranscriptionFrame(this.#text()));
  }

  async #finish(stopSecs: number): Promise<void> {
    const text = this.#text();
    const audioSeconds = (this.#chunks * CHUNK_MS) / 1000;
    this.#bytes = [];
    this.#chunks = 0;
    this.#halves = 0;
    await pause(FINAL_DELAY_MS);
    this.pushFrame(
      new MetricsFrame(
        { type: 'STTUsageMetricsData', processor: NAME, model: MODEL, value: { audioSeconds } },
        { type: 'TTFBMetricsData', processor: NAME, model: MODEL, value: stopSecs + FINAL_DELAY_MS / 1000 },
      ),
    );
    this.pushFrame(new TranscriptionFrame(text));
    this.pushFrame(new UserStoppedSpeakingFrame());
  }

  #text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.#bytes));
  }
}
