import { guard } from '../otel/guard.js';
import { MAX_TIMER_MS } from '../otel/within-time.js';

const DEFAULT_DRAIN_TIMEOUT_MS = 5000;

export interface ShutdownOptions {
  /** The longest `shutdown` may take, in ms; default 5000. */
  readonly drainTimeoutMs?: number | undefined;
}

/** What a caller wishes, in ms; the default where that makes no sense. */
export function drainTimeout(options: ShutdownOptions | undefined): number {
  const wish: unknown = guard('reading shutdown options', undefined, () => options?.drainTimeoutMs);
  return typeof wish === 'number' && wish >= 0 ? Math.min(wish, MAX_TIMER_MS) : DEFAULT_DRAIN_TIMEOUT_MS;
}
