import { readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HEARTBEAT_MS, isGone, isOwnerName, newOwnerName } from '../../../exporters/spool/owner.js';

/** The folder belongs to a viewer that runs. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

const ATTEMPTS = 5;
/** Between the making of the file and its name standing in it. */
const WRITING_MS = 2000;

/** Keeps other viewers out of a folder, until it is released or the process is gone. */
export class FolderLock {
  readonly #path: string;
  readonly #owner: string;
  readonly #heartbeat: ReturnType<typeof setInterval>;

  private constructor(path: string, owner: string) {
    this.#path = path;
    this.#owner = owner;
    this.#heartbeat = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => {});
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** @throws FolderInUseError while another viewer has it */
  static async take(folder: string): Promise<FolderLock> {
    const path = join(folder, 'owner');
    const owner = newOwnerName();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await create(path, owner)) return new FolderLock(path, owner);
      if (await isHeld(path)) break;
      await unlink(path).catch(() => {});
    }
    throw new FolderInUseError(`another viewer keeps its calls in ${folder}`);
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    if ((await ownerOf(this.#path)) === this.#owner) await unlink(this.#path).catch(() => {});
  }
}

async function create(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isHeld(path: string): Promise<boolean> {
  const owner = await ownerOf(path);
  const state = await stat(path).catch(() => undefined);
  if (owner === undefined || state === undefined) return false;
  const ageMs = Date.now() - state.mtimeMs;
  return isOwnerName(owner) ? !isGone(owner, ageMs) : ageMs < WRITING_MS;
}

async function ownerOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
