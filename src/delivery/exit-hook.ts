import { debug, errorText } from '../otel/diagnostics.js';
import type { Remainder } from './last-moments.js';

/** Something that holds spans when the process has nothing else left to do. */
export interface ExitFlushable {
  /** Tries once to send what is held; never rejects. */
  flushAtExit(): Promise<void>;
}

/**
 * A flush at exit revives the process and the hook runs again afterwards. Each queue gets one try, unless new
 * spans came in; this bounds the rounds of an exporter whose own export makes new spans.
 */
const MAX_ROUNDS = 10;

interface ExitingProcess {
  on?(event: 'beforeExit', listener: () => void): unknown;
}

const holding = new Set<ExitFlushable>();
let listening = false;
let rounds = 0;

/**
 * Has `queue` flushed when the process ends by itself (`beforeExit` of Node, Bun and Deno; not on
 * `process.exit()` or a signal). One listener serves all queues. Cheap enough for every span.
 */
export function flushBeforeExit(queue: ExitFlushable): void {
  holding.add(queue);
  if (!listening) listen();
}

/** The queue holds nothing any more. */
export function forgetBeforeExit(queue: ExitFlushable): void {
  holding.delete(queue);
}

/** A queue, asked at the very end of a process for what it still has. */
export interface RemainderSource {
  remainder(): Remainder;
}

/** All queues that somebody still holds; looked through for dead ones each time their number has doubled. */
const sources = new Set<WeakRef<RemainderSource>>();
let nextLook = 64;

/** Has `source` found by `remaindersOfProcess` for as long as it lives. */
export function rememberSource(source: RemainderSource): void {
  sources.add(new WeakRef(source));
  if (sources.size < nextLook) return;
  for (const reference of sources) if (reference.deref() === undefined) sources.delete(reference);
  nextLook = Math.max(64, sources.size * 2);
}

/** What all queues of this process still have. */
export function remaindersOfProcess(): Remainder[] {
  return [...sources].flatMap((reference) => reference.deref()?.remainder() ?? []);
}

function listen(): void {
  listening = true;
  try {
    const host: { readonly process?: ExitingProcess } = globalThis;
    host.process?.on?.('beforeExit', flushAll);
  } catch (error) {
    debug(`spans are not flushed when the process ends: ${errorText(error)}`);
  }
}

function flushAll(): void {
  if (holding.size === 0 || rounds >= MAX_ROUNDS) return;
  rounds += 1;
  const queues = [...holding];
  holding.clear();
  for (const queue of queues) void queue.flushAtExit();
}
