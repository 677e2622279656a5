import { guard } from '../../otel/guard.js';
import { withinTime } from '../../otel/within-time.js';
import type { Remainder } from '../last-moments.js';
import { deliverNow } from './last-moments.js';

/** The signals that end a process and can be listened for everywhere. */
export type EndSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

/** Something that has spans to deliver when the process ends. */
export interface Ending {
  readonly drainTimeoutMs: number;
  readonly signals: readonly EndSignal[];
  /** Ends what is still open. Synchronous. */
  beforeFlush(): void;
  /** Sends what waits; for the ends of a process that leave time for it. */
  flush(): Promise<void>;
  /** What is left. */
  remainders(): readonly Remainder[];
}

/** More than anybody has; beyond, the oldest is forgotten. */
const MAX_ENDINGS = 1000;

const endings = new Set<Ending>();
const listeners = new Map<EndSignal, () => void>();
let listensForExit = false;
/** The signal that the process is about to die of. */
let dyingOf: EndSignal | undefined;

/** Has `ending` delivered when the process ends, whichever way it can be noticed. */
export function addEnding(ending: Ending): void {
  endings.add(ending);
  if (endings.size > MAX_ENDINGS) endings.delete(endings.values().next().value ?? ending);
  if (!listensForExit) process.on('exit', onExit);
  listensForExit = true;
  for (const signal of ending.signals) listenFor(signal);
}

/** It has delivered by itself. Signals that nobody waits for any more have their default effect again. */
export function removeEnding(ending: Ending): void {
  endings.delete(ending);
  if (endings.size === 0 && listensForExit) {
    process.removeListener('exit', onExit);
    listensForExit = false;
  }
  for (const [signal, listener] of listeners) {
    if ([...endings].some(({ signals }) => signals.includes(signal))) continue;
    process.removeListener(signal, listener);
    listeners.delete(signal);
  }
}

/** The program ended by itself, called `process.exit()`, or died of an exception: nothing asynchronous runs any more. */
function onExit(): void {
  endAll([...endings]);
  deliverRest([...endings]);
}

function listenFor(signal: EndSignal): void {
  if (listeners.has(signal)) return;
  const listener = (): void => guard(`ending by ${signal}`, undefined, () => onSignal(signal));
  listeners.set(signal, listener);
  // First, so that a `once` listener of the application is still there when it is looked for.
  process.prependListener(signal, listener);
}

/**
 * Alone, it delivers within the drain time and then has the signal do what it does by default. Where others listen, the
 * end is their affair: what waits is sent meanwhile, and the exit that they come to delivers the rest. A second signal
 * waits for nothing any more.
 */
function onSignal(signal: EndSignal): void {
  const concerned = [...endings].filter(({ signals }) => signals.includes(signal));
  if (dyingOf !== undefined) {
    deliverRest(concerned, 0);
    dieOf(signal);
    return;
  }
  if (hasOtherListeners(signal)) {
    stepAside(signal);
    void flushAll(concerned);
    return;
  }
  dyingOf = signal;
  endAll(concerned);
  void flushAll(concerned).then(() => {
    deliverRest(concerned);
    dieOf(signal);
  });
}

function hasOtherListeners(signal: EndSignal): boolean {
  const ours = listeners.get(signal);
  return process.listeners(signal).some((listener) => listener !== ours);
}

/** Others that look whether they are alone must not be misled by us. */
function stepAside(signal: EndSignal): void {
  const listener = listeners.get(signal);
  if (listener === undefined) return;
  process.removeListener(signal, listener);
  listeners.delete(signal);
  setImmediate(() => {
    if ([...endings].some(({ signals }) => signals.includes(signal))) listenFor(signal);
  }).unref();
}

function dieOf(signal: EndSignal): void {
  const listener = listeners.get(signal);
  if (listener !== undefined) process.removeListener(signal, listener);
  process.kill(process.pid, signal);
}

/** The latest first: what was made later stands on what was made before. */
function endAll(concerned: readonly Ending[]): void {
  for (const ending of concerned.toReversed()) {
    guard('ending what is open', undefined, () => ending.beforeFlush());
  }
}

async function flushAll(concerned: readonly Ending[]): Promise<void> {
  await Promise.all(
    concerned.map((ending) =>
      withinTime(ending.drainTimeoutMs, 'delivering before the process ends', () => ending.flush()),
    ),
  );
}

/** @param limitMs the longest it may take, whatever the drain times are */
function deliverRest(concerned: readonly Ending[], limitMs = Number.POSITIVE_INFINITY): void {
  const remainders = new Map<object, Remainder>();
  for (const ending of concerned) {
    for (const remainder of guard('the last spans', [], () => ending.remainders())) {
      remainders.set(remainder.queue, remainder);
    }
  }
  const drainMs = Math.max(0, ...concerned.map(({ drainTimeoutMs }) => drainTimeoutMs));
  deliverNow([...remainders.values()], Math.min(drainMs, limitMs));
}
