import { describe, expect, it } from 'vitest';
import { mergeRows } from '../../../src/viewer/page/data/merge.js';
import { addCosts } from '../../../src/viewer/page/sessions/totals.js';
import { visible } from '../../../src/viewer/page/shared/visible.js';
import { ids, priced, row, sum } from './rows.js';

describe('mergeRows', () => {
  const old = [row({ sessionId: 'b', startTime: 2 }), row({ sessionId: 'a', startTime: 1 })];

  it('replaces, adds and lets go, newest first', () => {
    const fresh = [row({ sessionId: 'c', startTime: 3 }), row({ sessionId: 'a', startTime: 1, turns: 9 })];
    const merged = mergeRows(old, ['a', 'b', 'c'], fresh);
    expect(ids(merged)).toEqual(['c', 'a']);
    expect(merged[1]?.turns).toBe(9);
  });

  it('leaves a row that was not asked for the same object', () => {
    expect(mergeRows(old, ['a'], [row({ sessionId: 'a', startTime: 1 })])[0]).toBe(old[0]);
  });
});

describe('addCosts', () => {
  it('sums each currency by itself and counts what is missing', () => {
    const cost = addCosts([
      { ...priced(sum(0.25)), missingCount: 2 },
      { ...priced(sum(0.5), sum(1, 'EUR')), estimated: true },
    ]);
    expect(cost.sums.map(({ currency, total, llm }) => [currency, total, llm])).toEqual([
      ['EUR', 1, 1],
      ['USD', 0.75, 0.75],
    ]);
    expect(cost).toMatchObject({ missingCount: 2, estimated: true });
  });
});

describe('visible', () => {
  it('writes out what cannot be seen', () => {
    expect(visible('a\u202eb\u200bc\u0000\ufeffd\u2066')).toBe(
      'a[U+202E]b[U+200B]c[U+0000][U+FEFF]d[U+2066]',
    );
    expect(visible('\ud800')).toBe('[U+D800]');
    expect(visible('\u{e0041}')).toBe('[U+E0041]');
  });

  it('leaves scripts, emoji and line breaks alone', () => {
    for (const text of ['नमस्ते\u200dक', '👩\u200d💻', 'می\u200cخواهم', 'a\tb\nc', '❤\ufe0f']) {
      expect(visible(text)).toBe(text);
    }
  });

  it('cuts long texts', () => {
    expect(visible('x'.repeat(1_000_000), 10)).toBe(`${'x'.repeat(10)}…`);
  });
});
