import { createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AudioSource } from './source.js';

/** Recordings kept at most after their uploads failed, in number and in bytes; beyond, the oldest are removed. */
const MAX_FILES = 50;
const MAX_BYTES = 2 * 1024 * 1024 * 1024;

/** Where recordings stay whose upload failed: a private folder of this user's. */
export class KeptFiles {
  readonly folder: string;

  constructor(folder: string = join(tmpdir(), `voice-otel-recordings-${process.getuid?.() ?? 'user'}`)) {
    this.folder = folder;
  }

  /** Writes a copy (mode 0600) and resolves with its path. */
  async keep(source: AudioSource, name: string): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const folder = await lstat(this.folder);
    const uid = process.getuid?.();
    if (!folder.isDirectory() || (uid !== undefined && folder.uid !== uid)) {
      throw new Error(`${this.folder} is not a folder of this user's`);
    }
    await this.#makeRoom(source.size);
    const path = join(this.folder, name);
    await pipeline(source.open(), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    return path;
  }

  async #makeRoom(bytes: number): Promise<void> {
    if (bytes > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    const names = await readdir(this.folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        const { size, mtimeMs } = await stat(path);
        return { path, size, mtimeMs };
      }),
    );
    files.sort((a, b) => a.mtimeMs - b.mtimeMs);
    let total = files.reduce((sum, { size }) => sum + size, bytes);
    let count = files.length + 1;
    for (const { path, size } of files) {
      if (count <= MAX_FILES && total <= MAX_BYTES) return;
      await rm(path, { force: true });
      total -= size;
      count -= 1;
    }
  }
}
