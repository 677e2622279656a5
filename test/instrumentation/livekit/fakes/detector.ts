import { VAD, VADEventType, VADStream } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { durationMs, FRAME_MS, isLoud, now } from './audio.js';

/** What the detector announced, by the clock of the fakes. */
export interface Announcement {
  readonly type: 'start' | 'end';
  readonly at: number;
}

/** Announces speech after 60 ms of sound and its end after 250 ms of silence. */
export class FakeVad extends VAD {
  label = 'fake.VAD';
  readonly announcements: Announcement[] = [];

  /** It announces nothing, whatever it hears. */
  readonly deaf: boolean;

  constructor(deaf = false) {
    super({ updateInterval: FRAME_MS });
    this.deaf = deaf;
  }

  override get minSilenceDuration(): number {
    return 250;
  }

  /** When the latest end of speech was announced. */
  get lastEnd(): number {
    const last = this.announcements.findLast(({ type }) => type === 'end');
    if (last === undefined) throw new Error('no end of speech was announced yet');
    return last.at;
  }

  override stream(): VADStream {
    return new FakeVadStream(this);
  }
}

const MIN_SPEECH_MS = 60;
const MIN_SILENCE_MS = 250;

class FakeVadStream extends VADStream {
  readonly #vad: FakeVad;
  #speaking = false;
  #speechMs = 0;
  #silenceMs = 0;
  #totalMs = 0;
  #samples = 0;

  constructor(vad: FakeVad) {
    super(vad);
    this.#vad = vad;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      const { done, value } = await this.inputReader.read();
      if (done) return;
      if (typeof value === 'symbol') {
        this.#speechMs = 0;
        this.#silenceMs = 0;
      } else this.#hear(value);
    }
  }

  #hear(frame: AudioFrame): void {
    const ms = durationMs(frame);
    const loud = !this.#vad.deaf && isLoud(frame);
    this.#samples += frame.samplesPerChannel;
    this.#speechMs = loud ? this.#speechMs + ms : 0;
    this.#silenceMs = loud ? 0 : this.#silenceMs + ms;
    if (this.#speaking) this.#totalMs += ms;
    this.#send(VADEventType.INFERENCE_DONE, frame, this.#speaking ? this.#totalMs : 0);
    if (!this.#speaking && this.#speechMs >= MIN_SPEECH_MS) {
      this.#speaking = true;
      this.#totalMs = this.#speechMs;
      this.#vad.announcements.push({ type: 'start', at: now() });
      this.#send(VADEventType.START_OF_SPEECH, frame, this.#speechMs);
    } else if (this.#speaking && this.#silenceMs >= MIN_SILENCE_MS) {
      this.#speaking = false;
      this.#vad.announcements.push({ type: 'end', at: now() });
      this.#send(VADEventType.END_OF_SPEECH, frame, this.#totalMs - this.#silenceMs);
      this.#totalMs = 0;
    }
  }

  #send(type: VADEventType, frame: AudioFrame, speechDuration: number): void {
    this.sendVADEvent({
      type,
      samplesIndex: this.#samples,
      timestamp: Date.now(),
      frames: [frame],
      probability: this.#speechMs > 0 ? 0.99 : 0.01,
      inferenceDuration: 1,
      rawAccumulatedSilence: this.#silenceMs,
      rawAccumulatedSpeech: this.#speechMs,
      speechDuration,
      silenceDuration: type === VADEventType.START_OF_SPEECH ? 0 : this.#silenceMs,
      speaking: this.#speaking,
    });
  }
}
