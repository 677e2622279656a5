import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadlines } from '../../../src/gateway/normalise/deadlines.js';

class Item {
  reads = 0;
  at: number | undefined;

  constructor(at: number | undefined) {
    this.at = at;
  }

  get nextAt(): number | undefined {
    this.reads += 1;
    return this.at;
  }
}

describe('deadlines', () => {
  it('cost nothing while nothing is due: one item is looked at, of however many', () => {
    const deadlines = new Deadlines<Item>();
    const items = Array.from({ length: 1000 }, (_, index) => new Item(10_000 - index));
    for (const item of items) deadlines.update(item);
    for (const item of items) item.reads = 0;
    expect(deadlines.take(9000)).toBeUndefined();
    expect(deadlines.next).toBe(9001);
    expect(items.reduce((sum, { reads }) => sum + reads, 0)).toBe(2);
  });

  it('give what a look at all of them would give', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('set' as const), item: fc.nat(9), at: fc.option(fc.nat(100)) }),
      fc.record({ what: fc.constant('delete' as const), item: fc.nat(9) }),
      fc.record({ what: fc.constant('take' as const), now: fc.nat(100) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const items = Array.from({ length: 10 }, () => new Item(undefined));
        const deadlines = new Deadlines<Item>();
        const first = (): number | undefined => {
          const all = items.flatMap(({ at }) => at ?? []);
          return all.length === 0 ? undefined : Math.min(...all);
        };
        for (const one of steps) {
          if (one.what === 'take') {
            const taken = deadlines.take(one.now);
            const due = first();
            expect(taken?.at).toBe(due !== undefined && due <= one.now ? due : undefined);
            if (taken !== undefined) taken.at = undefined;
          } else {
            const item = items[one.item];
            if (item === undefined) continue;
            if (one.what === 'delete') {
              item.at = undefined;
              deadlines.delete(item);
            } else {
              item.at = one.at ?? undefined;
              deadlines.update(item);
            }
          }
          expect(deadlines.next).toBe(first());
        }
      }),
    );
  });
});
