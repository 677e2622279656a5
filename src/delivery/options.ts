import { MAX_TIMER_MS } from '../otel/within-time.js';
import type { Spool } from './spool.js';

/** How spans wait and leave. All of it is optional; see each default. */
export interface DeliveryOptions {
  /** The longest a span waits before it is sent, in ms. Default 5000. */
  flushIntervalMs?: number | undefined;
  /** So many waiting spans are sent at once, without waiting for the interval. Default 10. */
  flushThreshold?: number | undefined;
  /** Spans held at most, those of the running export included; beyond, the oldest is dropped. Default 10 000. */
  maxQueueSize?: number | undefined;
  /** Estimated bytes held at most (see `estimateSpanBytes`); beyond, the oldest is dropped. Default 64 MiB. */
  maxQueueBytes?: number | undefined;
  /**
   * Spans in one export at most. Default 64: serialising that many rich spans takes about a millisecond, so the
   * event loop is never held long. A batch also stays under 512 KiB of estimated size, one span at least.
   */
  maxBatchSize?: number | undefined;
  /**
   * How long one export may take before it is abandoned, in ms. Default 15 000: above the 10 s of the official
   * OTLP exporters, so that theirs answer first.
   */
  exportTimeoutMs?: number | undefined;
  /** Where spans that wait outlive the process: `fileSpool({ directory })` of `voice-otel/node`. Default: nowhere. */
  spool?: Spool | undefined;
}

type Limit = Exclude<keyof DeliveryOptions, 'spool'>;

export type ResolvedDeliveryOptions = { readonly [name in Limit]: number };

const DEFAULTS: ResolvedDeliveryOptions = {
  flushIntervalMs: 5000,
  flushThreshold: 10,
  maxQueueSize: 10_000,
  maxQueueBytes: 64 * 1024 * 1024,
  maxBatchSize: 64,
  exportTimeoutMs: 15_000,
};

/** The largest value of each option; all are at least 1. */
const MAXIMA: ResolvedDeliveryOptions = {
  flushIntervalMs: MAX_TIMER_MS,
  flushThreshold: Number.MAX_SAFE_INTEGER,
  maxQueueSize: 10_000_000,
  maxQueueBytes: Number.MAX_SAFE_INTEGER,
  maxBatchSize: 10_000_000,
  exportTimeoutMs: MAX_TIMER_MS,
};

/**
 * Fills in the defaults. A `flushThreshold` above `maxQueueSize` could never be reached and counts as
 * `maxQueueSize`.
 * @throws TypeError for anything but an object, an unknown option, or a value that is no positive whole number
 * within its range; the message says what is allowed.
 */
export function resolveDeliveryOptions(options: DeliveryOptions | undefined): ResolvedDeliveryOptions {
  if (options === undefined) return DEFAULTS;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`delivery must be an object of options, got ${describe(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (name !== 'spool' && !Object.hasOwn(DEFAULTS, name)) {
      const allowed = [...Object.keys(DEFAULTS), 'spool'].join(', ');
      throw new TypeError(`unknown option delivery.${name}; allowed: ${allowed}`);
    }
  }
  const maxQueueSize = resolve(options, 'maxQueueSize');
  return {
    flushIntervalMs: resolve(options, 'flushIntervalMs'),
    flushThreshold: Math.min(resolve(options, 'flushThreshold'), maxQueueSize),
    maxQueueSize,
    maxQueueBytes: resolve(options, 'maxQueueBytes'),
    maxBatchSize: resolve(options, 'maxBatchSize'),
    exportTimeoutMs: resolve(options, 'exportTimeoutMs'),
  };
}

/** @throws TypeError when there is one that is none */
export function resolveSpool(options: DeliveryOptions | undefined): Spool | undefined {
  const spool = options?.spool;
  if (spool !== undefined && typeof spool?.open !== 'function') {
    throw new TypeError(`delivery.spool must be a spool, as fileSpool() makes it, got ${describe(spool)}`);
  }
  return spool;
}

function resolve(options: DeliveryOptions, name: Limit): number {
  const value: unknown = options[name];
  if (value === undefined) return DEFAULTS[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MAXIMA[name]) {
    throw new TypeError(
      `delivery.${name} must be a whole number from 1 to ${MAXIMA[name]}, got ${describe(value)}`,
    );
  }
  return value;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
}
