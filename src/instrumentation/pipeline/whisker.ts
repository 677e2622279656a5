import { asText, read } from '../../conversation/read.js';

/** A frame as Whisker records it: the frame's own fields are in `payload`. */
export interface WhiskerRecord {
  readonly name: string;
  readonly payload: unknown;
  /** Epoch milliseconds at which the record was made. */
  readonly time: number | undefined;
}

/** Reads a record of Whisker's stream or file (`pipecat-ai-whisker` 2); `undefined` for anything else. */
export function whiskerRecord(frame: unknown): WhiskerRecord | undefined {
  if (read(frame, 'type') !== 'frame' || read(frame, 'action') === undefined) return undefined;
  const name = asText(read(frame, 'name'));
  if (name === undefined) return undefined;
  const timestamp = read(frame, 'timestamp');
  return {
    name,
    payload: read(frame, 'payload') ?? {},
    time: typeof timestamp === 'number' && timestamp > 0 ? timestamp * 1000 : undefined,
  };
}
