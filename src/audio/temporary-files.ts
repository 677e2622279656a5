import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

const JOURNAL = '.call';
const FILE_NAME = /^(\d+)-(\d+)-[\da-f]{16}\.(call|wav|ogg)$/;
const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;
/** A file that nobody has touched for this long has no owner, even where its process id is in use again. */
const ABANDONED_MS = 10 * 60_000;
/** How often the owner of a file is to touch it. */
export const TOUCH_MS = 60_000;

/** Base names of the calls of this thread; what else carries its number was left by one before it. */
const ours = new Set<string>();

/** The files of one call in the temporary directory: its journal, and its recording as far as it is made. */
export class CallFiles {
  readonly #directory: string;
  readonly #base: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#base = `${process.pid}-${threadId}-${randomBytes(8).toString('hex')}`;
    ours.add(this.#base);
  }

  get journal(): string {
    return join(this.#directory, this.#base + JOURNAL);
  }

  recording(extension: string): string {
    return join(this.#directory, this.#base + extension);
  }

  async createJournal(): Promise<FileHandle> {
    await privateDirectory(this.#directory);
    return open(this.journal, 'wx', PRIVATE_FILE);
  }

  createRecording(extension: string): Promise<FileHandle> {
    return open(this.recording(extension), 'wx', PRIVATE_FILE);
  }

  /** Says that the call is still somebody's. Never rejects. */
  async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.journal, now, now).catch(() => {});
  }

  async remove(extension: string): Promise<void> {
    await Promise.all([this.journal, this.recording(extension)].map((path) => rm(path, { force: true })));
    ours.delete(this.#base);
  }
}

/** Default: a directory of this user's in the system's directory for temporary files. */
export function defaultDirectory(): string {
  return join(tmpdir(), `voice-otel-recordings-${process.getuid?.() ?? 'user'}`);
}

/** Takes over the journals of processes that are no more, and removes what else they left. */
export async function claimAbandoned(directory: string): Promise<CallFiles[]> {
  const claimed: CallFiles[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    if (!(await isAbandoned(path, name))) continue;
    if (!name.endsWith(JOURNAL)) {
      await rm(path, { force: true });
      continue;
    }
    const files = new CallFiles(directory);
    try {
      await rename(path, files.journal);
      await files.touch();
      claimed.push(files);
    } catch {
      // Another process was faster.
      await files.remove('');
    }
  }
  return claimed;
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const [, pid, thread] = FILE_NAME.exec(name) ?? [];
  if (pid === undefined) return false;
  const base = name.slice(0, name.lastIndexOf('.'));
  if (ours.has(base)) return false;
  if (!isRunning(Number(pid))) return true;
  if (Number(pid) === process.pid && Number(thread) === threadId) return true;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}

/** @throws Error when the default directory belongs to somebody else, who could read or replace the files */
async function privateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  if (directory !== defaultDirectory()) return;
  const found = await lstat(directory);
  const me = process.getuid?.();
  if (!found.isDirectory() || (me !== undefined && found.uid !== me)) {
    throw new Error(`${directory} is no directory of this user`);
  }
}
