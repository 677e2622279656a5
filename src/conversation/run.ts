import { type Context, context } from '@opentelemetry/api';
import { errorText, warn } from '../otel/diagnostics.js';

/** What a callback form wraps: a turn or a stage. */
export interface Runnable {
  readonly context: Context;
  /** The callback returned, or its promise was fulfilled. */
  succeed(): void;
  /** The callback threw, or its promise was rejected. */
  failed(error: unknown): void;
}

/**
 * Runs `work(subject)` with the subject's span active and returns what it returns. Its own error is handed to
 * `subject.failed` and rethrown unchanged; nothing of ours is thrown.
 */
export function runInside<S extends Runnable, T>(subject: S, work: (subject: S) => T): T {
  if (typeof work !== 'function') {
    warn('callback', 'the callback of a turn or a stage is no function; nothing was run');
    subject.succeed();
    return undefined as T;
  }
  let result: T;
  try {
    result = withActive(subject.context, () => work(subject));
  } catch (error) {
    subject.failed(error);
    throw error;
  }
  return whenSettled(result, subject);
}

/** `context.with`, also where the application's context manager is broken. */
function withActive<T>(active: Context, work: () => T): T {
  let outcome: { value: T } | { error: unknown } | undefined;
  const attempt = (): void => {
    try {
      outcome = { value: work() };
    } catch (error) {
      outcome = { error };
    }
  };
  try {
    context.with(active, attempt);
  } catch (error) {
    warn('context', `the context manager failed: ${errorText(error)}`);
  }
  if (outcome === undefined) attempt();
  if (outcome !== undefined && 'value' in outcome) return outcome.value;
  throw (outcome as { error: unknown } | undefined)?.error;
}

/**
 * Ends the subject when the outcome is known. A promise is answered with one of the same outcome, so that a rejection
 * which nobody handles is still said to be unhandled; a promise of a class of its own goes back itself.
 */
function whenSettled<T>(result: T, subject: Runnable): T {
  try {
    if (isThenable(result)) return followed(result, subject) as T;
  } catch (error) {
    warn('promise', `the outcome of a callback cannot be awaited: ${errorText(error)}`);
  }
  subject.succeed();
  return result;
}

function followed(result: PromiseLike<unknown>, subject: Runnable): PromiseLike<unknown> {
  const onFulfilled = (value: unknown): unknown => {
    subject.succeed();
    return value;
  };
  const onRejected = (error: unknown): never => {
    subject.failed(error);
    throw error;
  };
  if (!isPromise(result) || Object.getPrototypeOf(result) === Promise.prototype) {
    // A lazy thenable may do its work once per `then`, so it is asked once.
    return Promise.resolve(result).then(onFulfilled, onRejected);
  }
  result.then(
    () => subject.succeed(),
    (error: unknown) => subject.failed(error),
  );
  return result;
}

/** Asks without touching a proxy that has been revoked. */
function isPromise(value: unknown): value is Promise<unknown> {
  try {
    return value instanceof Promise;
  } catch {
    return false;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return (
      ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
      typeof (value as { then?: unknown }).then === 'function'
    );
  } catch {
    return false;
  }
}
