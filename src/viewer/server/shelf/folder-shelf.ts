import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderLock } from './lock.js';
import type { LineSource, OnMoved, Place, Shelf } from './shelf.js';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** A new segment begins beyond; letting a call go rewrites those that hold it. */
const MAX_SEGMENT_BYTES = 16 * 1024 * 1024;
const SEGMENT = /^calls-(\d{8,})\.otlp\.jsonl$/;
const NEWLINE = 0x0a;

/** A file of lines in the folder. Its handle is replaced when lines are taken out of it. */
export class Segment implements LineSource {
  readonly path: string;
  readonly number: number;
  file: FileHandle;
  size: number;

  constructor(path: string, number: number, file: FileHandle, size: number) {
    this.path = path;
    this.number = number;
    this.file = file;
    this.size = size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.file.read(Buffer.allocUnsafe(length), 0, length, offset);
    if (bytesRead < length) throw new Error('a segment of the folder became shorter');
    return buffer;
  }
}

/** Keeps lines in segments in a folder, which only one viewer has at a time. */
export class FolderShelf implements Shelf {
  readonly folder: string;
  readonly maxBytes: number;
  readonly #lock: FolderLock;
  #segments: Segment[];
  #work: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, maxBytes: number, lock: FolderLock, segments: Segment[]) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.#lock = lock;
    this.#segments = segments;
  }

  /**
   * Opens a folder, and makes it where there is none.
   * @throws FolderInUseError while another viewer has it; an error of the file system where it cannot be used
   */
  static async open(folder: string, maxBytes: number): Promise<FolderShelf> {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    const lock = await FolderLock.take(folder);
    try {
      return new FolderShelf(folder, maxBytes, lock, await openSegments(folder));
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** What was there at the start, oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  holds(source: LineSource): boolean {
    return source instanceof Segment && this.#segments.includes(source);
  }

  write(line: string): Promise<Place> {
    return this.#inTurn(async () => {
      const bytes = Buffer.from(`${line}\n`);
      const segment = await this.#segmentFor(bytes.length);
      const offset = segment.size;
      const { bytesWritten } = await segment.file.write(bytes, 0, bytes.length, offset);
      // What was written of it is written over by the next line.
      if (bytesWritten < bytes.length) throw new Error('the disk took a part of a line only');
      segment.size += bytes.length;
      return { source: segment, offset, length: bytes.length - 1 };
    });
  }

  remove(places: readonly Place[], moved: OnMoved): Promise<void> {
    return this.#inTurn(async () => {
      const gone = new Map<LineSource, Set<number>>();
      for (const { source, offset } of places) gone.set(source, (gone.get(source) ?? new Set()).add(offset));
      for (const segment of [...this.#segments]) {
        const offsets = gone.get(segment);
        if (offsets !== undefined) await this.#rewrite(segment, offsets, moved);
      }
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      await Promise.all(this.#segments.map(({ file }) => file.close()));
      await this.#lock.release();
    });
  }

  async #segmentFor(bytes: number): Promise<Segment> {
    const last = this.#segments.at(-1);
    if (last !== undefined && (last.size === 0 || last.size + bytes <= MAX_SEGMENT_BYTES)) return last;
    const number = (last?.number ?? 0) + 1;
    const path = join(this.folder, `calls-${String(number).padStart(8, '0')}.otlp.jsonl`);
    const segment = new Segment(path, number, await open(path, 'wx+', FILE_MODE), 0);
    this.#segments.push(segment);
    return segment;
  }

  /** Writes a segment anew without some of its lines. Whoever looks at the folder sees the old one or the new one. */
  async #rewrite(segment: Segment, gone: ReadonlySet<number>, moved: OnMoved): Promise<void> {
    const all = await segment.read(0, segment.size);
    const kept: Uint8Array[] = [];
    const moves: (readonly [from: Place, to: Place])[] = [];
    let size = 0;
    for (let offset = 0; offset < all.length; ) {
      const at = all.indexOf(NEWLINE, offset);
      const end = at < 0 ? all.length : at;
      if (!gone.has(offset) && end > offset) {
        const length = end - offset;
        moves.push([
          { source: segment, offset, length },
          { source: segment, offset: size, length },
        ]);
        kept.push(all.subarray(offset, end), Buffer.from('\n'));
        size += length + 1;
      }
      offset = end + 1;
    }
    if (size === 0) {
      this.#segments = this.#segments.filter((one) => one !== segment);
      await segment.file.close();
      await unlink(segment.path);
      return;
    }
    const beside = `${segment.path}.new`;
    const file = await open(beside, 'w+', FILE_MODE);
    try {
      await file.write(Buffer.concat(kept, size), 0, size, 0);
      await file.sync();
      await rename(beside, segment.path);
    } catch (error) {
      await file.close();
      await unlink(beside).catch(() => {});
      throw error;
    }
    const before = segment.file;
    segment.file = file;
    segment.size = size;
    moved(moves);
    await before.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => {});
    return result;
  }
}

async function openSegments(folder: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    // What a crash left of a segment that was being rewritten; the old one is still there.
    if (name.endsWith('.otlp.jsonl.new')) await unlink(path);
    const [, number] = SEGMENT.exec(name) ?? [];
    if (number === undefined || !(await stat(path)).isFile()) continue;
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    segments.push(new Segment(path, Number(number), file, await closeLastLine(file, size)));
  }
  return segments;
}

/** Ends a line that was cut off by a crash, so that the next one begins on its own. */
async function closeLastLine(file: FileHandle, size: number): Promise<number> {
  if (size === 0) return 0;
  const { buffer } = await file.read(new Uint8Array(1), 0, 1, size - 1);
  if (buffer[0] === NEWLINE) return size;
  await file.write('\n', size);
  return size + 1;
}
