import { errorText, warn } from './diagnostics.js';

/**
 * Runs `work`; a throw becomes a rate-limited warning and `fallback` is returned. Everything that runs beside a
 * call goes through here.
 */
export function guard<T>(what: string, fallback: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    warn(`guard:${what}`, `${what} failed, the call goes on: ${errorText(error)}`);
    return fallback;
  }
}
