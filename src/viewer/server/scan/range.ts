import { open } from 'node:fs/promises';
import { type Digest, Digester } from './digest.js';
import { linesOf } from './lines.js';

/** A stretch of a file, in bytes: the lines that begin in it. */
export interface Range {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Reads the lines of a range. Rejects where the file cannot be read. */
export async function scanRange({ path, start, end }: Range): Promise<Digest> {
  const file = await open(path, 'r');
  try {
    const digester = new Digester();
    for await (const { text, offset, length } of linesOf(file, start, end))
      digester.push(text, offset, length);
    return digester.digest();
  } finally {
    await file.close();
  }
}
