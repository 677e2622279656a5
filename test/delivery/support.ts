import { afterEach, beforeEach, vi } from 'vitest';
import type { DeliveryQueue } from '../../src/delivery/queue.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';
import type { ExportResultLike, ReadableSpanLike, SpanExporterLike } from '../../src/otel/types.js';
import { span } from './span.js';

/** Spans named `from` … `to - 1`. */
export function spans(from: number, to: number): ReadableSpanLike[] {
  return Array.from({ length: to - from }, (_, index) => span(String(from + index)));
}

export function names(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => String(from + index));
}

export type Answer = (result: ExportResultLike) => void;
/** What an exporter does with a batch; what it returns is returned from `export`. */
export type Behaviour = (batch: readonly ReadableSpanLike[], answer: Answer) => unknown;

export const succeed: Behaviour = (_batch, answer) => answer({ code: 0 });
export const hang: Behaviour = () => undefined;

export function fail(error?: unknown): Behaviour {
  return (_batch, answer) => answer({ code: 1, error: error as Error });
}

export function httpError(status: number, more: object = {}): Error {
  return Object.assign(new Error(`status ${status}`), { code: status }, more);
}

/** An exporter that behaves as told and keeps what it was given and when it was accepted. */
export class ScriptedExporter implements SpanExporterLike {
  behaviour: Behaviour;
  /** Span names of every call of `export`. */
  readonly calls: string[][] = [];
  /** Times of the calls, of the clock in force. */
  readonly callTimes: number[] = [];
  /** Span names of every call that was answered with success. */
  readonly accepted: string[] = [];
  live = 0;
  mostLive = 0;
  flushes = 0;
  shutdowns = 0;

  constructor(behaviour: Behaviour = succeed) {
    this.behaviour = behaviour;
  }

  export(batch: ReadableSpanLike[], resultCallback: Answer): undefined {
    this.calls.push(batch.map((item) => item.name));
    this.callTimes.push(Date.now());
    this.live += 1;
    this.mostLive = Math.max(this.mostLive, this.live);
    let live = true;
    const end = (): void => {
      if (live) this.live -= 1;
      live = false;
    };
    const answer: Answer = (result) => {
      end();
      if (result.code === 0) this.accepted.push(...batch.map((item) => item.name));
      resultCallback(result);
    };
    try {
      const returned = this.behaviour(batch, answer);
      if (returned instanceof Promise) returned.catch(end);
      // A promise, where the behaviour is asynchronous, as `export` of a careless exporter returns one.
      return returned as undefined;
    } catch (error) {
      end();
      throw error;
    }
  }

  forceFlush(): Promise<void> {
    this.flushes += 1;
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.shutdowns += 1;
    return Promise.resolve();
  }
}

/** Answers each batch by what is in it. */
export function refuseBatchesWith(bad: ReadonlySet<string>, error: () => Error): Behaviour {
  return (batch, answer) => {
    if (batch.some((item) => bad.has(item.name))) answer({ code: 1, error: error() });
    else answer({ code: 0 });
  };
}

export interface Settlement {
  settled: boolean;
  rejected: boolean;
}

/** Watches whether a promise has settled, without waiting for it. */
export function watch(promise: Promise<unknown>): Settlement {
  const settlement: Settlement = { settled: false, rejected: false };
  promise.then(
    () => {
      settlement.settled = true;
    },
    () => {
      settlement.settled = true;
      settlement.rejected = true;
    },
  );
  return settlement;
}

/**
 * Fake timers for every test of a file; a turn of the event loop takes no time. Returns the warnings of the
 * current test, as they are printed.
 */
export function withFakeTime(): string[] {
  const warnings: string[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    vi.stubGlobal('setImmediate', (work: () => void) => void Promise.resolve().then(work));
    resetWarnings();
    warnings.length = 0;
    vi.spyOn(console, 'warn').mockImplementation((line: string) => void warnings.push(line));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  return warnings;
}

/** Runs everything that is due without letting time pass. */
export async function turn(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

export function enqueueAll(queue: DeliveryQueue, from: number, to: number): void {
  for (const item of spans(from, to)) queue.enqueue(item);
}
