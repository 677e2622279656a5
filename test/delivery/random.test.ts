import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { span } from './span.js';
import { httpError, ScriptedExporter, withFakeTime } from './support.js';

withFakeTime();

type Step =
  | { readonly kind: 'spans'; readonly count: number; readonly length: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'flush' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('spans'),
    count: fc.integer({ min: 1, max: 40 }),
    length: fc.integer({ min: 0, max: 2000 }),
  }),
  fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 1, max: 8000 }) }),
  fc.record({ kind: fc.constant('flush') }),
);

/** How the exporter answers: at once or later, well or badly; `bad` spans make any batch refused. */
const answers = fc.array(
  fc.record({
    delayMs: fc.constantFrom(0, 0, 1, 300),
    end: fc.constantFrom('good', 'good', 'good', 'fail', 'throw', 'reject'),
  }),
  { minLength: 1, maxLength: 12 },
);

const bad = (name: string): boolean => Number(name) % 23 === 0;

it('every span is delivered once or counted as dropped, whatever happens, as long as exports are answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), answers, async (steps, script) => {
      vi.clearAllTimers();
      const dropped = { overflow: 0, refused: 0, shutdown: 0 };
      const exporter = new ScriptedExporter((batch, answer) => {
        const { delayMs, end } = script[exporter.calls.length % script.length] ?? { delayMs: 0, end: 'good' };
        if (end === 'throw') throw new Error('no');
        if (end === 'reject') return Promise.reject(new Error('no'));
        const result = batch.some((item) => bad(item.name))
          ? { code: 1, error: httpError(400) }
          : { code: end === 'good' ? 0 : 1 };
        if (delayMs === 0) answer(result);
        else setTimeout(() => answer(result), delayMs);
      });
      const queue = new DeliveryQueue(
        exporter,
        { maxQueueSize: 60, maxQueueBytes: 100_000, maxBatchSize: 16, exportTimeoutMs: 1000 },
        {
          onDropped: (count, reason) => {
            dropped[reason] += count;
          },
        },
      );
      let made = 0;
      for (const { kind, ...rest } of steps) {
        if (kind === 'spans' && 'count' in rest) {
          for (let index = 0; index < rest.count; index += 1) {
            queue.enqueue(span(String(made), { text: 'x'.repeat(rest.length) }));
            made += 1;
          }
        } else if (kind === 'wait' && 'ms' in rest) {
          await vi.advanceTimersByTimeAsync(rest.ms);
        } else {
          void queue.forceFlush();
        }
        expect(queue.size).toBeLessThanOrEqual(60);
        expect(queue.bytes).toBeLessThanOrEqual(100_000);
        expect(exporter.live).toBeLessThanOrEqual(1);
      }
      const newest = made - 1;
      exporter.behaviour = (batch, answer) =>
        batch.some((item) => bad(item.name))
          ? answer({ code: 1, error: httpError(422) })
          : answer({ code: 0 });
      await vi.advanceTimersByTimeAsync(120_000);
      expect(queue.size).toBe(0);
      expect(queue.bytes).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
      // In order and without repetition.
      const numbers = exporter.accepted.map(Number);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      expect(numbers.length + queue.dropped).toBe(made);
      expect(dropped.overflow + dropped.refused).toBe(queue.dropped);
      expect(numbers.filter((number) => bad(String(number)))).toEqual([]);
      if (made > 0 && !bad(String(newest))) expect(numbers.at(-1)).toBe(newest);
    }),
    { numRuns: 300 },
  );
});
