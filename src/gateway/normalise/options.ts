import type { SessionDefaults } from './session-defaults.js';

/** Options of a span normaliser. */
export interface NormalizerOptions {
  /** What is said of every session where its spans do not say it. `agentId` is by default the service's name. */
  session?: SessionDefaults;
  /**
   * How long a turn that has come waits for spans that are exported after it, in milliseconds. Default 6000: the
   * batch processor of OpenTelemetry's SDKs exports every five seconds.
   */
  graceMs?: number;
  /** Nothing came of a conversation for this long: the turns that are held are written. Default 30 000. */
  idleMs?: number;
  /**
   * As `idleMs`, for the session itself: its process is taken for dead. Default 330 000: Pipecat ends a pipeline that
   * was idle for five minutes.
   */
  sessionIdleMs?: number;
  /** Conversations open at a time; beyond, the one that was idle longest is closed. Default 1000. */
  maxConversations?: number;
  /** Spans held, in bytes, roughly; beyond, the conversation that was idle longest is written. Default 128 MiB. */
  maxHeldBytes?: number;
  /** The clock, in milliseconds; only differences count. Default `Date.now`. */
  now?: () => number;
}

export interface ResolvedOptions {
  readonly session: SessionDefaults;
  readonly graceMs: number;
  readonly idleMs: number;
  readonly sessionIdleMs: number;
  readonly maxConversations: number;
  readonly maxHeldBytes: number;
  readonly now: () => number;
}

const DEFAULT_GRACE_MS = 6000;
const DEFAULT_IDLE_MS = 30_000;
const DEFAULT_SESSION_IDLE_MS = 330_000;
const DEFAULT_MAX_CONVERSATIONS = 1000;
const DEFAULT_MAX_HELD_BYTES = 128 * 1024 * 1024;

/** @throws TypeError for an option that cannot be used */
export function resolveOptions(options: NormalizerOptions = {}): ResolvedOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError('options: expected an object');
  const { session = {}, now = Date.now } = options;
  if (typeof session !== 'object' || session === null) throw new TypeError('session: expected an object');
  if (typeof now !== 'function') throw new TypeError('now: expected a function that returns milliseconds');
  return {
    session,
    now,
    graceMs: milliseconds('graceMs', options.graceMs, DEFAULT_GRACE_MS),
    idleMs: milliseconds('idleMs', options.idleMs, DEFAULT_IDLE_MS),
    sessionIdleMs: milliseconds('sessionIdleMs', options.sessionIdleMs, DEFAULT_SESSION_IDLE_MS),
    maxConversations: count('maxConversations', options.maxConversations, DEFAULT_MAX_CONVERSATIONS),
    maxHeldBytes: count('maxHeldBytes', options.maxHeldBytes, DEFAULT_MAX_HELD_BYTES),
  };
}

function milliseconds(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`${name}: expected milliseconds, zero or more, got ${String(value)}`);
}

function count(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`${name}: expected a whole number above zero, got ${String(value)}`);
}
