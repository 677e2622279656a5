import { type APIConnectOptions, stt } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { durationMs, isLoud, now } from './audio.js';

export interface RecogniserOptions {
  /** What each stretch of speech will be heard as; `null` is not heard at all. */
  readonly script: (string | null)[];
  /** Silence until the final transcript, in milliseconds. Default 120. */
  readonly delayMs?: number;
  /** Report usage. Default true. */
  readonly usage?: boolean;
  readonly model?: string;
  readonly provider?: string;
}

/** A streaming recogniser that hears what it is told, with an interim result of one word. */
export class FakeStt extends stt.STT {
  label = 'fake.STT';
  readonly script: (string | null)[];
  readonly delayMs: number;
  readonly usage: boolean;
  /** Audio reported as used, in milliseconds. */
  usedMs = 0;
  /** Final transcripts so far. */
  finals = 0;
  /** When it last said that the speech had ended. */
  endSaidAt: number | undefined;
  readonly #model: string;
  readonly #provider: string;

  constructor({
    script,
    delayMs = 120,
    usage = true,
    model = 'nova-3',
    provider = 'deepgram',
  }: RecogniserOptions) {
    super({ streaming: true, interimResults: true, alignedTranscript: false });
    this.script = [...script];
    this.delayMs = delayMs;
    this.usage = usage;
    this.#model = model;
    this.#provider = provider;
  }

  override get model(): string {
    return this.#model;
  }

  override get provider(): string {
    return this.#provider;
  }

  override async _recognize(): Promise<never> {
    throw new Error('only streaming');
  }

  override stream(options?: { connOptions?: APIConnectOptions }): stt.SpeechStream {
    return new FakeSpeechStream(this, options?.connOptions);
  }
}

class FakeSpeechStream extends stt.SpeechStream {
  label = 'fake.SpeechStream';
  readonly #stt: FakeStt;
  #speechMs = 0;
  #silenceMs = 0;
  #totalMs = 0;
  #open = false;
  #requests = 0;
  #words: string | null = null;

  constructor(owner: FakeStt, connOptions: APIConnectOptions | undefined) {
    super(owner, 16_000, connOptions);
    this.#stt = owner;
  }

  protected override async run(): Promise<void> {
    for await (const frame of this.input) if (typeof frame !== 'symbol') this.#hear(frame);
  }

  #hear(frame: AudioFrame): void {
    const ms = durationMs(frame);
    this.#totalMs += ms;
    if (isLoud(frame)) {
      this.#speechMs += ms;
      this.#silenceMs = 0;
    } else this.#silenceMs += ms;
    if (!this.#open && this.#speechMs >= 100) this.#begin();
    if (this.#open && this.#silenceMs >= this.#stt.delayMs) this.#end();
  }

  #begin(): void {
    this.#open = true;
    this.#requests += 1;
    this.#words = this.#stt.script.shift() ?? null;
    this.queue.put({ type: stt.SpeechEventType.START_OF_SPEECH });
    if (this.#words !== null)
      this.#say(stt.SpeechEventType.INTERIM_TRANSCRIPT, this.#words.split(' ')[0] ?? '', 0.8);
  }

  #end(): void {
    this.#open = false;
    const requestId = `stt_req_${this.#requests}`;
    if (this.#words !== null) {
      this.#stt.finals += 1;
      this.#say(stt.SpeechEventType.FINAL_TRANSCRIPT, this.#words, 0.97);
    }
    this.#stt.endSaidAt = now();
    this.queue.put({ type: stt.SpeechEventType.END_OF_SPEECH, requestId });
    if (this.#stt.usage) {
      this.#stt.usedMs += Math.round(this.#totalMs);
      this.queue.put({
        type: stt.SpeechEventType.RECOGNITION_USAGE,
        requestId,
        recognitionUsage: { audioDuration: this.#totalMs / 1000 },
      });
    }
    this.#speechMs = 0;
    this.#totalMs = 0;
  }

  #say(type: stt.SpeechEventType, text: string, confidence: number): void {
    this.queue.put({
      type,
      requestId: `stt_req_${this.#requests}`,
      alternatives: [
        { language: 'en' as stt.SpeechData['language'], text, startTime: 0, endTime: 0, confidence },
      ],
    });
  }
}
