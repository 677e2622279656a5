import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/delivery/backoff.js';
import { resolveDeliveryOptions } from '../../src/delivery/options.js';
import { outcomeOfError, outcomeOfResult } from '../../src/delivery/outcome.js';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { RingBuffer } from '../../src/delivery/ring-buffer.js';
import { estimateSpanBytes } from '../../src/delivery/span-size.js';
import { span } from './span.js';
import { ScriptedExporter } from './support.js';

describe('RingBuffer', () => {
  it('behaves like an array that is pushed and shifted', () => {
    const ring = new RingBuffer<number>();
    const model: number[] = [];
    let next = 0;
    // A fixed pattern that grows the buffer twice and wraps around its end.
    for (const [pushes, shifts] of [
      [10, 7],
      [20, 5],
      [30, 40],
      [3, 11],
      [70, 70],
      [1, 1],
      [0, 5],
    ] as const) {
      for (let count = 0; count < pushes; count += 1) {
        ring.push(next);
        model.push(next);
        next += 1;
      }
      expect(Array.from({ length: ring.size }, (_, index) => ring.at(index))).toEqual(model);
      for (let count = 0; count < shifts; count += 1) expect(ring.shift()).toBe(model.shift());
      expect(ring.size).toBe(model.length);
    }
    expect(ring.shift()).toBeUndefined();
    expect(ring.at(0)).toBeUndefined();
    expect(ring.at(-1)).toBeUndefined();
  });
});

describe('estimateSpanBytes', () => {
  const plain = estimateSpanBytes(span(''));

  it.each([
    ['text', { text: 'x'.repeat(1000) }, 2000],
    ['a list of texts', { list: ['x'.repeat(500), 'y'.repeat(500)] }, 2000],
    ['bytes', { bytes: new Uint8Array(3000) as never }, 3000],
    ['a nested map of SDK 3.x', { map: { a: { b: ['x'.repeat(1000)] } } as never }, 2000],
  ])('counts %s', (_name, attributes, least) => {
    const bytes = estimateSpanBytes(span('', attributes)) - plain;
    expect(bytes).toBeGreaterThanOrEqual(least);
    expect(bytes).toBeLessThan(least + 200);
  });

  it('counts name, status message, events and links', () => {
    const text = 'x'.repeat(1000);
    const rich = {
      ...span(text),
      status: { code: 2, message: text },
      events: [
        { name: text, time: [0, 0] as [number, number], attributes: { text } },
        { name: '', time: [0, 0] as [number, number] },
      ],
      links: [{ context: span('').spanContext(), attributes: { text } }],
    };
    const bytes = estimateSpanBytes(rich) - plain;
    expect(bytes).toBeGreaterThanOrEqual(10_000);
    expect(bytes).toBeLessThan(11_000);
  });

  it('takes what it has seen of a very long list for the rest', () => {
    const bytes = estimateSpanBytes(span('', { list: new Array(100_000).fill('x'.repeat(10)) }));
    expect(bytes).toBeGreaterThan(100_000 * 20);
    expect(bytes).toBeLessThan(100_000 * 60);
  });

  it('looks at no more than 2000 list items of a span', () => {
    let reads = 0;
    const list = (): string[] =>
      new Proxy(new Array(1000).fill('x'.repeat(10)), {
        get: (target, key) => {
          if (key !== 'length') reads += 1;
          return Reflect.get(target, key);
        },
      });
    const attributes = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`list.${index}`, list()]),
    );
    expect(estimateSpanBytes(span('', attributes))).toBeGreaterThan(50 * 1000 * 16);
    expect(reads).toBe(2000);
  });

  it('ends on circles and survives what cannot be read', () => {
    const circle: { text: string; self?: unknown } = { text: 'x' };
    circle.self = circle;
    expect(estimateSpanBytes(span('', circle as never))).toBeLessThan(plain + 1000);
    expect(
      estimateSpanBytes({
        ...span(''),
        get attributes(): never {
          throw new Error('no');
        },
      }),
    ).toBe(4096);
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(estimateSpanBytes(span('', revoked.proxy))).toBe(4096);
    expect(estimateSpanBytes(undefined as never)).toBe(4096);
  });
});

