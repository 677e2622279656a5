import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { enqueueAll, ScriptedExporter } from './support.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('beside the event loop', () => {
  it('gives the event loop a turn between batches', async () => {
    const order: string[] = [];
    const exporter = new ScriptedExporter((_batch, answer) => {
      order.push('export');
      setImmediate(() => order.push('others'));
      answer({ code: 0 });
    });
    const queue = new DeliveryQueue(exporter, { maxBatchSize: 10 });
    enqueueAll(queue, 0, 30);
    await queue.forceFlush();
    expect(order.slice(0, 5)).toEqual(['export', 'others', 'export', 'others', 'export']);
  });

  it('is not given up when its answer waits behind a blocked event loop', async () => {
    const exporter = new ScriptedExporter((_batch, answer) => {
      if (exporter.calls.length > 1) return answer({ code: 0 });
      // What a socket does: its answer is read in the poll phase, after the timers that are due.
      setImmediate(() => {
        const until = performance.now() + 60;
        while (performance.now() < until);
        setImmediate(() => answer({ code: 0 }));
      });
    });
    const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 30 });
    enqueueAll(queue, 0, 10);
    await queue.forceFlush();
    expect(exporter.calls).toHaveLength(1);
    expect(queue.size).toBe(0);
  });

  it('works where timers are numbers and there is no setImmediate, as in a browser', async () => {
    const { setTimeout: start, clearTimeout: clear } = globalThis;
    const timers = new Map<number, NodeJS.Timeout>();
    vi.stubGlobal('setImmediate', undefined);
    vi.stubGlobal('setTimeout', (work: () => void, delayMs: number): number => {
      timers.set(timers.size + 1, start(work, delayMs));
      return timers.size;
    });
    vi.stubGlobal('clearTimeout', (id: number) => clear(timers.get(id)));
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter, { flushIntervalMs: 20 });
    enqueueAll(queue, 0, 3);
    await vi.waitFor(() => expect(exporter.accepted).toEqual(['0', '1', '2']));
    enqueueAll(queue, 3, 100);
    await queue.shutdown();
    expect(exporter.accepted).toHaveLength(100);
  });
});
