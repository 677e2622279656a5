import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Readable and writable by the owner only: the lines hold conversations. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;
const NEWLINE = 0x0a;

/**
 * A text file that only grows, a line at a time. The file and its folder are made when the first line is written
 * (files with mode 0600, folders with 0700; what exists keeps its mode), and made again when somebody moves them
 * away. A line that was cut short, by a crash or a full disk, is closed before the next one begins.
 */
export class LineFile {
  readonly #path: string;
  /** Whether the file surely ends with a whole line. */
  #clean = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Appends `line`, which must have no line break. One call at a time. Rejects when the line was not written whole. */
  async append(line: string): Promise<void> {
    const file = await this.#open();
    try {
      const torn = !this.#clean && (await endsInside(file));
      this.#clean = false;
      await file.writeFile(torn ? `\n${line}\n` : `${line}\n`);
      this.#clean = true;
    } finally {
      await file.close();
    }
  }

  /** As `append`, at once. Throws when the line was not written whole. */
  appendSync(line: string): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: DIRECTORY_MODE });
    const file = openSync(this.#path, 'a+', FILE_MODE);
    try {
      writeFileSync(file, endsInsideSync(file) ? `\n${line}\n` : `${line}\n`);
    } finally {
      closeSync(file);
    }
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.#path, 'a+', FILE_MODE);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
      await mkdir(dirname(this.#path), { recursive: true, mode: DIRECTORY_MODE });
      return open(this.#path, 'a+', FILE_MODE);
    }
  }
}

/** Whether the last line of a file has no end. */
async function endsInside(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer, bytesRead } = await file.read(new Uint8Array(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== NEWLINE;
}

function endsInsideSync(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = new Uint8Array(1);
  return readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}
