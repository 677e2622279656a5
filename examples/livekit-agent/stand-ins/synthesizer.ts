import { createTimedString, type TimedString, tts } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';
import { inTurn, sleep } from './clock.js';
import { durationMs, type Recording, SAMPLE_RATE } from './recordings.js';

const FIRST_BYTE_MS = [190, 150, 230, 170] as const;
/** Audio is sent in chunks, this much faster than it plays. */
const CHUNK_SAMPLES = SAMPLE_RATE / 10;
const SPEED = 8;
/** Between two sentences. */
const PAUSE_SAMPLES = (SAMPLE_RATE * 150) / 1000;

/** Stands for Cartesia: "synthesises" the sentences that it has recordings of, faster than real time. */
export class StandInSynthesizer extends tts.TTS {
  override readonly label = 'stand-in.TTS';
  readonly #recordings: ReadonlyMap<string, Recording>;
  readonly #firstByteMs = inTurn(FIRST_BYTE_MS);
  #requests = 0;

  constructor(recordings: readonly Recording[]) {
    super(SAMPLE_RATE, 1, { streaming: true, alignedTranscript: true });
    this.#recordings = new Map(recordings.map((recording) => [recording.text, recording]));
  }

  override get provider(): string {
    return 'Cartesia';
  }

  override get model(): string {
    return 'sonic-2';
  }

  override stream(options?: Parameters<tts.TTS['stream']>[0]): tts.SynthesizeStream {
    this.#requests += 1;
    const request = {
      id: `tts-${this.#requests}`,
      firstByteMs: this.#firstByteMs(),
      recordings: this.#recordings,
    };
    return new StandInSynthesizeStream(this, request, options?.connOptions);
  }

  override synthesize(): tts.ChunkedStream {
    throw new Error('the stand-in synthesiser only streams');
  }
}

interface Request {
  readonly id: string;
  readonly firstByteMs: number;
  readonly recordings: ReadonlyMap<string, Recording>;
}

class StandInSynthesizeStream extends tts.SynthesizeStream {
  override readonly label = 'stand-in.SynthesizeStream';
  readonly #request: Request;
  #sentSamples = 0;
  #lastChunk: tts.SynthesizedAudio | undefined;

  constructor(
    synthesizer: StandInSynthesizer,
    request: Request,
    connOptions: ConstructorParameters<typeof tts.SynthesizeStream>[1],
  ) {
    super(synthesizer, connOptions);
    this.#request = request;
  }

  protected override async run(): Promise<void> {
    for await (const sentence of this.#sentences()) {
      const recording = this.#request.recordings.get(sentence);
      if (recording === undefined) throw new Error(`no recording of: ${sentence}`);
      if (this.#sentSamples === 0) {
        this.markStarted();
        if (!(await sleep(this.#request.firstByteMs, this.abortSignal))) return;
      } else {
        this.#send(new Int16Array(PAUSE_SAMPLES), []);
      }
      if (!(await this.#speak(recording))) return;
    }
    this.#end();
  }

  /** The text that streams in, a sentence at a time. */
  async *#sentences(): AsyncGenerator<string> {
    let text = '';
    for await (const piece of this.input) {
      if (typeof piece === 'symbol') continue;
      text += piece;
      const end = text.search(/[.!?] /) + 1;
      if (end > 0) {
        yield text.slice(0, end).trim();
        text = text.slice(end);
      }
    }
    if (text.trim() !== '') yield text.trim();
  }

  /** @returns false when the request was aborted */
  async #speak(recording: Recording): Promise<boolean> {
    const words = timedWords(recording, durationMs(this.#sentSamples));
    for (let start = 0; start < recording.samples.length; start += CHUNK_SAMPLES) {
      const chunk = recording.samples.slice(start, start + CHUNK_SAMPLES);
      this.#send(chunk, start === 0 ? words : []);
      if (!(await sleep(durationMs(chunk.length) / SPEED, this.abortSignal))) return false;
    }
    return true;
  }

  /** One chunk is held back, because the last one has to say that it is the last. */
  #send(samples: Int16Array, timedTranscripts: TimedString[]): void {
    const { id } = this.#request;
    const frame = new AudioFrame(samples, SAMPLE_RATE, 1, samples.length);
    if (this.#lastChunk !== undefined && !this.queue.closed) this.queue.put(this.#lastChunk);
    this.#lastChunk = { requestId: id, segmentId: id, frame, timedTranscripts, final: false };
    this.#sentSamples += samples.length;
  }

  #end(): void {
    if (this.#lastChunk === undefined || this.queue.closed) return;
    this.queue.put({ ...this.#lastChunk, final: true });
    this.queue.put(tts.SynthesizeStream.END_OF_STREAM);
  }
}

/** The words of a sentence with their places in the audio, in seconds; longer words take longer. */
function timedWords(recording: Recording, startMs: number): TimedString[] {
  const secondsPerCharacter = recording.durationMs / 1000 / recording.text.length;
  let at = 0;
  return recording.text.split(' ').map((word, index) => {
    const startTime = startMs / 1000 + at * secondsPerCharacter;
    at += word.length + 1;
    const endTime = startTime + word.length * secondsPerCharacter;
    const text = index === 0 && startMs === 0 ? word : ` ${word}`;
    return createTimedString({ text, startTime, endTime });
  });
}
