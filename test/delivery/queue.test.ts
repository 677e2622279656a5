import { describe, expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { estimateSpanBytes } from '../../src/delivery/span-size.js';
import { span } from './span.js';
import { enqueueAll, fail, hang, names, ScriptedExporter, succeed, turn, withFakeTime } from './support.js';

const warnings = withFakeTime();

describe('when spans leave', () => {
  it('sends fewer than the threshold after five seconds, in one export', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 9);
    await vi.advanceTimersByTimeAsync(4999);
    expect(exporter.calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.calls).toEqual([names(0, 9)]);
    expect(queue.size).toBe(0);
    expect(queue.bytes).toBe(0);
  });

  it('sends ten spans at once, but never inside enqueue', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 10);
    expect(exporter.calls).toEqual([]);
    await turn();
    expect(exporter.calls).toEqual([names(0, 10)]);
  });

  it('counts the five seconds from the first span that waits', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 1);
    await vi.advanceTimersByTimeAsync(4000);
    enqueueAll(queue, 1, 2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(exporter.calls).toEqual([['0', '1']]);
  });

  it('keeps its own interval and threshold', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter, { flushIntervalMs: 100, flushThreshold: 3 });
    enqueueAll(queue, 0, 2);
    await vi.advanceTimersByTimeAsync(100);
    enqueueAll(queue, 2, 5);
    await turn();
    expect(exporter.calls).toEqual([
      ['0', '1'],
      ['2', '3', '4'],
    ]);
  });

  it('sets no timer while it is empty', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter);
    expect(vi.getTimerCount()).toBe(0);
    enqueueAll(queue, 0, 3);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(vi.getTimerCount()).toBe(0);
    enqueueAll(queue, 3, 30);
    await turn();
    expect(queue.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('one export at a time', () => {
  it('waits for the answer before the next, in batches of 64', async () => {
    const exporter = new ScriptedExporter((_batch, answer) => {
      setTimeout(() => answer({ code: 0 }), 50);
    });
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 150);
    await turn();
    expect(exporter.calls).toEqual([names(0, 64)]);
    enqueueAll(queue, 150, 160);
    await vi.advanceTimersByTimeAsync(50);
    expect(exporter.calls.map((batch) => batch.length)).toEqual([64, 64]);
    await vi.advanceTimersByTimeAsync(100);
    expect(exporter.calls.map((batch) => batch.length)).toEqual([64, 64, 32]);
    expect(exporter.accepted).toEqual(names(0, 160));
    expect(exporter.mostLive).toBe(1);
  });

  it('puts fewer spans into a batch when they are large', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter);
    // Two bytes a character: 100 000 characters are 200 kB, so two fit into 512 KiB and a third does not.
    for (let index = 0; index < 10; index += 1)
      queue.enqueue(span(String(index), { text: 'x'.repeat(100_000) }));
    await turn();
    expect(exporter.calls.map((batch) => batch.length)).toEqual([2, 2, 2, 2, 2]);
    queue.enqueue(span('huge', { text: 'x'.repeat(2_000_000) }));
    await vi.advanceTimersByTimeAsync(5000);
    expect(exporter.calls.at(-1)).toEqual(['huge']);
  });

  it('hands each attempt an array of its own', async () => {
    const exporter = new ScriptedExporter((batch, answer) => {
      const first = exporter.calls.length === 1;
      (batch as unknown[]).length = 0;
      answer({ code: first ? 1 : 0 });
    });
    const queue = new DeliveryQueue(exporter);
    enqueueAll(queue, 0, 10);
    await vi.advanceTimersByTimeAsync(2000);
    expect(exporter.calls).toEqual([names(0, 10), names(0, 10)]);
    expect(queue.size).toBe(0);
  });
});

