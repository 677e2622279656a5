import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { packageFile, runsFromSource } from '../package-files.js';
import type { Digest } from './digest.js';
import { type Range, scanRange } from './range.js';

/** Memory while reading is about ten times this for each thread. */
const RANGE_BYTES = 16 * 1024 * 1024;
/** Less is not worth a thread. */
const MIN_BYTES_FOR_THREADS = 32 * 1024 * 1024;
const MAX_THREADS = 4;

/** Told of every range that was read, in any order: its number, and how many bytes of all are done. */
export type OnDigest = (digest: Digest, range: number, done: number) => void;

/** Reads a file of a known size, with threads where it is large and the built package is there. */
export async function scanFile(path: string, size: number, onDigest: OnDigest): Promise<void> {
  const ranges: Range[] = [];
  for (let start = 0; start < size; start += RANGE_BYTES) {
    ranges.push({ path, start, end: Math.min(size, start + RANGE_BYTES) });
  }
  const queue = ranges.entries();
  let done = 0;
  const take = async (scan: (range: Range) => Promise<Digest>): Promise<void> => {
    for (const [number, range] of queue) {
      const digest = await scan(range);
      done += range.end - range.start;
      onDigest(digest, number, done);
    }
  };
  const program = size < MIN_BYTES_FOR_THREADS ? undefined : workerFile();
  if (program === undefined) return take(scanRange);
  const threads = Math.min(MAX_THREADS, availableParallelism(), ranges.length);
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(program);
      try {
        await take((range) => ask(worker, range));
      } finally {
        await worker.terminate();
      }
    }),
  );
}

/** The program of the threads; `undefined` where the package runs from its source. */
function workerFile(): string | undefined {
  const file = packageFile('dist/viewer/server/scan/scan-worker.js');
  return runsFromSource() || !existsSync(file) ? undefined : file;
}

function ask(worker: Worker, range: Range): Promise<Digest> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      worker.off('message', onMessage).off('error', onError);
    };
    const onError = (error: unknown): void => {
      done();
      reject(error);
    };
    const onMessage = (answer: { readonly digest?: Digest; readonly error?: string }): void => {
      done();
      if (answer.digest === undefined) reject(new Error(answer.error ?? 'no answer'));
      else resolve(answer.digest);
    };
    worker.on('message', onMessage).on('error', onError);
    worker.postMessage(range);
  });
}
