import { type FileHandle, open } from 'node:fs/promises';
import {
  type CallOfJournal,
  HEADER_BYTES,
  type JournalRecord,
  kindAt,
  MAX_FIRST_LINE,
  parseFirstLine,
  type RecordKind,
  readRecord,
  soundBytesAt,
} from './record.js';

const BUFFER_BYTES = 256 * 1024;
/** One record is never longer: 16 channels at 384 kHz, a second and a third. Longer means that the file is torn. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** Reads a journal from its start to its end, also while it is being written. */
export class JournalCursor {
  readonly call: CallOfJournal;
  readonly #handle: FileHandle;
  readonly #kinds: ReadonlySet<RecordKind>;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  /** What is in the buffer: from `#at` to `#filled`. */
  #at = 0;
  #filled = 0;
  /** Where in the file the buffer ends. */
  #position: number;
  #torn = false;

  /** @param kinds the records wanted; the others are passed over */
  static async open(path: string, kinds: readonly RecordKind[]): Promise<JournalCursor> {
    const handle = await open(path, 'r');
    try {
      const start = Buffer.alloc(MAX_FIRST_LINE);
      const { bytesRead } = await handle.read(start, 0, MAX_FIRST_LINE, 0);
      const end = start.subarray(0, bytesRead).indexOf('\n');
      if (end < 0) throw new Error('the file is no journal of a call');
      return new JournalCursor(handle, parseFirstLine(start.toString('utf8', 0, end)), end + 1, kinds);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  private constructor(
    handle: FileHandle,
    call: CallOfJournal,
    position: number,
    kinds: readonly RecordKind[],
  ) {
    this.#handle = handle;
    this.call = call;
    this.#position = position;
    this.#kinds = new Set(kinds);
  }

  /** The next record wanted of those before `limit` bytes of the file; `undefined` when there is none (yet). */
  async next(limit: number): Promise<JournalRecord | undefined> {
    for (;;) {
      const record = this.#take();
      if (record !== undefined) return record;
      if (this.#torn || !(await this.#fill(limit))) return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** The next record wanted among those that are whole in the buffer. */
  #take(): JournalRecord | undefined {
    for (;;) {
      const held = this.#filled - this.#at;
      if (held < HEADER_BYTES) return undefined;
      const kind = kindAt(this.#buffer, this.#at);
      const bytes = HEADER_BYTES + soundBytesAt(this.#buffer, this.#at);
      this.#torn ||= kind === undefined || bytes > MAX_RECORD_BYTES;
      if (this.#torn || kind === undefined || held < bytes) return undefined;
      const at = this.#at;
      this.#at += bytes;
      if (this.#kinds.has(kind)) return readRecord(this.#buffer, at, kind);
    }
  }

  /** Reads on. @returns whether there was anything */
  async #fill(limit: number): Promise<boolean> {
    const held = this.#filled - this.#at;
    const wanted = held < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + soundBytesAt(this.#buffer, this.#at);
    const buffer = wanted > this.#buffer.length ? Buffer.allocUnsafe(wanted) : this.#buffer;
    this.#buffer.copy(buffer, 0, this.#at, this.#filled);
    this.#buffer = buffer;
    this.#at = 0;
    this.#filled = held;
    const room = Math.min(this.#buffer.length - held, limit - this.#position);
    if (room <= 0) return false;
    const { bytesRead } = await this.#handle.read(this.#buffer, held, room, this.#position);
    this.#filled += bytesRead;
    this.#position += bytesRead;
    return bytesRead > 0;
  }
}
