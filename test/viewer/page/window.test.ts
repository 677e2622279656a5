import { describe, expect, it } from 'vitest';
import { rowsInView, type Segment, segmentsOf } from '../../../src/viewer/page/shared/window.js';

function words(segments: readonly Segment[]): string {
  return segments.map((one) => (one.kind === 'row' ? one.index : `(${one.rows})`)).join(' ');
}

describe('segmentsOf', () => {
  it('draws what is in view, with space for the rest', () => {
    expect(words(segmentsOf(100, 10, 13, 11))).toBe('(10) 10 11 12 (87)');
    expect(words(segmentsOf(3, 0, 20, 0))).toBe('0 1 2');
    expect(words(segmentsOf(0, 0, 20, 0))).toBe('');
  });

  it('keeps the row with the focus, before or behind', () => {
    expect(words(segmentsOf(100, 10, 12, 2))).toBe('(2) 2 (7) 10 11 (88)');
    expect(words(segmentsOf(100, 10, 12, 9))).toBe('(9) 9 10 11 (88)');
    expect(words(segmentsOf(100, 10, 12, 99))).toBe('(10) 10 11 (87) 99');
    expect(words(segmentsOf(100, 10, 12, -1))).toBe('(10) 10 11 (88)');
    expect(words(segmentsOf(5, 1, 3, 70))).toBe('(1) 1 2 (2)');
  });

  it('copes with a list that became shorter than what was in view', () => {
    expect(words(segmentsOf(4, 80, 96, 0))).toBe('0 (3)');
  });
});

describe('rowsInView', () => {
  const view = (top: number) => rowsInView({ top, viewport: 480, rowHeight: 48, beyond: 8 });

  it('covers the viewport and some rows beyond', () => {
    for (const top of [300, 0, -48, -1000, -100_000]) {
      const { first, end } = view(top);
      expect(first).toBeLessThanOrEqual(Math.max(0, Math.floor(-top / 48) - 8));
      expect(end).toBeGreaterThanOrEqual(Math.ceil((480 - top) / 48) + 8);
      expect(end - first).toBeLessThanOrEqual(10 + 2 * 8 + 2 * 8);
    }
  });

  it('stays the same over little scrolling, and is empty above the viewport', () => {
    expect(view(-1000)).toEqual(view(-1005));
    expect(view(5000)).toEqual({ first: 0, end: 0 });
  });
});