describe('outcome of an export', () => {
  it.each([
    [{ code: 0 }, 'delivered'],
    [{ code: 1 }, 'failed'],
    [{}, 'failed'],
    [undefined, 'failed'],
    [{ code: '0' }, 'failed'],
    [{ code: 1, error: { code: 413 } }, 'refused'],
    [{ code: 1, error: { code: '413' } }, 'failed'],
    [{ code: 1, error: { code: 3 } }, 'failed'],
  ])('%j is %s', (result, kind) => {
    expect(outcomeOfResult(result).kind).toBe(kind);
  });

  it('carries the time the back end asked for', () => {
    expect(outcomeOfError({ status: 429, retryAfterMs: 7000 })).toMatchObject({
      kind: 'failed',
      retryAfterMs: 7000,
    });
    expect(outcomeOfError({ status: 429, retryAfterMs: '7' })).toMatchObject({ retryAfterMs: undefined });
  });

  it('says the reason in few words', () => {
    const outcome = outcomeOfError(Object.assign(new Error('x'.repeat(10_000)), { code: 503 }));
    expect(outcome).toMatchObject({ reason: expect.stringMatching(/^HTTP 503, Error: x{100,193}$/) });
  });
});

describe('backoffMs', () => {
  it('stays between one second and a minute, whatever the randomness says', () => {
    for (let failures = 0; failures < 50; failures += 1) {
      for (const random of [0, 0.3, 1, Number.NaN, -5, 7]) {
        const wait = backoffMs(failures, random, undefined);
        expect(wait).toBeGreaterThanOrEqual(1000);
        expect(wait).toBeLessThanOrEqual(60_000);
      }
    }
  });

  it('spreads those who were told the same Retry-After', () => {
    expect(backoffMs(1, 0, 10_000)).toBe(10_000);
    expect(backoffMs(1, 1, 10_000)).toBe(11_000);
  });
});

describe('options', () => {
  it('have the documented defaults', () => {
    expect(resolveDeliveryOptions(undefined)).toEqual({
      flushIntervalMs: 5000,
      flushThreshold: 10,
      maxQueueSize: 10_000,
      maxQueueBytes: 67_108_864,
      maxBatchSize: 64,
      exportTimeoutMs: 15_000,
    });
    expect(resolveDeliveryOptions({ maxQueueSize: undefined })).toEqual(resolveDeliveryOptions({}));
  });

  it('lower a threshold that could never be reached', () => {
    expect(resolveDeliveryOptions({ maxQueueSize: 4 }).flushThreshold).toBe(4);
  });

  it.each([
    [null, 'delivery must be an object of options, got null'],
    ['fast', 'delivery must be an object of options, got a value of type string'],
    [[], 'delivery must be an object of options, got an array'],
    [{ flushIntervalMs: 0 }, 'delivery.flushIntervalMs must be a whole number from 1 to 2147483647, got 0'],
    [
      { flushIntervalMs: 3e9 },
      'delivery.flushIntervalMs must be a whole number from 1 to 2147483647, got 3000000000',
    ],
    [
      { flushThreshold: 2.5 },
      'delivery.flushThreshold must be a whole number from 1 to 9007199254740991, got 2.5',
    ],
    [
      { maxQueueSize: Number.NaN },
      'delivery.maxQueueSize must be a whole number from 1 to 10000000, got NaN',
    ],
    [
      { maxBatchSize: '64' },
      'delivery.maxBatchSize must be a whole number from 1 to 10000000, got a value of type string',
    ],
    [
      { exportTimeoutMs: null },
      'delivery.exportTimeoutMs must be a whole number from 1 to 2147483647, got null',
    ],
    [
      { maxQueSize: 10 },
      'unknown option delivery.maxQueSize; allowed: flushIntervalMs, flushThreshold, maxQueueSize, maxQueueBytes, maxBatchSize, exportTimeoutMs, spool',
    ],
  ])('refuse %j', (options, message) => {
    expect(() => resolveDeliveryOptions(options as never)).toThrow(new TypeError(message));
    expect(() => new DeliveryQueue(new ScriptedExporter(), options as never)).toThrow(TypeError);
  });

  it('refuse what is no exporter', () => {
    for (const exporter of [undefined, null, 'http', {}, { export: true }]) {
      expect(() => new DeliveryQueue(exporter as never)).toThrow(
        new TypeError('an exporter must be an object with export(spans, resultCallback) and shutdown()'),
      );
    }
  });
});
