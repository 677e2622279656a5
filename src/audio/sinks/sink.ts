import type { Readable } from 'node:stream';
import type { RecordingCodec } from '../encoders/encoder.js';

/** What is known of a recording from its start. */
export interface RecordingInfo {
  readonly sessionId: string;
  /** When the recording begins. */
  readonly startTime: Date;
  readonly codec: RecordingCodec;
  /** `audio/wav`, `audio/ogg; codecs=opus`. */
  readonly mimeType: string;
  /** Made of the session id; safe as the name of a file and in an object key. */
  readonly fileName: string;
}

/** A recording that is finished and waits to be put in its place. */
export interface FinishedRecording extends RecordingInfo {
  /** A temporary file, removed after `store`. A sink may move it away. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly durationMs: number;
  /** It was found after a crash of the process that recorded it, and goes as far as that came. */
  readonly recovered: boolean;
  /** The file as a stream. */
  stream(): Readable;
}

/** Where a recording was put. */
export interface StoredRecording {
  readonly url: string;
}

/** A place for recordings. */
export interface RecordingSink {
  /**
   * Where the recording will lie, if that is known beforehand: it then stands on the session's span, which ends before
   * the recording is stored. A signed URL carries credentials; give one without its query.
   */
  locate?(recording: RecordingInfo): string | undefined;
  /** Puts the recording in its place. A rejection loses it, with one warning. */
  store(recording: FinishedRecording): Promise<StoredRecording | undefined>;
}

/** A sink that is one function. */
export type StoreRecording = (recording: FinishedRecording) => Promise<StoredRecording | undefined>;
