import { warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import { CallRecording } from './call-recording.js';
import type { RecordingCodec, RecordingFormat } from './encoders/encoder.js';
import { opusFormat } from './encoders/ogg-opus.js';
import { wavFormat } from './encoders/wav.js';
import { infoOf, recoverAbandoned } from './recovery.js';
import type { RecordingSink, StoreRecording } from './sinks/sink.js';
import { CallFiles, defaultDirectory } from './temporary-files.js';

/** Options of `CallRecorder`. */
export interface CallRecorderOptions {
  /** Where finished recordings go: `directorySink`, `s3Sink`, an object like them, or a function. */
  sink: RecordingSink | StoreRecording;
  /** Default `wav`. `opus` needs `@evan/opus` and `mediabunny`. */
  codec?: RecordingCodec;
  /**
   * Where calls lie until they are stored: about 173 MB an hour for each side that speaks, at 24 kHz. Default: a
   * directory of the user's own in the system's directory for temporary files.
   */
  temporaryDirectory?: string;
}

/** Whose call is recorded, and by which clock. */
export interface RecordedCall {
  sessionId: string;
  /** Epoch milliseconds of the session's clock, which never goes back. Default: the wall clock at the start, and monotonic from there. */
  now?: () => number;
}

/** Recordings under way in one recorder; further calls are not recorded. */
const MAX_RECORDINGS = 1000;

/**
 * Records calls: user and agent mixed on one timeline, 24 kHz, one channel. One recorder serves any number of calls.
 *
 * Made, it looks for calls of a process that crashed, finishes them and gives them to the sink.
 */
export class CallRecorder {
  readonly #sink: RecordingSink;
  readonly #format: RecordingFormat;
  readonly #directory: string;
  readonly #open = new Set<CallRecording>();
  /** Resolves when the search for calls of crashed processes is over, and what was found is stored. Never rejects. */
  readonly recovered: Promise<void>;

  /**
   * @throws TypeError when an option is missing or of the wrong type
   * @throws Error with the install line when a library that the codec needs is not installed
   */
  constructor(options: CallRecorderOptions) {
    const { sink, codec = 'wav', temporaryDirectory } = options ?? {};
    this.#sink = checkedSink(sink);
    this.#format = checkedFormat(codec);
    if (temporaryDirectory !== undefined && typeof temporaryDirectory !== 'string') {
      throw new TypeError('CallRecorder: temporaryDirectory must be a path');
    }
    this.#directory = temporaryDirectory ?? defaultDirectory();
    this.recovered = recoverAbandoned({
      directory: this.#directory,
      format: this.#format,
      sink: this.#sink,
    });
  }

  /** Begins to record a call. Never throws. @returns `undefined` when too many calls are being recorded, or `call` is none */
  start(call: RecordedCall): CallRecording | undefined {
    return guard('starting a recording', undefined, () => this.#start(call));
  }

  #start(call: RecordedCall): CallRecording | undefined {
    if (this.#open.size >= MAX_RECORDINGS) {
      warn('recordings', `more than ${MAX_RECORDINGS} calls at a time: further ones are not recorded`);
      return undefined;
    }
    const now = call.now ?? monotonicWallClock();
    const info = infoOf({ sessionId: String(call.sessionId), startTime: now() }, this.#format);
    const recording = new CallRecording({
      info,
      files: new CallFiles(this.#directory),
      format: this.#format,
      sink: this.#sink,
      now,
      onOver: (one) => this.#open.delete(one),
    });
    this.#open.add(recording);
    return recording;
  }

  /** Resolves when every call that has ended so far is stored or lost. Never rejects. */
  async flush(): Promise<void> {
    const ended = [...this.#open].filter((recording) => recording.ended);
    await Promise.all(ended.map((recording) => recording.done));
  }
}

function checkedSink(sink: unknown): RecordingSink {
  if (typeof sink === 'function') {
    const store = sink as StoreRecording;
    return { store: (recording) => store(recording) };
  }
  if (typeof (sink as Partial<RecordingSink> | undefined)?.store === 'function') return sink as RecordingSink;
  throw new TypeError('CallRecorder: sink must be an object with store(recording), or a function');
}

function checkedFormat(codec: unknown): RecordingFormat {
  if (codec === 'wav') return wavFormat;
  if (codec === 'opus') return opusFormat();
  throw new TypeError("CallRecorder: codec must be 'wav' or 'opus'");
}

function monotonicWallClock(): () => number {
  const start = Date.now() - performance.now();
  return () => start + performance.now();
}
