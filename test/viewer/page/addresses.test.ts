import { describe, expect, it } from 'vitest';
import { callHash, parseRoute } from '../../../src/viewer/page/router.js';
import { NO_FILTER, withChoice, withRange } from '../../../src/viewer/page/sessions/filter.js';
import { formatListState, parseListState } from '../../../src/viewer/page/sessions/list-state.js';
import { NEWEST_FIRST } from '../../../src/viewer/page/sessions/sort.js';

describe('parseRoute', () => {
  it('reads back what callHash writes, whatever the id', () => {
    for (const id of ['s_17dc1340146a7698', 'a/b c?d#e', '../..', 'ä\u202e%']) {
      expect(parseRoute(callHash(id))).toEqual({ name: 'call', sessionId: id, turnId: undefined });
      expect(parseRoute(callHash(id, 't/1'))).toEqual({ name: 'call', sessionId: id, turnId: 't/1' });
    }
  });

  it('knows the list and the comparison with their queries', () => {
    expect(parseRoute('')).toEqual({ name: 'list', query: '' });
    expect(parseRoute('#/?q=a%2Fb')).toEqual({ name: 'list', query: 'q=a%2Fb' });
    expect(parseRoute('#/compare?a=1.0&b=2.0')).toEqual({ name: 'compare', query: 'a=1.0&b=2.0' });
  });

  it('takes what it does not know for the list, and a broken escape as it stands', () => {
    expect(parseRoute('#/nowhere').name).toBe('list');
    expect(parseRoute('#/calls').name).toBe('list');
    expect(parseRoute('#/calls/%E0%A4%A')).toEqual({
      name: 'call',
      sessionId: '%E0%A4%A',
      turnId: undefined,
    });
  });
});

describe('parseListState', () => {
  it('reads back what formatListState writes', () => {
    const filter = withRange(
      withRange(
        withChoice(withChoice({ ...NO_FILTER, text: 'a & b' }, 'agent', 'x=y'), 'version', ''),
        'cost',
        {
          min: 0.01,
        },
      ),
      'start',
      { min: -5, max: 1_790_000_000_000 },
    );
    const state = { filter, sort: { key: 'responseP95', descending: true } } as const;
    expect(parseListState(formatListState(state))).toEqual(state);
  });

  it('is empty for the list as it is at first', () => {
    expect(formatListState({ filter: NO_FILTER, sort: NEWEST_FIRST })).toBe('');
    expect(parseListState('')).toEqual({ filter: NO_FILTER, sort: NEWEST_FIRST });
  });

  it('leaves out what it cannot read', () => {
    expect(parseListState('turns=a..b&sort=-constructor&errors=..Infinity&__proto__=1')).toEqual({
      filter: NO_FILTER,
      sort: NEWEST_FIRST,
    });
  });
});
