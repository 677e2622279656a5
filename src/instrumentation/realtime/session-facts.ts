import { asNumber, asText, read } from '../../conversation/read.js';
import { bytesPerMs } from './audio-format.js';

/** What `server_vad` waits and adds where the session does not say, by the API's reference, in milliseconds. */
const DEFAULT_SILENCE_MS = 500;
const DEFAULT_PREFIX_MS = 300;

/** A detector whose delays are known: of `semantic_vad` they are not. */
export interface ServerVad {
  /** Silence that ends a stretch of speech; `audio_end_ms` includes it. */
  readonly silenceMs: number;
  /** Audio before the speech; `audio_start_ms` includes it. */
  readonly prefixMs: number;
  /** The server speaks up by itself after so much silence. */
  readonly promptsWhenIdle: boolean;
}

/** What `session.created` and `session.updated` say that the events need. Both the beta's and the later shape. */
export class SessionFacts {
  model: string | undefined;
  transcriptionModel: string | undefined;
  transcriptionLanguage: string | undefined;
  serverVad: ServerVad | undefined;
  inputBytesPerMs: number = bytesPerMs(undefined);
  outputBytesPerMs: number = bytesPerMs(undefined);

  update(session: unknown): void {
    this.model = asText(read(session, 'model')) ?? this.model;
    const audio = read(session, 'audio');
    const input = read(audio, 'input');
    const output = read(audio, 'output');
    this.#detection(read(input, 'turn_detection') ?? read(session, 'turn_detection'));
    const transcription = read(input, 'transcription') ?? read(session, 'input_audio_transcription');
    this.transcriptionModel = asText(read(transcription, 'model'));
    this.transcriptionLanguage = asText(read(transcription, 'language'));
    this.inputBytesPerMs = bytesPerMs(read(input, 'format') ?? read(session, 'input_audio_format'));
    this.outputBytesPerMs = bytesPerMs(read(output, 'format') ?? read(session, 'output_audio_format'));
  }

  #detection(detection: unknown): void {
    this.serverVad =
      read(detection, 'type') === 'server_vad'
        ? {
            silenceMs: asNumber(read(detection, 'silence_duration_ms')) ?? DEFAULT_SILENCE_MS,
            prefixMs: asNumber(read(detection, 'prefix_padding_ms')) ?? DEFAULT_PREFIX_MS,
            promptsWhenIdle: asNumber(read(detection, 'idle_timeout_ms')) !== undefined,
          }
        : undefined;
  }
}
