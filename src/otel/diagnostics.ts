import { diag } from '@opentelemetry/api';
import { environmentVariable } from './environment.js';

/** One message of a kind in this many milliseconds; what was held back is counted in the next. */
const QUIET_MS = 30_000;
/** Kinds of warnings remembered; beyond, the oldest is forgotten (and may be said again). */
const MAX_KINDS = 200;

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');

interface Said {
  at: number;
  held: number;
}

const said = new Map<string, Said>();

/** Whether the application has given OpenTelemetry a diagnostics logger of its own. */
function hasDiagLogger(): boolean {
  const api = (globalThis as { [key: symbol]: { diag?: unknown } | undefined })[API_GLOBAL];
  return api?.diag !== undefined;
}

function debugWanted(): boolean {
  return environmentVariable('VOICE_OTEL_LOG_LEVEL')?.toLowerCase() === 'debug';
}

/**
 * Says `message` once in a while. `kind` names what happened, without ids, so that repetitions are counted
 * together. Goes to the OTel diag logger where the application set one, else to `console.warn`. Never throws.
 */
export function warn(kind: string, message: string): void {
  try {
    const now = Date.now();
    const before = said.get(kind);
    if (before !== undefined && now - before.at < QUIET_MS && now >= before.at && !debugWanted()) {
      before.held += 1;
      return;
    }
    const repeated = before !== undefined && before.held > 0 ? ` (and ${before.held} more like it)` : '';
    said.delete(kind);
    said.set(kind, { at: now, held: 0 });
    if (said.size > MAX_KINDS) said.delete(said.keys().next().value ?? '');
    const line = `voice-otel: ${message}${repeated}`;
    if (hasDiagLogger()) diag.warn(line);
    else console.warn(line);
  } catch {
    // A logger that throws must not reach the call.
  }
}

/** Detail for `VOICE_OTEL_LOG_LEVEL=debug` and for a diag logger at debug level. Never throws. */
export function debug(message: string): void {
  try {
    if (hasDiagLogger()) diag.debug(`voice-otel: ${message}`);
    else if (debugWanted()) console.warn(`voice-otel: ${message}`);
  } catch {
    // as above
  }
}

/** What an unknown thrown value says, without ever throwing itself. */
export function errorText(error: unknown): string {
  try {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
    return String(error);
  } catch {
    return 'an error that cannot be printed';
  }
}

/** Forgets what was said, for tests. */
export function resetWarnings(): void {
  said.clear();
}
