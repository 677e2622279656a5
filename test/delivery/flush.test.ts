import { describe, expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import {
  enqueueAll,
  fail,
  hang,
  httpError,
  names,
  ScriptedExporter,
  succeed,
  turn,
  watch,
  withFakeTime,
} from './support.js';

const warnings = withFakeTime();

describe('forceFlush', () => {
  it('sends what waits, then flushes the exporter', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 3);
    await queue.forceFlush();
    expect(exporter.accepted).toEqual(['0', '1', '2']);
    expect(exporter.flushes).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('flushes the exporter of an empty queue, and works without one that can flush', async () => {
    const exporter = new ScriptedExporter();
    await new DeliveryQueue(exporter).forceFlush();
    expect(exporter.flushes).toBe(1);
    const plain = {
      export: (_spans: unknown, answer: (result: { code: number }) => void) => answer({ code: 0 }),
    };
    const queue = new DeliveryQueue({ ...plain, shutdown: () => Promise.resolve() });
    enqueueAll(queue, 0, 1);
    await queue.forceFlush();
    expect(queue.size).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('waits for the export in flight and for the exporter', async () => {
    let answer: (result: { code: number }) => void = () => {};
    const exporter = new ScriptedExporter((_batch, callback) => {
      answer = callback;
    });
    let flushed: () => void = () => {};
    exporter.forceFlush = () =>
      new Promise((resolve) => {
        flushed = resolve;
      });
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 10);
    await turn();
    const flush = watch(queue.forceFlush());
    await vi.advanceTimersByTimeAsync(1000);
    expect(flush.settled).toBe(false);
    answer({ code: 0 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(flush.settled).toBe(false);
    flushed();
    await turn();
    expect(flush.settled).toBe(true);
  });

  it('waits for what was queued at its call, not for what comes later', async () => {
    const answers: ((result: { code: number }) => void)[] = [];
    const exporter = new ScriptedExporter((_batch, answer) => void answers.push(answer));
    const queue = new DeliveryQueue(exporter, { maxBatchSize: 5 });
    enqueueAll(queue, 0, 8);
    const flush = watch(queue.forceFlush());
    await turn();
    enqueueAll(queue, 8, 30);
    answers[0]?.({ code: 0 });
    await turn();
    expect(flush.settled).toBe(false);
    answers[1]?.({ code: 0 });
    await turn();
    expect(flush.settled).toBe(true);
    expect(exporter.accepted).toEqual(names(0, 10));
  });

  it('makes one try during back-off and leaves the waiting as it was', async () => {
    const exporter = new ScriptedExporter(fail(httpError(503)));
    const queue = new DeliveryQueue(exporter, {}, { random: () => 1 });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(2000);
    expect(exporter.calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1000);
    await queue.forceFlush();
    expect(exporter.calls).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(2999);
    expect(exporter.calls).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.calls).toHaveLength(4);
  });

  it('ends the back-off when its try succeeds', async () => {
    const exporter = new ScriptedExporter(fail(httpError(503)));
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 10);
    await turn();
    enqueueAll(queue, 10, 200);
    exporter.behaviour = succeed;
    await queue.forceFlush();
    expect(exporter.accepted).toEqual(names(0, 200));
    enqueueAll(queue, 200, 210);
    await turn();
    expect(exporter.accepted).toEqual(names(0, 210));
  });

  it('has a try of its own when the export in flight at its call fails', async () => {
    let answer: (result: { code: number }) => void = () => {};
    const exporter = new ScriptedExporter((_batch, callback) => {
      answer = callback;
    });
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 10);
    await turn();
    const flush = watch(queue.forceFlush());
    exporter.behaviour = succeed;
    answer({ code: 1 });
    await turn();
    expect(flush.settled).toBe(true);
    expect(exporter.accepted).toEqual(names(0, 10));
  });

  it('ends when the limit of unanswered exports is reached before its own try', async () => {
    const exporter = new ScriptedExporter(hang);
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 100_000 }, { random: () => 0 });
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(310_000);
    expect(exporter.calls).toHaveLength(4);
    const flush = watch(queue.forceFlush());
    await vi.advanceTimersByTimeAsync(96_000);
    expect(flush.settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(flush.settled).toBe(true);
    expect(exporter.calls).toHaveLength(4);
  });

  it('ends in time when nothing answers', async () => {
    const exporter = new ScriptedExporter(hang);
    exporter.forceFlush = () => new Promise(() => {});
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 1000 });
    enqueueAll(queue, 0, 10);
    await turn();
    const flush = watch(queue.forceFlush());
    await vi.advanceTimersByTimeAsync(2999);
    expect(flush.settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(flush).toEqual({ settled: true, rejected: false });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['returns nothing', () => undefined as never],
  ])('never rejects, whatever the flush of the exporter does: it %s', async (_name, forceFlush) => {
    const exporter = new ScriptedExporter();
    exporter.forceFlush = forceFlush;
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 1);
    await expect(queue.forceFlush()).resolves.toBeUndefined();
    expect(queue.size).toBe(0);
  });

  it('may be called many times at once', async () => {
    const exporter = new ScriptedExporter(
      (_batch, answer) => void setTimeout(() => answer({ code: 0 }), 100),
    );
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 100);
    const flushes = [1, 2, 3].map(() => watch(queue.forceFlush()));
    await vi.advanceTimersByTimeAsync(200);
    expect(flushes.every((flush) => flush.settled)).toBe(true);
    expect(exporter.calls.map((batch) => batch.length)).toEqual([64, 36]);
  });
});

