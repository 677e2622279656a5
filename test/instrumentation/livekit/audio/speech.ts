import { type APIConnectOptions, tts } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';
import { chirp, joined } from '../../../audio/signals.js';
import { FRAME_MS, SAMPLE_RATE, sleep } from '../fakes/audio.js';

const WORD_MS = 120;
const SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;

/**
 * How a text sounds here: 120 ms a word, each a chirp of its own below 1.8 kHz. The caller speaks above 2 kHz, so that
 * one is never taken for the other.
 */
export function spoken(text: string): Int16Array {
  return joined(
    ...text.split(' ').map((word, i) => {
      const from = 300 + ((word.length * 211 + i * 397) % 1300);
      return chirp(WORD_MS, { from, to: 300 + ((from * 7) % 1500) });
    }),
  );
}

/** The caller's voice. */
export function utterance(ms: number, seed: number): Int16Array {
  const from = 2100 + ((seed * 577) % 1500);
  return chirp(ms, { from, to: 2100 + ((from * 3) % 2000), amplitude: 6000 });
}

/** A synthesiser whose every word can be told apart; faster than real time. */
export class SpeechTts extends tts.TTS {
  label = 'fake.TTS';

  constructor() {
    super(SAMPLE_RATE, 1, { streaming: true });
  }

  override synthesize(): never {
    throw new Error('only streaming');
  }

  override stream(options?: { connOptions?: APIConnectOptions }): tts.SynthesizeStream {
    return new SpeechStream(this, options?.connOptions);
  }
}

class SpeechStream extends tts.SynthesizeStream {
  label = 'fake.SynthesizeStream';

  protected override async run(): Promise<void> {
    let text = '';
    for await (const part of this.input) {
      if (typeof part === 'symbol') continue;
      text += part;
      this.markStarted();
      if (this.abortSignal.aborted) return;
    }
    if (text === '') return;
    await sleep(90);
    const samples = spoken(text);
    for (let from = 0; from < samples.length; from += SAMPLES) {
      if (this.closed || this.queue.closed) return;
      const data = samples.slice(from, from + SAMPLES);
      const frame = new AudioFrame(data, SAMPLE_RATE, 1, data.length);
      this.queue.put({ requestId: 'r', segmentId: 'r', frame, final: from + SAMPLES >= samples.length });
    }
    this.queue.put(tts.SynthesizeStream.END_OF_STREAM);
  }
}
