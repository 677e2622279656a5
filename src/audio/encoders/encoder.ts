import type { FileHandle } from 'node:fs/promises';

/** How a recording is encoded. `wav`: 16-bit PCM, 173 MB an hour. `opus`: Opus in Ogg, about 14 MB an hour. */
export type RecordingCodec = 'wav' | 'opus';

/** Writes sound at 24 kHz, one channel, into a file. */
export interface RecordingEncoder {
  write(pcm: Int16Array): Promise<void>;
  /** Nothing more comes: the file is made whole. The caller closes it. */
  finish(): Promise<void>;
}

export interface RecordingFormat {
  readonly codec: RecordingCodec;
  /** With the dot. */
  readonly extension: string;
  readonly mimeType: string;
  /** An encoder that writes into this empty file. */
  encoder(file: FileHandle): Promise<RecordingEncoder>;
}
