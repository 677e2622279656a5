import { describe, expect, test } from 'vitest';
import { IntervalList } from '../../../src/viewer/page/call/intervals.js';
import {
  MIN_SPAN_MS,
  pan,
  reveal,
  tickLabel,
  ticks,
  toMs,
  toPixels,
  zoom,
} from '../../../src/viewer/page/call/scale.js';
import { Viewport } from '../../../src/viewer/page/call/viewport.js';

const WHOLE = { startMs: 0, endMs: 10_000 };

describe('the scale', () => {
  test('a moment and its pixel belong together', () => {
    const view = { startMs: 2000, endMs: 4000 };
    expect(toPixels(view, 1000, 3000)).toBe(500);
    expect(toMs(view, 1000, 500)).toBe(3000);
  });

  test('zooming keeps the moment under the pointer where it is', () => {
    const view = zoom(WHOLE, WHOLE, 0.5, 2500);
    expect(view).toEqual({ startMs: 1250, endMs: 6250 });
    expect(toPixels(view, 1000, 2500)).toBe(toPixels(WHOLE, 1000, 2500));
  });

  test('nothing beyond the call is shown, and not less than the shortest stretch', () => {
    expect(zoom({ startMs: 0, endMs: 1000 }, WHOLE, 100, 500)).toEqual(WHOLE);
    expect(pan({ startMs: 8000, endMs: 9000 }, WHOLE, 5000)).toEqual({ startMs: 9000, endMs: 10_000 });
    const closest = zoom(WHOLE, WHOLE, 1e-9, 5000);
    expect(closest.endMs - closest.startMs).toBe(MIN_SPAN_MS);
  });

  test('a call without length can be zoomed and moved', () => {
    const none = { startMs: 0, endMs: 0 };
    const { startMs, endMs } = zoom(none, none, 2, 0);
    expect(endMs - startMs).toBe(MIN_SPAN_MS);
  });

  test('what can be read already stays where it is; what cannot comes into view', () => {
    expect(reveal(WHOLE, WHOLE, 4000, 6000)).toEqual(WHOLE);
    expect(reveal(WHOLE, WHOLE, 4990, 5010)).toEqual({ startMs: 4975, endMs: 5025 });
    expect(reveal({ startMs: 0, endMs: 2000 }, WHOLE, 5000, 6000)).toEqual({ startMs: 4500, endMs: 6500 });
  });
});

describe('ticks', () => {
  test('lie at round moments, far enough apart', () => {
    expect(ticks({ startMs: 900, endMs: 5100 }, 420, 80)).toEqual({
      stepMs: 1000,
      atMs: [1000, 2000, 3000, 4000, 5000],
    });
  });

  test.each([
    [61_000, 1000, '1:01'],
    [3_723_000, 1000, '1:02:03'],
    [1250, 10, '0:01.25'],
    [1250, 50, '0:01.25'],
    [1300, 100, '0:01.3'],
    [-4000, 1000, '-0:04'],
    [0, 100, '0:00.0'],
    [59_999.6, 1, '1:00.000'],
  ])('%d ms in steps of %d is %s', (atMs, stepMs, label) => {
    expect(tickLabel(atMs, stepMs)).toBe(label);
  });
});

describe('intervals', () => {
  const list = new IntervalList([
    { startMs: 50, endMs: 60 },
    { startMs: 0, endMs: 100 },
    { startMs: 10, endMs: 12 },
    { startMs: 200, endMs: 200 },
  ]);
  const within = (startMs: number, endMs: number): number[] => {
    const found: number[] = [];
    list.within(startMs, endMs, ({ startMs: start }) => found.push(start));
    return found;
  };

  test('a long one that began before the view is found', () => {
    expect(within(70, 80)).toEqual([0]);
    expect(within(11, 55)).toEqual([0, 10, 50]);
  });

  test('edges count, moments too', () => {
    expect(within(100, 200)).toEqual([0, 200]);
    expect(within(201, 300)).toEqual([]);
  });
});

test('a view of all of the call grows with it, another stays', () => {
  const viewport = new Viewport(WHOLE, WHOLE);
  viewport.setWhole({ startMs: 0, endMs: 20_000 });
  expect(viewport.view).toEqual({ startMs: 0, endMs: 20_000 });
  viewport.zoom(0.1, 0);
  let told = 0;
  viewport.subscribe(() => {
    told += 1;
  });
  viewport.setWhole({ startMs: 0, endMs: 30_000 });
  expect(viewport.view).toEqual({ startMs: 0, endMs: 2000 });
  expect(told).toBe(0);
});
