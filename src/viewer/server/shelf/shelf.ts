import type { FileHandle } from 'node:fs/promises';

/** Bytes that hold lines. */
export interface LineSource {
  /** @throws where they are not there any more */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Where a line lies. */
export interface Place {
  readonly source: LineSource;
  readonly offset: number;
  readonly length: number;
}

/** Told where lines of one source lie now: from, to. */
export type OnMoved = (moves: readonly (readonly [from: Place, to: Place])[]) => void;

/** Where received lines are kept, each with spans of one session. */
export interface Shelf {
  /** Of the lines that are kept. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** The folder; `undefined` where they are kept in memory only. */
  readonly folder: string | undefined;
  /** Whether a source is one of this shelf's. */
  holds(source: LineSource): boolean;
  /** Rejects where the line could not be kept. */
  write(line: string): Promise<Place>;
  /** Lets lines go. Others may move: `moved` is told of all that moved at the same time, in one call. */
  remove(places: readonly Place[], moved: OnMoved): Promise<void>;
  close(): Promise<void>;
}

/** An opened file. It is held open, so that one that is replaced can still be read. */
export class FileSource implements LineSource {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, offset);
    if (bytesRead < length) throw new Error('the file became shorter since it was opened');
    return buffer;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
