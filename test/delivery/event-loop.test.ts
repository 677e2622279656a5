import { describe, expect, it } from 'vitest';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { enqueueAll, ScriptedExporter } from './support.js';

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
});
