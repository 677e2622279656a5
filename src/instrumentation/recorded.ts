import { errorText, warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';

/** What an iterable gives: items one by one, now or later. */
export interface Items {
  next(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>;
  return?(): unknown;
}

/** The items of a sync or async iterable; `undefined` of anything else. */
export function itemsOf(source: unknown): Items | undefined {
  for (const symbol of [Symbol.asyncIterator, Symbol.iterator]) {
    const make: unknown =
      typeof source === 'object' && source !== null ? Reflect.get(source, symbol) : undefined;
    if (typeof make === 'function') return Reflect.apply(make, source, []);
  }
  return undefined;
}

/** Who reads the items. */
export interface ItemReader {
  /** What an item is, in warnings: `RTVI message`. */
  readonly item: string;
  /** The kind of the warning about a stream that failed. */
  readonly warning: string;
  receive(item: unknown): void;
  /** The items are at their end, failed, or nobody wants them any more. May be called twice. */
  end(reason?: 'error'): void;
}

/** Items that are being read. */
export interface Reading {
  /** Leaves the iterable, in the middle of a wait too. */
  stop(): void;
  /** Settled when the iterable is at its end, or when `stop` was called. Never rejects. */
  readonly done: Promise<void>;
}

/** Reads items to their end. Never throws. */
export function readItems(items: Items, reader: ItemReader): Reading {
  let stopped = false;
  let stop: () => void = () => {};
  const stopping = new Promise<'stopped'>((resolve) => {
    stop = () => resolve('stopped');
  });
  const run = async (): Promise<void> => {
    let failed: 'error' | undefined;
    try {
      while (!stopped) {
        const next = await Promise.race([Promise.resolve(items.next()), stopping]);
        if (next === 'stopped' || next.done === true) break;
        guard(reader.item, undefined, () => reader.receive(next.value));
      }
    } catch (error) {
      failed = 'error';
      warn(reader.warning, `the stream of ${reader.item}s failed: ${errorText(error)}`);
    }
    reader.end(failed);
  };
  return {
    done: run(),
    stop: () => {
      if (stopped) return;
      stopped = true;
      stop();
      reader.end();
      guard('leaving a stream', undefined, () => {
        const returned: unknown = items.return?.();
        if (returned instanceof Promise) returned.catch(() => {});
      });
    },
  };
}
