import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { ReadableSpanLike } from '../../otel/types.js';

/** Readable and writable by the owner only: what is in it are conversations, masked as they are. */
const FILE_MODE = 0o600;

/** One file of a spool, and which of its spans still wait. It is deleted when none does. */
export class Segment {
  readonly path: string;
  /** Those of its spans that have not left yet. */
  readonly waiting: Set<ReadableSpanLike> = new Set<ReadableSpanLike>();
  /** Spans ever put into it. */
  total = 0;
  /** On the disk. */
  bytes = 0;
  /** Something is being written to it. */
  busy = false;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Whether the file holds what still waits, and nothing else. */
  get isExact(): boolean {
    return !this.busy && this.total === this.waiting.size;
  }

  /** Appends lines and has them on the disk when it resolves. Rejects when they are not. */
  async append(text: string): Promise<void> {
    this.#file ??= await open(this.path, 'a', FILE_MODE);
    await this.#file.writeFile(text);
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await unlink(this.path);
  }

  /** Writes the whole file at once; it is there whole, or not at all. */
  writeSync(text: string): void {
    const unfinished = `${this.path}.unfinished`;
    const file = openSync(unfinished, 'w', FILE_MODE);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, this.path);
  }

  removeSync(): void {
    unlinkSync(this.path);
  }
}
