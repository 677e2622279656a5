import { detectResources } from '@opentelemetry/resources';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { endSpans, tracerInto } from './sdk.js';
import { turn, watch, withFakeTime } from './support.js';

withFakeTime();

interface Late {
  readonly exporter: InMemorySpanExporter;
  readonly queue: DeliveryQueue;
  detected(id: string): void;
  end(from: number, to: number): void;
}

/** A set-up of the real SDK whose resource has an attribute that a detector still looks for. */
function lateResource(): Late {
  let detected: (id: string) => void = () => {};
  const hostId = new Promise<string>((resolve) => {
    detected = resolve;
  });
  const resource = detectResources({
    detectors: [{ detect: () => ({ attributes: { 'host.id': hostId } }) }],
  });
  const exporter = new InMemorySpanExporter();
  const queue = new DeliveryQueue(exporter, { exportTimeoutMs: 1000 });
  const tracer = tracerInto(queue, resource);
  return { exporter, queue, detected, end: (from, to) => endSpans(tracer, from, to) };
}

describe('a resource with asynchronous attributes', () => {
  it('is waited for, as the batch processor of the SDK does', async () => {
    const { exporter, queue, detected, end } = lateResource();
    end(0, 3);
    const flush = watch(queue.forceFlush());
    await vi.advanceTimersByTimeAsync(900);
    expect(exporter.getFinishedSpans()).toEqual([]);
    detected('host-1');
    await turn();
    expect(flush.settled).toBe(true);
    const ids = exporter.getFinishedSpans().map((span) => span.resource.attributes['host.id']);
    expect(ids).toEqual(['host-1', 'host-1', 'host-1']);
  });

  it('is waited for once, when it never comes', async () => {
    const { exporter, end } = lateResource();
    end(0, 10);
    await vi.advanceTimersByTimeAsync(999);
    expect(exporter.getFinishedSpans()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(exporter.getFinishedSpans()).toHaveLength(10);
    end(10, 20);
    await vi.advanceTimersByTimeAsync(10);
    expect(exporter.getFinishedSpans()).toHaveLength(20);
  });
});
