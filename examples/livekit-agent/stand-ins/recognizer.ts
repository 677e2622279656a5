import { normalizeLanguage, stt } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { sleep } from './clock.js';
import { durationMs, isLoud, type Recording } from './recordings.js';

/** Sound before a recogniser says that somebody speaks. */
const ONSET_MS = 100;
/** Time between interim results. */
const INTERIM_MS = 400;
/** Silence after which a recogniser calls its result final, and the way of the result back over the network. */
const SILENCE_MS = 220;
const NETWORK_MS = 30;

/**
 * Stands for Deepgram. It hears where speech begins and ends; what was said it knows from `lines`, in order.
 * Interim results while the caller speaks, the final one about 250 ms after.
 */
export class StandInRecognizer extends stt.STT {
  override readonly label = 'stand-in.STT';
  readonly #lines: Recording[];

  constructor(lines: readonly Recording[]) {
    super({ streaming: true, interimResults: true });
    this.#lines = [...lines];
  }

  override get provider(): string {
    return 'Deepgram';
  }

  override get model(): string {
    return 'nova-3';
  }

  override stream(options?: Parameters<stt.STT['stream']>[0]): stt.SpeechStream {
    return new StandInSpeechStream(this, () => this.#lines.shift(), options?.connOptions);
  }

  protected override async _recognize(): Promise<stt.SpeechEvent> {
    throw new Error('the stand-in recogniser only streams');
  }
}

class StandInSpeechStream extends stt.SpeechStream {
  override readonly label = 'stand-in.SpeechStream';
  readonly #nextLine: () => Recording | undefined;

  constructor(
    recognizer: StandInRecognizer,
    nextLine: () => Recording | undefined,
    connOptions: ConstructorParameters<typeof stt.SpeechStream>[2],
  ) {
    super(recognizer, undefined, connOptions);
    this.#nextLine = nextLine;
  }

  protected override async run(): Promise<void> {
    let line: Recording | undefined;
    let requests = 0;
    let speechMs = 0;
    let silenceMs = 0;
    let nextInterimMs = 0;
    let unbilledMs = 0;

    for await (const frame of this.input) {
      if (typeof frame === 'symbol') continue;
      const frameMs = durationMs(frame.samplesPerChannel);
      unbilledMs += frameMs;
      if (isVoice(frame)) {
        speechMs += silenceMs + frameMs;
        silenceMs = 0;
      } else if (speechMs > 0) {
        silenceMs += frameMs;
      }

      if (line === undefined && speechMs >= ONSET_MS) {
        line = this.#nextLine() ?? { text: '', samples: new Int16Array(), durationMs: speechMs };
        requests += 1;
        nextInterimMs = INTERIM_MS;
        this.queue.put({ type: stt.SpeechEventType.START_OF_SPEECH });
      }
      if (line !== undefined && silenceMs === 0 && speechMs >= nextInterimMs) {
        nextInterimMs += INTERIM_MS;
        const text = wordsHeard(line, speechMs);
        this.queue.put(transcript(stt.SpeechEventType.INTERIM_TRANSCRIPT, `stt-${requests}`, text, 0.85));
      }
      if (silenceMs >= SILENCE_MS) {
        if (line !== undefined) {
          await sleep(NETWORK_MS, this.abortSignal);
          if (this.queue.closed) return;
          const requestId = `stt-${requests}`;
          this.queue.put(transcript(stt.SpeechEventType.FINAL_TRANSCRIPT, requestId, line.text, 0.98));
          this.queue.put({ type: stt.SpeechEventType.END_OF_SPEECH, requestId });
          const recognitionUsage = { audioDuration: unbilledMs / 1000 };
          this.queue.put({ type: stt.SpeechEventType.RECOGNITION_USAGE, requestId, recognitionUsage });
          unbilledMs = 0;
        }
        line = undefined;
        speechMs = 0;
        silenceMs = 0;
      }
    }
  }
}

function isVoice(frame: AudioFrame): boolean {
  return frame.data.some(isLoud);
}

/** The words of a line that fit into the speech heard so far. */
function wordsHeard(line: Recording, speechMs: number): string {
  const words = line.text.split(' ');
  return words.slice(0, Math.ceil((words.length * speechMs) / line.durationMs)).join(' ');
}

function transcript(
  type: stt.SpeechEventType,
  requestId: string,
  text: string,
  confidence: number,
): stt.SpeechEvent {
  const language = normalizeLanguage('en');
  return { type, requestId, alternatives: [{ language, text, startTime: 0, endTime: 0, confidence }] };
}
