import type { FileHandle } from 'node:fs/promises';
import { setImmediate as immediate } from 'node:timers/promises';
import {
  type CallOfJournal,
  firstLine,
  HEADER_BYTES,
  type JournalEvent,
  type JournalSound,
  NO_SOUND,
  writeHeader,
} from './record.js';

const CHUNK_BYTES = 64 * 1024;
/** Written chunks kept for use again. */
const MAX_SPARE = 4;
/** Bytes that may wait for the disk, about six minutes of sound; beyond, frames are noted without their sound. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export interface JournalWriterOptions {
  readonly open: () => Promise<FileHandle>;
  readonly call: CallOfJournal;
  /** Called once; nothing is written after that. */
  readonly onFailure: (error: unknown) => void;
  /** Called once, when the disk is so slow that sound is lost. */
  readonly onOverflow: () => void;
}

/** Appends records to a file, asynchronously and in order. `append` copies what it is given and never waits. */
export class JournalWriter {
  readonly #options: JournalWriterOptions;
  #handle: FileHandle | undefined;
  #chunk: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #used = 0;
  readonly #waiting: Buffer[] = [];
  readonly #spare: Buffer[] = [];
  #waitingBytes = 0;
  #committed = 0;
  #draining: Promise<void> | undefined;
  #overflowed = false;
  #failed = false;
  #closed = false;

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#put(Buffer.from(firstLine(options.call)));
  }

  /** Bytes that are in the file: up to here it can be read. */
  get committed(): number {
    return this.#committed;
  }

  append(event: JournalEvent, sound: JournalSound = NO_SOUND, data?: Int16Array): void {
    if (this.#failed || this.#closed) return;
    const bytes = data === undefined ? undefined : soundBytes(data, sound);
    const fits = this.#waitingBytes + (bytes?.length ?? 0) <= MAX_WAITING_BYTES;
    if (!fits && !this.#overflowed) {
      this.#overflowed = true;
      this.#options.onOverflow();
    }
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    writeHeader(header, 0, event, fits ? sound : { ...sound, channels: 0 });
    this.#put(header);
    if (fits && bytes !== undefined) this.#put(bytes);
  }

  /** Resolves when all that was appended is in the file, or writing has failed. Never rejects. */
  async flush(): Promise<void> {
    this.#seal();
    while (this.#draining !== undefined) await this.#draining;
  }

  /** Flushes and closes the file. Never rejects. */
  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch((error: unknown) => this.#fail(error));
  }

  #put(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + CHUNK_BYTES - this.#used);
      this.#chunk.set(part, this.#used);
      this.#used += part.length;
      from += part.length;
      if (this.#used === CHUNK_BYTES) this.#seal();
    }
  }

  /** Hands what is in the chunk to the disk. */
  #seal(): void {
    if (this.#used === 0 || this.#failed) return;
    this.#waiting.push(this.#chunk.subarray(0, this.#used));
    this.#waitingBytes += this.#used;
    this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafe(CHUNK_BYTES);
    this.#used = 0;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async #drain(): Promise<void> {
    try {
      // Whoever handed a frame over does not wait for the system call.
      await immediate();
      this.#handle ??= await this.#options.open();
      for (let chunk = this.#waiting[0]; chunk !== undefined; chunk = this.#waiting[0]) {
        await writeWhole(this.#handle, chunk);
        this.#committed += chunk.length;
        this.#waitingBytes -= chunk.length;
        this.#waiting.shift();
        if (this.#spare.length < MAX_SPARE)
          this.#spare.push(Buffer.from(chunk.buffer, chunk.byteOffset, CHUNK_BYTES));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#waiting.length = 0;
    this.#options.onFailure(error);
  }
}

/** Writes at the end of what was written through this handle. */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, from, bytes.length - from);
    if (bytesWritten === 0) throw new Error('the disk took nothing');
    from += bytesWritten;
  }
}

/** The samples as bytes, little-endian. The journal copies them at once. */
function soundBytes(data: Int16Array, sound: JournalSound): Uint8Array {
  const length = sound.samples * sound.channels;
  if (LITTLE_ENDIAN) return new Uint8Array(data.buffer, data.byteOffset, length * 2);
  const bytes = Buffer.allocUnsafe(length * 2);
  for (let i = 0; i < length; i += 1) bytes.writeInt16LE(data[i] ?? 0, i * 2);
  return bytes;
}
