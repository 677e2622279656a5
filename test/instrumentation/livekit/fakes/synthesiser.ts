import { type APIConnectOptions, tts } from '@livekit/agents';
import { FRAME_MS, SAMPLE_RATE, sleep, tone } from './audio.js';

/** A synthesiser: 90 ms to the first sound, 120 ms of sound a word, faster than real time. */
export class FakeTts extends tts.TTS {
  label = 'fake.TTS';
  /** Fails instead of making a sound. */
  error: Error | undefined;
  requests = 0;

  constructor() {
    super(SAMPLE_RATE, 1, { streaming: true });
  }

  override get model(): string {
    return 'sonic-2';
  }

  override get provider(): string {
    return 'cartesia';
  }

  override synthesize(): never {
    throw new Error('only streaming');
  }

  override stream(options?: { connOptions?: APIConnectOptions }): tts.SynthesizeStream {
    return new FakeSynthesizeStream(this, options?.connOptions);
  }
}

class FakeSynthesizeStream extends tts.SynthesizeStream {
  label = 'fake.SynthesizeStream';
  readonly #tts: FakeTts;

  constructor(owner: FakeTts, connOptions: APIConnectOptions | undefined) {
    super(owner, connOptions);
    this.#tts = owner;
  }

  protected override async run(): Promise<void> {
    let text = '';
    for await (const part of this.input) {
      if (typeof part === 'symbol') continue;
      text += part;
      this.markStarted();
      if (this.abortSignal.aborted) return;
    }
    if (text === '') return;
    this.#tts.requests += 1;
    const requestId = `tts_req_${this.#tts.requests}`;
    await sleep(90);
    if (this.#tts.error !== undefined) throw this.#tts.error;
    const frames = Math.ceil((text.split(' ').length * 120) / FRAME_MS);
    for (let i = 0; i < frames; i += 1) {
      if (this.closed || this.queue.closed) return;
      this.queue.put({ requestId, segmentId: requestId, frame: tone(), final: i === frames - 1 });
      if (i % 10 === 9) await sleep(5);
    }
    this.queue.put(tts.SynthesizeStream.END_OF_STREAM);
  }
}