describe('bounds', () => {
  it('drops the oldest beyond maxQueueSize, counts them and says so once', async () => {
    const exporter = new ScriptedExporter(fail(new Error('down')));
    const dropped: [number, string][] = [];
    const queue = new DeliveryQueue(
      exporter,
      { maxQueueSize: 100 },
      { onDropped: (count, reason) => void dropped.push([count, reason]) },
    );
    enqueueAll(queue, 0, 250);
    expect(queue.size).toBe(100);
    expect(queue.dropped).toBe(150);
    expect(dropped).toEqual(Array.from({ length: 150 }, () => [1, 'overflow']));
    expect(warnings).toEqual([
      'voice-otel: ScriptedExporter: the queue is full and the oldest spans are dropped; 1 dropped so far',
    ]);
    await vi.advanceTimersByTimeAsync(31_000);
    enqueueAll(queue, 250, 251);
    expect(warnings.filter((line) => line.includes('queue is full')).at(-1)).toContain('151 dropped so far');
    exporter.behaviour = succeed;
    await queue.forceFlush();
    expect(exporter.accepted).toEqual(names(151, 251));
  });

  it('says an overflow once in a while, even where everything is said', () => {
    vi.stubEnv('VOICE_OTEL_LOG_LEVEL', 'debug');
    const queue = new DeliveryQueue(new ScriptedExporter(hang), { maxQueueSize: 10 });
    enqueueAll(queue, 0, 500);
    vi.unstubAllEnvs();
    expect(warnings).toHaveLength(1);
    expect(queue.dropped).toBe(490);
  });

  it('drops the oldest beyond maxQueueBytes', async () => {
    const exporter = new ScriptedExporter();
    const one = estimateSpanBytes(span('0', { text: 'x'.repeat(1000) }));
    const queue = new DeliveryQueue(exporter, { maxQueueBytes: one * 3 });
    for (let index = 0; index < 5; index += 1) queue.enqueue(span(String(index), { text: 'x'.repeat(1000) }));
    expect(queue.size).toBe(3);
    expect(queue.bytes).toBe(one * 3);
    expect(queue.dropped).toBe(2);
    queue.enqueue(span('5', { text: 'x'.repeat(1500) }));
    expect(queue.size).toBe(2);
    await queue.forceFlush();
    expect(exporter.accepted).toEqual(['4', '5']);
    expect(queue.bytes).toBe(0);
  });

  it('drops a span that is larger than the whole queue, and no other for it', async () => {
    const exporter = new ScriptedExporter();
    const queue = new DeliveryQueue(exporter, { maxQueueBytes: 100_000 });
    enqueueAll(queue, 0, 3);
    queue.enqueue(span('giant', { text: 'x'.repeat(100_000) }));
    expect(queue.dropped).toBe(1);
    await queue.forceFlush();
    expect(exporter.accepted).toEqual(['0', '1', '2']);
  });

  it('counts spans pushed out during their own export only when that fails', async () => {
    let answer: (result: { code: number }) => void = () => {};
    const exporter = new ScriptedExporter((_batch, callback) => {
      answer = callback;
    });
    const queue = new DeliveryQueue(exporter, { maxQueueSize: 10 });
    enqueueAll(queue, 0, 10);
    await turn();
    enqueueAll(queue, 10, 16);
    expect(queue.size).toBe(10);
    expect(queue.dropped).toBe(0);
    answer({ code: 0 });
    await turn();
    expect(queue.dropped).toBe(0);
    expect(exporter.calls).toEqual([names(0, 10)]);
    expect(queue.size).toBe(6);

    enqueueAll(queue, 16, 20);
    await turn();
    expect(exporter.calls[1]).toEqual(names(10, 20));
    enqueueAll(queue, 20, 24);
    answer({ code: 1 });
    await turn();
    expect(queue.dropped).toBe(4);
    exporter.behaviour = succeed;
    await queue.forceFlush();
    expect(exporter.calls[2]).toEqual(names(14, 24));
  });

  it('keeps memory flat over far more spans than it holds', () => {
    const queue = new DeliveryQueue(new ScriptedExporter(hang), { maxQueueSize: 50 });
    enqueueAll(queue, 0, 5000);
    expect(queue.size).toBe(50);
    expect(queue.dropped).toBe(4950);
  });
});
