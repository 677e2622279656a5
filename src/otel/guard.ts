import { errorText, warn } from './diagnostics.js';

/**
 * Runs `work`; a throw becomes a rate-limited warning and `fallback` is returned. Everything that runs beside a
 * call goes through here.
 */
export function guard<T>(what: string, fallback: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    failed(what, error);
    return fallback;
  }
}

/**
 * As `guard`, for a hook of somebody else's, which may be asynchronous although its type says otherwise: a rejection is
 * said as well, instead of ending the process.
 */
export function guardHook(what: string, hook: () => unknown): void {
  const result = guard(what, undefined, hook);
  guard(what, undefined, () => {
    if (result instanceof Promise) result.catch((error: unknown) => failed(what, error));
  });
}

function failed(what: string, error: unknown): void {
  warn(`guard:${what}`, `${what} failed, the call goes on: ${errorText(error)}`);
}
