import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Gateway, startGateway } from '../../gateway/gateway.js';
import { loadAssets } from './assets.js';
import { Catalog } from './catalog.js';
import { Api } from './http/api.js';
import { ChangeFeed } from './http/change-feed.js';
import { Guard } from './http/guard.js';
import { Site } from './http/site.js';
import { addLines, type OpenedFile, openFile } from './intake/open-file.js';
import { readStream } from './intake/read-stream.js';
import { SpanIntake } from './intake/span-intake.js';
import { DEFAULT_KEEP_BYTES, DEFAULT_MEMORY_BYTES, type ViewerOptions } from './options.js';
import { folderOf } from './recording/locate.js';
import { Recordings } from './recording/recordings.js';
import { FolderShelf } from './shelf/folder-shelf.js';
import { MemoryShelf } from './shelf/memory-shelf.js';
import type { Shelf } from './shelf/shelf.js';

/** A viewer that listens. */
export interface Viewer {
  /** Of the page, such as `http://127.0.0.1:4318`; exporters send to the same. */
  readonly url: string;
  /** Calls known. */
  readonly calls: number;
  /** What was wrong with the opened files, a sentence each. */
  readonly problems: readonly string[];
  /** Opens a file, or reads a pipe to its end. Rejects where it cannot be read. */
  open(path: string): Promise<void>;
  /** Reads OTLP JSON lines from a stream, to its end. */
  read(name: string, chunks: AsyncIterable<string | Uint8Array>): Promise<void>;
  /** Keeps what has come, and ends. Never rejects. */
  shutdown(): Promise<void>;
}

/** How soon received spans are in the list: queues are emptied this often. */
const FLUSH_MS = 100;
/** Whoever ends the viewer does not wait for pages. */
const DRAIN_MS = 2000;

/**
 * Starts the viewer: it listens, then reads its folder and the files. Rejects where it cannot listen, the folder is in
 * use or a file cannot be read.
 * @throws TypeError when an option cannot work
 */
export async function startViewer(options: ViewerOptions = {}): Promise<Viewer> {
  const { folder, keepBytes } = options;
  const assets = await loadAssets();
  const shelf: Shelf =
    folder === undefined
      ? new MemoryShelf(keepBytes ?? DEFAULT_MEMORY_BYTES)
      : await FolderShelf.open(folder, keepBytes ?? DEFAULT_KEEP_BYTES);
  const viewer = new RunningViewer(options, shelf);
  try {
    await viewer.start(assets);
    return viewer;
  } catch (error) {
    await viewer.shutdown();
    throw error;
  }
}

class RunningViewer implements Viewer {
  readonly #options: ViewerOptions;
  readonly #shelf: Shelf;
  readonly #feed = new ChangeFeed();
  readonly #catalog = new Catalog((id) => this.#feed.changed(id));
  readonly #intake: SpanIntake;
  /** What was made of foreign spans in opened files, and what came through pipes: the files have it, so it is not kept. */
  readonly #passing: SpanIntake;
  readonly #folders: string[];
  readonly #recordings: Recordings;
  readonly #opened: OpenedFile[] = [];
  readonly #problems: string[] = [];
  #gateway: Gateway | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(options: ViewerOptions, shelf: Shelf) {
    this.#options = options;
    this.#shelf = shelf;
    const overflow = shelf.folder === undefined ? undefined : new MemoryShelf(DEFAULT_MEMORY_BYTES);
    this.#intake = new SpanIntake(this.#catalog, shelf, overflow);
    this.#passing = new SpanIntake(this.#catalog, new MemoryShelf(DEFAULT_MEMORY_BYTES));
    this.#folders = [...(options.recordingFolders ?? [])];
    this.#recordings = new Recordings({ folders: this.#folders, hosts: options.recordingHosts ?? [] }, (id) =>
      this.#feed.changed(id),
    );
  }

  get url(): string {
    return this.#gateway?.url ?? '';
  }

  get calls(): number {
    return this.#catalog.size;
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  async start(assets: Awaited<ReturnType<typeof loadAssets>>): Promise<void> {
    const { host = '127.0.0.1', port, token, tls, limits, files = [] } = this.#options;
    const api = new Api({
      catalog: this.#catalog,
      feed: this.#feed,
      recordings: this.#recordings,
      files: this.#intake,
      assets,
      folder: this.#shelf.folder,
      endpoint: () => this.url,
      notes: () => this.#notes(),
    });
    const site = new Site(new Guard({ host, token, secure: tls !== undefined }), assets, api);
    this.#gateway = await startGateway({
      host,
      port,
      token,
      tls,
      limits: { drainTimeoutMs: DRAIN_MS, ...limits },
      targets: [this.#intake],
      front: site.handle,
      captureContent: true,
      delivery: { flushIntervalMs: FLUSH_MS, flushThreshold: 1 },
    });
    await this.#readFolder();
    for (const file of files) await this.open(file);
  }

  async #readFolder(): Promise<void> {
    if (!(this.#shelf instanceof FolderShelf)) return;
    const segments = [...this.#shelf.segments];
    const size = segments.reduce((sum, segment) => sum + segment.size, 0);
    let before = 0;
    for (const segment of segments) {
      const done = before;
      await addLines(segment.path, segment.size, segment, this.#catalog, this.#passing, (part) =>
        this.#options.onProgress?.(this.#shelf.folder ?? '', done + part, size),
      );
      before += segment.size;
    }
    await this.#catalog.bound(this.#shelf);
  }

  async open(path: string): Promise<void> {
    this.#folders.push(folderOf(path));
    const state = await stat(path);
    if (state.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    if (!state.isFile()) return this.read(path, createReadStream(path));
    const opened = await openFile(path, this.#catalog, this.#passing, (done, size) =>
      this.#options.onProgress?.(path, done, size),
    );
    this.#opened.push(opened);
    this.#problems.push(...opened.problems.map((problem) => `${path}: ${problem}`));
  }

  async read(name: string, chunks: AsyncIterable<string | Uint8Array>): Promise<void> {
    const { problems } = await readStream(chunks, this.#passing);
    this.#problems.push(...problems.map((problem) => `${name}: ${problem}`));
  }

  #notes(): string[] {
    const { letGo } = this.#catalog;
    const { failure } = this.#intake;
    return [
      ...this.#problems,
      ...(letGo === 0 ? [] : [`${letGo} of the oldest calls were let go to stay within the bound (--keep).`]),
      ...(failure === undefined
        ? []
        : [`What comes is held in memory only, the folder takes nothing: ${failure}`]),
    ];
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDown();
    return this.#shutdown;
  }

  async #shutDown(): Promise<void> {
    this.#feed.close();
    this.#recordings.close();
    await this.#gateway?.shutdown();
    await Promise.allSettled([...this.#opened.map((file) => file.close()), this.#shelf.close()]);
  }
}
