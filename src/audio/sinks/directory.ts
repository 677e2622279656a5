import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FinishedRecording, RecordingInfo, RecordingSink, StoredRecording } from './sink.js';

export interface DirectorySinkOptions {
  /** Permissions of the files. Default 0o600: of the owner only. */
  mode?: number;
}

/**
 * Recordings as files of one directory, `<session id>.wav` or `.ogg`. The directory is made when the first is stored.
 *
 * @throws TypeError when `directory` is no path or an option is of the wrong type
 */
export function directorySink(directory: string, options: DirectorySinkOptions = {}): RecordingSink {
  if (typeof directory !== 'string' || directory === '') {
    throw new TypeError('directorySink: directory must be the path of a directory');
  }
  const { mode = 0o600 } = options;
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o777) {
    throw new TypeError('directorySink: mode must be file permissions, 0 to 0o777');
  }
  return new DirectorySink(resolve(directory), mode);
}

class DirectorySink implements RecordingSink {
  readonly #directory: string;
  readonly #mode: number;

  constructor(directory: string, mode: number) {
    this.#directory = directory;
    this.#mode = mode;
  }

  locate({ fileName }: RecordingInfo): string {
    return pathToFileURL(join(this.#directory, fileName)).href;
  }

  async store(recording: FinishedRecording): Promise<StoredRecording> {
    const path = join(this.#directory, recording.fileName);
    await mkdir(this.#directory, { recursive: true });
    await chmod(recording.path, this.#mode);
    await move(recording.path, path, this.#mode);
    return { url: this.locate(recording) };
  }
}

/** Moves a file, also to another file system; whoever looks sees all of it or nothing. */
async function move(from: string, to: string, mode: number): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EXDEV') throw error;
    const beside = `${to}.part`;
    try {
      await copyFile(from, beside);
      await chmod(beside, mode);
      await rename(beside, to);
    } catch (failure) {
      await rm(beside, { force: true });
      throw failure;
    }
  }
}
