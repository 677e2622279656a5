import { MAX_TIMER_MS } from '../../otel/within-time.js';
import { remaindersOfProcess } from '../exit-hook.js';
import type { Remainder } from '../last-moments.js';
import { addEnding, type Ending, type EndSignal, removeEnding } from './process-end.js';

/** A `VoiceSpanProcessor`, or a tracer provider of either SDK line that has one. */
export interface ExitFlushTarget {
  forceFlush(): Promise<void>;
  /** @internal of `VoiceSpanProcessor`: what its queues hold. */
  remainders?(): readonly Remainder[];
}

/** Options of `flushOnExit`. */
export interface FlushOnExitOptions {
  /** The longest that the end of the process is held up, in ms. Default 5000. */
  drainTimeoutMs?: number | undefined;
  /** Default `['SIGTERM', 'SIGINT']`; `[]` for none. */
  signals?: readonly EndSignal[] | undefined;
  /** Called first, to end sessions that are open. Synchronous. */
  beforeFlush?: (() => void) | undefined;
}

const DRAIN_TIMEOUT_MS = 5000;
const SIGNALS: readonly EndSignal[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];
const OPTIONS = ['drainTimeoutMs', 'signals', 'beforeFlush'];

/**
 * Has what waits delivered when the process ends: by itself, by `process.exit()`, of an uncaught exception, or of a
 * signal. Exit codes stay as they are. A signal that the application listens for is the application's to act on; one
 * that nobody else listens for ends the process as ever, after what waits was sent.
 *
 * At `process.exit()` and after an exception nothing asynchronous runs any more. There `AshrExporter`, `OtlpHttpExporter`
 * and `OtlpFileExporter` still deliver, blocking for `drainTimeoutMs` at most; for any other exporter what waits goes to
 * the spool, if the processor has one (`delivery: { spool }`), and is lost otherwise.
 *
 * @param target a `VoiceSpanProcessor`: what it holds; a tracer provider: what all processors of ours in this process hold
 * @returns takes it back
 * @throws TypeError when an argument cannot work
 */
export function flushOnExit(target: ExitFlushTarget, options: FlushOnExitOptions = {}): () => void {
  if (typeof target?.forceFlush !== 'function') {
    fail('takes a VoiceSpanProcessor or a tracer provider (an object with forceFlush)');
  }
  const { drainTimeoutMs, signals, beforeFlush } = resolve(options);
  const ending: Ending = {
    drainTimeoutMs,
    signals,
    beforeFlush,
    flush: () => target.forceFlush(),
    remainders: () => (target.remainders === undefined ? remaindersOfProcess() : target.remainders()),
  };
  addEnding(ending);
  return () => removeEnding(ending);
}

type Resolved = { readonly [name in keyof FlushOnExitOptions]-?: NonNullable<FlushOnExitOptions[name]> };

function resolve(options: FlushOnExitOptions): Resolved {
  if (typeof options !== 'object' || options === null) fail('options must be an object');
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) fail(`there is no option ${unknown}; there are ${OPTIONS.join(', ')}`);
  const {
    drainTimeoutMs = DRAIN_TIMEOUT_MS,
    signals = ['SIGTERM', 'SIGINT'],
    beforeFlush = () => {},
  } = options;
  if (!Number.isInteger(drainTimeoutMs) || drainTimeoutMs < 0 || drainTimeoutMs > MAX_TIMER_MS) {
    fail(`drainTimeoutMs must be a whole number from 0 to ${MAX_TIMER_MS}`);
  }
  if (!Array.isArray(signals) || !signals.every((one) => SIGNALS.includes(one))) {
    fail(`signals must be a list of ${SIGNALS.join(', ')}`);
  }
  if (typeof beforeFlush !== 'function') fail('beforeFlush must be a function');
  return { drainTimeoutMs, signals: [...signals], beforeFlush };
}

function fail(message: string): never {
  throw new TypeError(`flushOnExit: ${message}`);
}
