import type { FileHandle } from 'node:fs/promises';

const NEWLINE = 0x0a;
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Longer lines are passed over: no export request is that large. */
export const MAX_LINE_BYTES: number = 256 * 1024 * 1024;

/** A line, and where it begins in its file, in bytes; `text` is `undefined` where it is too long. */
export interface PlacedLine {
  readonly offset: number;
  /** Without the line feed. */
  readonly length: number;
  readonly text: string | undefined;
}

/** The lines that begin in `[start, end)`; the last one may reach beyond. */
export async function* linesOf(file: FileHandle, start: number, end: number): AsyncGenerator<PlacedLine> {
  if (start >= end) return;
  let position = start === 0 ? 0 : start - 1;
  // A line that began before belongs to the range before; one that begins exactly at `start` is ours.
  let skipping = start > 0;
  let offset = start;
  let parts: Buffer[] = [];
  let length = 0;
  const line = (): PlacedLine => {
    const tooLong = length > MAX_LINE_BYTES;
    const text = tooLong
      ? undefined
      : (parts.length === 1 ? parts[0] : Buffer.concat(parts))?.toString('utf8');
    return { offset, length, text: tooLong ? undefined : (text ?? '') };
  };
  for (;;) {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      if (skipping) {
        skipping = false;
      } else {
        length += at - from;
        if (length <= MAX_LINE_BYTES) parts.push(chunk.subarray(from, at));
        yield line();
      }
      parts = [];
      length = 0;
      from = at + 1;
      offset = position + from;
      if (offset >= end) return;
    }
    if (!skipping && from < bytesRead) {
      length += bytesRead - from;
      if (length <= MAX_LINE_BYTES) parts.push(chunk.subarray(from));
      else parts = [];
    }
    position += bytesRead;
  }
  if (!skipping && length > 0 && offset < end) yield line();
}
