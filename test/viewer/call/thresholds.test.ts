import { describe, expect, test } from 'vitest';
import {
  DEFAULT_THRESHOLDS,
  levelOf,
  loadThresholds,
  parseThresholds,
  saveThresholds,
  thresholdsProblem,
} from '../../../src/viewer/page/call/thresholds.js';

test('a wait counts as slow from the threshold on', () => {
  const levels = [999, 1000, 1999, 2000].map((waitMs) => levelOf(waitMs, DEFAULT_THRESHOLDS));
  expect(levels).toEqual(['good', 'slow', 'slow', 'very-slow']);
});

describe('thresholds', () => {
  test('have to be in order', () => {
    expect(thresholdsProblem({ slowMs: 500, verySlowMs: 500 })).toBeUndefined();
    expect(thresholdsProblem({ slowMs: 501, verySlowMs: 500 })).toContain('cannot begin before');
    expect(thresholdsProblem({ slowMs: Number.NaN, verySlowMs: 500 })).toContain('number of milliseconds');
  });

  test('are read back as they were kept', () => {
    expect(parseThresholds('{"slowMs":300,"verySlowMs":800}')).toEqual({ slowMs: 300, verySlowMs: 800 });
  });

  test.each([null, '', '{', '1', 'null', '{"slowMs":"1","verySlowMs":2}', '{"slowMs":9,"verySlowMs":2}'])(
    '%j gives the defaults',
    (stored) => {
      expect(parseThresholds(stored)).toEqual(DEFAULT_THRESHOLDS);
    },
  );

  test('without storage there are the defaults, and keeping says that it failed', () => {
    // Node has no localStorage: the name alone throws, as a browser with storage switched off does.
    expect(loadThresholds()).toEqual(DEFAULT_THRESHOLDS);
    expect(saveThresholds(DEFAULT_THRESHOLDS)).toBe(false);
  });
});
