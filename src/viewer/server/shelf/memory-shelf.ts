import type { LineSource, Place, Shelf } from './shelf.js';

/** Keeps lines in memory. */
export class MemoryShelf implements Shelf {
  readonly folder = undefined;
  readonly maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  holds(source: LineSource): boolean {
    return source instanceof HeldLine && source.shelf === this;
  }

  async write(line: string): Promise<Place> {
    const held = new HeldLine(this, Buffer.from(line));
    this.#bytes += held.length;
    return { source: held, offset: 0, length: held.length };
  }

  async remove(places: readonly Place[]): Promise<void> {
    for (const { source } of places) if (source instanceof HeldLine) this.#bytes -= source.letGo();
  }

  async close(): Promise<void> {}
}

class HeldLine implements LineSource {
  readonly shelf: MemoryShelf;
  #line: Uint8Array | undefined;

  constructor(shelf: MemoryShelf, line: Uint8Array) {
    this.shelf = shelf;
    this.#line = line;
  }

  get length(): number {
    return this.#line?.length ?? 0;
  }

  letGo(): number {
    const { length } = this;
    this.#line = undefined;
    return length;
  }

  async read(): Promise<Uint8Array> {
    if (this.#line === undefined) throw new Error('the line was let go');
    return this.#line;
  }
}
