import { read } from '../../conversation/read.js';
import { debug, errorText } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';

/** Told what a function gives, piece by piece where it gives a stream. */
export interface Follower {
  piece(value: unknown): void;
  /** There is no more, or nobody reads on. */
  done(): void;
  failed(error: unknown): void;
}

/**
 * Follows what a function has returned, and gives it back: the value, a promise with the same outcome, or the stream
 * itself, whose pieces are seen as they are read. A stream that is piped or teed instead of read is not followed.
 */
export function follow(result: unknown, follower: Follower): unknown {
  const once = guarded(follower);
  if (!isThenable(result)) return followValue(result, once);
  if (result instanceof Promise && Object.getPrototypeOf(result) === Promise.prototype) {
    // One with the same outcome, so that a rejection which nobody handles is still said to be unhandled.
    return result.then(
      (value) => followValue(value, once),
      (error: unknown) => {
        once.failed(error);
        throw error;
      },
    );
  }
  guard('following a promise', undefined, () =>
    result.then(
      (value) => {
        followValue(value, once);
      },
      (error: unknown) => once.failed(error),
    ),
  );
  return result;
}

function followValue(value: unknown, follower: Follower): unknown {
  if (typeof value === 'object' && value !== null && followStream(value, follower)) return value;
  follower.piece(value);
  follower.done();
  return value;
}

/** @returns whether it is a stream */
function followStream(stream: object, follower: Follower): boolean {
  const iterate: unknown = Reflect.get(stream, Symbol.asyncIterator);
  const reads = typeof read(stream, 'getReader') === 'function';
  if (typeof iterate !== 'function' && !reads) return false;
  guard('following a stream', undefined, () => {
    if (typeof read(stream, 'next') === 'function') return followIterator(stream, follower);
    if (typeof iterate === 'function') {
      replace(stream, Symbol.asyncIterator, function (this: unknown, ...args: unknown[]): unknown {
        const iterator: unknown = Reflect.apply(iterate, this, args);
        if (typeof iterator === 'object' && iterator !== null) followIterator(iterator, follower);
        return iterator;
      });
    }
    if (reads) followReaders(stream, follower);
  });
  return true;
}

/** An iterator is what it was, and every piece that it gives goes by. */
function followIterator(iterator: object, follower: Follower): void {
  for (const method of ['next', 'return', 'throw'] as const) {
    const original: unknown = Reflect.get(iterator, method);
    if (typeof original !== 'function') continue;
    replace(iterator, method, function (this: unknown, ...args: unknown[]): unknown {
      const step: unknown = Reflect.apply(original, this, args);
      return isThenable(step) ? step.then(seen(follower), failing(follower)) : seen(follower)(step);
    });
  }
}

function followReaders(stream: object, follower: Follower): void {
  const getReader: unknown = Reflect.get(stream, 'getReader');
  if (typeof getReader !== 'function') return;
  replace(stream, 'getReader', function (this: unknown, ...args: unknown[]): unknown {
    const reader: unknown = Reflect.apply(getReader, this, args);
    const readNext: unknown = read(reader, 'read');
    if (typeof reader === 'object' && reader !== null && typeof readNext === 'function') {
      replace(reader, 'read', function (this: unknown, ...readArgs: unknown[]): unknown {
        const step: unknown = Reflect.apply(readNext, this, readArgs);
        return isThenable(step) ? step.then(seen(follower), failing(follower)) : step;
      });
    }
    return reader;
  });
}

function seen(follower: Follower): <Step>(step: Step) => Step {
  return (step) => {
    const value = read(step, 'value');
    if (read(step, 'done') === true) follower.done();
    else if (value !== undefined) follower.piece(value);
    return step;
  };
}

function failing(follower: Follower): (error: unknown) => never {
  return (error) => {
    follower.failed(error);
    throw error;
  };
}

function replace(object: object, key: string | symbol, value: unknown): void {
  const placed = Reflect.defineProperty(object, key, { value, configurable: true, writable: true });
  if (!placed) debug(`a stream is frozen: what it gives at ${String(key)} is not seen`);
}

/** Ends once, and keeps every error of ours to itself. */
function guarded(follower: Follower): Follower {
  let over = false;
  const end = (how: () => void): void => {
    if (over) return;
    over = true;
    guard('the end of a stage', undefined, how);
  };
  return {
    piece: (value) => {
      if (!over) guard('what a stage gave', undefined, () => follower.piece(value));
    },
    done: () => end(() => follower.done()),
    failed: (error) => end(() => follower.failed(error)),
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof read(value, 'then') === 'function';
  } catch (error) {
    debug(`a result cannot be awaited: ${errorText(error)}`);
    return false;
  }
}