describe('shutdown', () => {
  it('sends what waits, then shuts the exporter down, once', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 100);
    const first = queue.shutdown();
    expect(queue.shutdown()).toBe(first);
    await first;
    await queue.shutdown();
    await queue.forceFlush();
    expect(exporter.accepted).toEqual(names(0, 100));
    expect(exporter.shutdowns).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('ignores spans from its call on', async () => {
    const exporter = new ScriptedExporter(
      (_batch, answer) => void setTimeout(() => answer({ code: 0 }), 100),
    );
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 5);
    const shutdown = queue.shutdown();
    enqueueAll(queue, 5, 10);
    await vi.advanceTimersByTimeAsync(100);
    await shutdown;
    enqueueAll(queue, 10, 30);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(exporter.accepted).toEqual(names(0, 5));
    expect(queue.size).toBe(0);
    expect(queue.dropped).toBe(0);
  });

  it('says ignored spans at debug', async () => {
    vi.stubEnv('VOICE_OTEL_LOG_LEVEL', 'debug');
    const queue = new DeliveryQueue(new ScriptedExporter());
    await queue.shutdown();
    enqueueAll(queue, 0, 1);
    vi.unstubAllEnvs();
    expect(warnings).toEqual(['voice-otel: ScriptedExporter: a span ended after shutdown and is not sent']);
  });

  it('tries again while there is time', async () => {
    const exporter = new ScriptedExporter(fail(httpError(503)));
    const queue = new DeliveryQueue(exporter, {}, { random: () => 1 });
    enqueueAll(queue, 0, 5);
    const shutdown = watch(queue.shutdown());
    await turn();
    expect(exporter.calls).toHaveLength(1);
    exporter.behaviour = succeed;
    await vi.advanceTimersByTimeAsync(2000);
    expect(shutdown.settled).toBe(true);
    expect(exporter.accepted).toEqual(names(0, 5));
    expect(queue.dropped).toBe(0);
  });

  it('gives up after five seconds, counts what is left and still shuts the exporter down', async () => {
    const exporter = new ScriptedExporter(fail(httpError(503)));
    const dropped: [number, string][] = [];
    const queue = new DeliveryQueue(
      exporter,
      {},
      { onDropped: (count, reason) => void dropped.push([count, reason]) },
    );
    enqueueAll(queue, 0, 5);
    const shutdown = watch(queue.shutdown());
    await vi.advanceTimersByTimeAsync(4999);
    expect(shutdown.settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(shutdown).toEqual({ settled: true, rejected: false });
    expect(exporter.shutdowns).toBe(1);
    expect(dropped).toEqual([[5, 'shutdown']]);
    expect(queue.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(warnings.at(-1)).toContain('5 spans could not be delivered before shutdown');
  });

  it('never takes longer than its time limit, whatever hangs', async () => {
    const exporter = new ScriptedExporter(hang);
    exporter.shutdown = () => new Promise(() => {});
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 60_000 });
    enqueueAll(queue, 0, 30);
    await turn();
    const shutdown = watch(queue.shutdown({ drainTimeoutMs: 700 }));
    await vi.advanceTimersByTimeAsync(699);
    expect(shutdown.settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(shutdown).toEqual({ settled: true, rejected: false });
  });

  it('counts the batch in flight at the end by its answer', async () => {
    const run = async (code: number): Promise<Record<string, number>> => {
      let answer: (result: { code: number }) => void = () => {};
      const exporter = new ScriptedExporter((_batch, callback) => {
        answer = callback;
      });
      const dropped: Record<string, number> = {};
      const queue = new DeliveryQueue(
        exporter,
        { maxBatchSize: 10 },
        {
          onDropped: (count, reason) => {
            dropped[reason] = (dropped[reason] ?? 0) + count;
          },
        },
      );
      enqueueAll(queue, 0, 25);
      await turn();
      const shutdown = queue.shutdown({ drainTimeoutMs: 100 });
      await vi.advanceTimersByTimeAsync(100);
      await shutdown;
      expect(queue.dropped).toBe(15);
      answer({ code });
      await turn();
      expect(vi.getTimerCount()).toBe(0);
      return dropped;
    };
    expect(await run(0)).toEqual({ shutdown: 15 });
    expect(await run(1)).toEqual({ shutdown: 25 });
  });

  it('lets a flush that waits end with it', async () => {
    const queue = new DeliveryQueue(new ScriptedExporter(hang), { exportTimeoutMs: 60_000 });
    enqueueAll(queue, 0, 5);
    const flush = watch(queue.forceFlush());
    const shutdown = watch(queue.shutdown({ drainTimeoutMs: 100 }));
    await vi.advanceTimersByTimeAsync(100);
    expect(shutdown.settled).toBe(true);
    expect(flush.settled).toBe(true);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('never rejects: shutdown of the exporter %s', async (_name, shutdown) => {
    const exporter = new ScriptedExporter();
    exporter.shutdown = shutdown;
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 1);
    await expect(queue.shutdown()).resolves.toBeUndefined();
    expect(exporter.accepted).toEqual(['0']);
  });

  it.each([
    ['nothing', undefined, 5000],
    ['a negative time', { drainTimeoutMs: -1 }, 5000],
    ['NaN', { drainTimeoutMs: Number.NaN }, 5000],
    ['text', { drainTimeoutMs: '10' }, 5000],
    ['zero', { drainTimeoutMs: 0 }, 0],
    [
      'getters that throw',
      {
        get drainTimeoutMs() {
          throw new Error('no');
        },
      },
      5000,
    ],
  ])('takes %s as its time limit', async (_name, options, limit) => {
    const queue = new DeliveryQueue(new ScriptedExporter(fail()));
    enqueueAll(queue, 0, 1);
    const shutdown = watch(queue.shutdown(options as never));
    if (limit > 0) await vi.advanceTimersByTimeAsync(limit - 1);
    expect(shutdown.settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(shutdown).toEqual({ settled: true, rejected: false });
  });
});
