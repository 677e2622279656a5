import { mkdirSync, rmdirSync, utimesSync } from 'node:fs';
import { readdir, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { debug, errorText, warn } from '../../otel/diagnostics.js';
import { HEARTBEAT_MS, isGone, isOwnerName, newOwnerName } from './owner.js';

const DIRECTORY_MODE = 0o700;
/** The folder is looked through again after this many ms at the earliest. */
const SCAN_INTERVAL_MS = 30_000;
/** `<number>.<part>.jsonl` */
const SEGMENT = /^\d+\.([\w-]+)\.jsonl$/;

/** A file that a process which is gone has left. */
interface Leftover {
  readonly path: string;
  readonly part: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * The folder of a spool. Every process writes into a folder of its own below it, whose name says which process that is,
 * so that processes never write into each other's files. What a process leaves behind is claimed by renaming, which only
 * one can.
 */
export class SpoolFolder {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  readonly #own: string;
  #made = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #next = 0;
  #ownBytes = 0;
  #othersBytes = 0;
  #scannedAt = Number.NEGATIVE_INFINITY;
  #scanning: Promise<void> | undefined;
  #leftovers: Leftover[] = [];

  constructor(directory: string, maxBytes: number, maxAgeMs: number) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    this.#maxAgeMs = maxAgeMs;
    this.#own = join(directory, newOwnerName());
  }

  /** What may still be written, in bytes. */
  get room(): number {
    return this.#maxBytes - this.#ownBytes - this.#othersBytes;
  }

  /** So many bytes of our own files came (or went, when negative). */
  grown(bytes: number): void {
    this.#ownBytes += bytes;
  }

  /** Where the next file of a part goes. @throws when the folder cannot be made */
  nextPath(part: string): string {
    if (!this.#made) {
      mkdirSync(this.#own, { recursive: true, mode: DIRECTORY_MODE });
      this.#made = true;
      this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    }
    this.#next += 1;
    return join(this.#own, `${String(this.#next).padStart(8, '0')}.${part}.jsonl`);
  }

  /** A file was not written although there was a path for it: the folder may be gone. */
  remake(): void {
    this.#made = false;
  }

  /** Claims the oldest file that was left for a part. `undefined`: there is none. */
  async claim(part: string): Promise<{ path: string; bytes: number } | undefined> {
    await this.#scan();
    for (;;) {
      const index = this.#leftovers.findIndex((one) => one.part === part);
      const [leftover] = index < 0 ? [] : this.#leftovers.splice(index, 1);
      if (leftover === undefined) return undefined;
      const path = this.nextPath(part);
      try {
        await rename(leftover.path, path);
      } catch (error) {
        // Another process was first.
        debug(`a spooled file could not be claimed: ${errorText(error)}`);
        continue;
      }
      this.#othersBytes -= leftover.bytes;
      this.#ownBytes += leftover.bytes;
      await rmdir(join(leftover.path, '..')).catch(() => {});
      return { path, bytes: leftover.bytes };
    }
  }

  /** No part is open any more. */
  close(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    try {
      if (this.#made) rmdirSync(this.#own);
    } catch {
      // Not empty: it is for a later process.
    }
  }

  #beat(): void {
    try {
      const now = new Date();
      utimesSync(this.#own, now, now);
    } catch (error) {
      debug(`the spool gives no sign of life: ${errorText(error)}`);
    }
  }

  #scan(): Promise<void> {
    if (this.#scanning !== undefined) return this.#scanning;
    if (Math.abs(Date.now() - this.#scannedAt) < SCAN_INTERVAL_MS) return Promise.resolve();
    this.#scannedAt = Date.now();
    this.#scanning = this.#lookThrough().finally(() => {
      this.#scanning = undefined;
    });
    return this.#scanning;
  }

  async #lookThrough(): Promise<void> {
    const owners = await readdir(this.#directory).catch(() => []);
    let othersBytes = 0;
    const leftovers: Leftover[] = [];
    for (const owner of owners) {
      const folder = join(this.#directory, owner);
      if (!isOwnerName(owner) || folder === this.#own) continue;
      const files = await filesOf(folder);
      for (const { bytes } of files) othersBytes += bytes;
      const silentMs = await stat(folder).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (!isGone(owner, silentMs)) continue;
      for (const file of files) {
        if (SEGMENT.test(file.name)) leftovers.push({ ...file, part: SEGMENT.exec(file.name)?.[1] ?? '' });
        else await unlink(file.path).catch(() => {});
      }
      if (files.length === 0) await rmdir(folder).catch(() => {});
    }
    this.#othersBytes = othersBytes;
    this.#leftovers = await this.#trimmed(leftovers.sort(byAge));
  }

  /** Without what is too old or too much, the oldest first. */
  async #trimmed(leftovers: readonly Leftover[]): Promise<Leftover[]> {
    const left: Leftover[] = [];
    for (const one of leftovers) {
      const tooOld = Date.now() - one.modifiedMs > this.#maxAgeMs;
      if (!tooOld && this.room >= 0) {
        left.push(one);
        continue;
      }
      await unlink(one.path).catch(() => {});
      this.#othersBytes -= one.bytes;
      warn(
        'spool:dropped',
        `a spooled file of an earlier process was ${tooOld ? 'too old' : 'too much'} and is dropped`,
      );
    }
    return left;
  }
}

async function filesOf(folder: string): Promise<(Omit<Leftover, 'part'> & { name: string })[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.map(async (name) => {
    const path = join(folder, name);
    const { size, mtimeMs } = await stat(path);
    return { name, path, bytes: size, modifiedMs: mtimeMs };
  });
  const known = await Promise.allSettled(files);
  return known.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function byAge(a: Leftover, b: Leftover): number {
  return a.modifiedMs - b.modifiedMs || a.path.localeCompare(b.path);
}
