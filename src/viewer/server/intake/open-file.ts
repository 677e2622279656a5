import { open } from 'node:fs/promises';
import { errorText } from '../../../otel/diagnostics.js';
import type { Catalog } from '../catalog.js';
import type { Digest } from '../scan/digest.js';
import { scanFile } from '../scan/scan.js';
import { FileSource, type LineSource } from '../shelf/shelf.js';
import { fileProblems } from './file-problems.js';
import { ForeignSpans } from './foreign-spans.js';
import type { SpanIntake } from './span-intake.js';

/** A file that is open, or was read whole. */
export interface OpenedFile {
  readonly spans: number;
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Told how far reading is: bytes of all bytes. */
export type OnProgress = (done: number, size: number) => void;

/**
 * Opens a regular file of OTLP JSON lines: the catalogue learns what is in it, and reads from it later.
 * @param normalised where spans go that had to be normalised: they are nowhere in the file
 */
export async function openFile(
  path: string,
  catalog: Catalog,
  normalised: SpanIntake,
  onProgress: OnProgress = () => {},
): Promise<OpenedFile> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const source = new FileSource(file);
    const scanned = await addLines(path, size, source, catalog, normalised, onProgress);
    return { ...scanned, close: () => source.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads lines that lie somewhere already. */
export async function addLines(
  path: string,
  size: number,
  source: LineSource,
  catalog: Catalog,
  normalised: SpanIntake,
  onProgress: OnProgress,
): Promise<{ readonly spans: number; readonly problems: readonly string[] }> {
  const digests: Digest[] = [];
  let spans = 0;
  await scanFile(path, size, (digest, range, done) => {
    digests[range] = digest;
    spans += digest.spans;
    catalog.add(digest, source);
    onProgress(done, size);
  });
  const foreign = await addForeign(digests, source, catalog, normalised);
  spans += foreign.spans;
  return { spans, problems: [...fileProblems(digests, spans), ...foreign.problems] };
}

async function addForeign(
  digests: readonly Digest[],
  source: LineSource,
  catalog: Catalog,
  normalised: SpanIntake,
): Promise<{ spans: number; problems: string[] }> {
  if (!digests.some(({ foreign }) => foreign.length > 0)) {
    for (const { otherScopes } of digests) catalog.countScopes(otherScopes);
    return { spans: 0, problems: [] };
  }
  // What the normaliser does not know either is counted where its spans come out.
  const places = digests.flatMap(({ foreign, others }) => [...pairs(foreign), ...pairs(others)]);
  const before = normalised.taken;
  const problems: string[] = [];
  const spans = new ForeignSpans(normalised);
  for (const [offset, length] of places.sort(([a], [b]) => a - b)) {
    try {
      await spans.push(await source.read(offset, length));
    } catch (error) {
      if (problems.length === 0) problems.push(`spans could not be normalised: ${errorText(error)}`);
    }
  }
  await spans.end();
  return { spans: normalised.taken - before, problems };
}

function pairs(list: readonly number[]): [offset: number, length: number][] {
  const found: [number, number][] = [];
  for (let index = 0; index + 1 < list.length; index += 2)
    found.push([list[index] ?? 0, list[index + 1] ?? 0]);
  return found;
}
