/** Something that is due at a time, which may change at any moment. */
export interface Due {
  /** In milliseconds of the owner's clock; `undefined`: never. */
  readonly nextAt: number | undefined;
}

interface Entry<T extends Due> {
  at: number;
  readonly item: T;
}

/**
 * What is due first, without a look at all the others: a binary heap. An item whose time has moved on is put in its new
 * place when the old time comes, so that moving costs nothing.
 */
export class Deadlines<T extends Due> {
  readonly #heap: Entry<T>[] = [];
  /** The earliest entry of each item. */
  readonly #entries = new Map<T, Entry<T>>();

  /** When the first item is due; `undefined` where nothing is. */
  get next(): number | undefined {
    return this.#first()?.at;
  }

  /** To be called when the time of an item may be earlier than it was. */
  update(item: T): void {
    const at = item.nextAt;
    const known = this.#entries.get(item);
    if (at === undefined || (known !== undefined && known.at <= at)) return;
    const entry = { at, item };
    this.#entries.set(item, entry);
    this.#push(entry);
  }

  delete(item: T): void {
    this.#entries.delete(item);
  }

  /** Takes out the first item that is due by `now`. Whoever takes it puts it back with `update`. */
  take(now: number): T | undefined {
    const entry = this.#first();
    if (entry === undefined || entry.at > now) return undefined;
    this.#pop();
    this.#entries.delete(entry.item);
    return entry.item;
  }

  /** The first entry that says when its item is due. */
  #first(): Entry<T> | undefined {
    for (let [entry] = this.#heap; entry !== undefined; [entry] = this.#heap) {
      const isCurrent = this.#entries.get(entry.item) === entry;
      if (isCurrent && entry.item.nextAt === entry.at) return entry;
      this.#pop();
      if (!isCurrent) continue;
      this.#entries.delete(entry.item);
      this.update(entry.item);
    }
    return undefined;
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.at <= entry.at) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const entry = heap.pop();
    if (entry === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if ((heap[below + 1]?.at ?? Infinity) < (heap[below]?.at ?? Infinity)) below += 1;
      const child = heap[below];
      if (child === undefined || child.at >= entry.at) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = entry;
  }
}
