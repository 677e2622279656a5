import { describe, expect, it } from 'vitest';
import { NEWEST_FIRST, sortedBy, sortRows } from '../../../src/viewer/page/sessions/sort.js';
import { ids, priced, row, sum } from './rows.js';

describe('sortRows', () => {
  it('puts calls without a value last in both directions', () => {
    const rows = [
      row({ sessionId: 'none' }),
      row({ sessionId: 'bad', mos: 2.1 }),
      row({ sessionId: 'good', mos: 4.3 }),
    ];
    expect(ids(sortRows(rows, { key: 'quality', descending: true }))).toEqual(['good', 'bad', 'none']);
    expect(ids(sortRows(rows, { key: 'quality', descending: false }))).toEqual(['bad', 'good', 'none']);
  });

  it('orders versions as numbers', () => {
    const rows = ['1.10.0', '1.9.0', '1.2.0'].map((agentVersion) =>
      row({ sessionId: agentVersion, agentVersion }),
    );
    expect(ids(sortRows(rows, { key: 'version', descending: false }))).toEqual(['1.2.0', '1.9.0', '1.10.0']);
  });

  it('keeps equal calls newest first', () => {
    const rows = [
      row({ sessionId: 'old', startTime: 1, turns: 4 }),
      row({ sessionId: 'new', startTime: 2, turns: 4 }),
    ];
    expect(ids(sortRows(rows, { key: 'turns', descending: false }))).toEqual(['new', 'old']);
  });

  it('compares amounts within a currency only', () => {
    const rows = [
      row({ sessionId: 'yen', cost: priced(sum(3, 'JPY')) }),
      row({ sessionId: 'cents', cost: priced(sum(0.02)) }),
      row({ sessionId: 'dollar', cost: priced(sum(1)) }),
      row({ sessionId: 'unknown' }),
    ];
    expect(ids(sortRows(rows, { key: 'cost', descending: true }))).toEqual([
      'yen',
      'dollar',
      'cents',
      'unknown',
    ]);
  });

  it('leaves the given order alone', () => {
    const rows = [row({ sessionId: 'a', turns: 1 }), row({ sessionId: 'b', turns: 2 })];
    sortRows(rows, { key: 'turns', descending: true });
    expect(ids(rows)).toEqual(['a', 'b']);
  });
});

describe('sortedBy', () => {
  it('starts with the largest number or the first letter, and turns round from then on', () => {
    expect(sortedBy('errors', NEWEST_FIRST)).toEqual({ key: 'errors', descending: true });
    expect(sortedBy('agent', NEWEST_FIRST)).toEqual({ key: 'agent', descending: false });
    expect(sortedBy('start', NEWEST_FIRST)).toEqual({ key: 'start', descending: false });
  });
});
