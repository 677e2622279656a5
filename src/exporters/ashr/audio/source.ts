import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

/**
 * A recording: its bytes, the path or `file:` URL of a file, an open file handle (read from its beginning, and left
 * open), or a stream of bytes.
 */
export type AudioInput =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | string
  | URL
  | FileHandle
  | AsyncIterable<Uint8Array>
  | ReadableStream<Uint8Array>;

/** A recording that can be read as often as it takes, without holding it in memory. */
export interface AudioSource {
  readonly size: number;
  open(): Readable;
  /** Where the file lies that stays when the upload fails; `undefined`: what is not kept elsewhere is gone. */
  readonly path: string | undefined;
  /** Removes what was written for the upload. */
  release(): Promise<void>;
}

const nothingToRelease = async (): Promise<void> => {};

/** @throws TypeError for anything else, Error when a file or a stream cannot be read */
export async function audioSource(input: AudioInput): Promise<AudioSource> {
  if (typeof input === 'string') return fileSource(input);
  if (input instanceof URL) return fileSource(fileURLToPath(input));
  if (input instanceof Uint8Array) return bytesSource(input);
  if (input instanceof ArrayBuffer) return bytesSource(new Uint8Array(input));
  if (input instanceof Blob) return blobSource(input);
  if (isFileHandle(input)) return handleSource(input);
  if (isStream(input)) return spooledSource(input);
  throw new TypeError('audio must be bytes, a path, a file: URL, an open file handle or a stream of bytes');
}

async function fileSource(path: string): Promise<AudioSource> {
  const { size } = await stat(path);
  return { size, open: () => createReadStream(path), path, release: nothingToRelease };
}

function bytesSource(bytes: Uint8Array): AudioSource {
  const open = (): Readable => Readable.from([bytes], { objectMode: false });
  return { size: bytes.byteLength, open, path: undefined, release: nothingToRelease };
}

function blobSource(blob: Blob): AudioSource {
  const open = (): Readable => Readable.from(blob.stream() as AsyncIterable<Uint8Array>);
  return { size: blob.size, open, path: undefined, release: nothingToRelease };
}

async function handleSource(handle: FileHandle): Promise<AudioSource> {
  const { size } = await handle.stat();
  const open = (): Readable => handle.createReadStream({ start: 0, autoClose: false });
  return { size, open, path: undefined, release: nothingToRelease };
}

/** A stream can be read once and has no length: it goes to a private temporary file first. */
async function spooledSource(stream: AsyncIterable<Uint8Array>): Promise<AudioSource> {
  const folder = await mkdtemp(join(tmpdir(), 'voice-otel-upload-'));
  const path = join(folder, 'audio');
  const release = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await pipeline(stream, createWriteStream(path, { mode: 0o600 }));
    const { size } = await stat(path);
    return { size, open: () => createReadStream(path), path: undefined, release };
  } catch (error) {
    await release();
    throw error;
  }
}

function isFileHandle(input: object): input is FileHandle {
  return 'createReadStream' in input && 'stat' in input && typeof input.stat === 'function';
}

function isStream(input: object): input is AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in input;
}
