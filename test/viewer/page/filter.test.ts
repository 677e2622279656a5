import { describe, expect, it } from 'vitest';
import {
  choicesOf,
  filterCount,
  filterRows,
  NO_FILTER,
  withChoice,
  withRange,
} from '../../../src/viewer/page/sessions/filter.js';
import { ids, row } from './rows.js';

const rows = [
  row({ sessionId: 's_1', agentName: 'Support-Agent', agentVersion: '1.4.0', errors: 2 }),
  row({ sessionId: 's_2', agentName: 'booking', agentVersion: undefined, transport: 'sip' }),
  row({
    sessionId: 's_3',
    agentName: 'booking',
    endReason: 'error',
    responseLatency: { p50Ms: 900, p95Ms: 2100, count: 4 },
  }),
];

describe('filterRows', () => {
  it('lets everything through without a filter, the same array', () => {
    expect(filterRows(rows, NO_FILTER)).toBe(rows);
    expect(filterRows(rows, { ...NO_FILTER, text: '   ' })).toBe(rows);
  });

  it('finds words in any order and case, in id, agent, version, transport and end reason', () => {
    expect(ids(filterRows(rows, { ...NO_FILTER, text: 'SUPPORT 1.4' }))).toEqual(['s_1']);
    expect(ids(filterRows(rows, { ...NO_FILTER, text: 'sip booking' }))).toEqual(['s_2']);
    expect(ids(filterRows(rows, { ...NO_FILTER, text: 's_3' }))).toEqual(['s_3']);
    expect(ids(filterRows(rows, { ...NO_FILTER, text: 'booking support' }))).toEqual([]);
  });

  it('does not take a part of an expression for one', () => {
    expect(ids(filterRows(rows, { ...NO_FILTER, text: '.*' }))).toEqual([]);
  });

  it('asks for exactly a choice, also for none said', () => {
    expect(ids(filterRows(rows, withChoice(NO_FILTER, 'agent', 'booking')))).toEqual(['s_2', 's_3']);
    expect(ids(filterRows(rows, withChoice(NO_FILTER, 'version', '')))).toEqual(['s_2']);
    expect(ids(filterRows(rows, withChoice(NO_FILTER, 'agent', 'book')))).toEqual([]);
  });

  it('keeps both ends of a range, and leaves out what is not known', () => {
    const from = (min: number) => withRange(NO_FILTER, 'responseP95', { min });
    expect(ids(filterRows(rows, from(2100)))).toEqual(['s_3']);
    expect(ids(filterRows(rows, from(2101)))).toEqual([]);
    expect(ids(filterRows(rows, withRange(NO_FILTER, 'responseP95', { max: 9999 })))).toEqual(['s_3']);
    expect(ids(filterRows(rows, withRange(NO_FILTER, 'errors', { min: 1, max: 2 })))).toEqual(['s_1']);
  });

  it('joins all of them', () => {
    const filter = withRange(withChoice({ ...NO_FILTER, text: 'webrtc' }, 'agent', 'booking'), 'errors', {
      max: 0,
    });
    expect(ids(filterRows(rows, filter))).toEqual(['s_3']);
    expect(filterCount(filter)).toBe(3);
  });
});

describe('withChoice and withRange', () => {
  it('withdraw what is open', () => {
    expect(withChoice(withChoice(NO_FILTER, 'agent', 'x'), 'agent', undefined)).toEqual(NO_FILTER);
    expect(withRange(withRange(NO_FILTER, 'turns', { min: 1 }), 'turns', {})).toEqual(NO_FILTER);
  });
});

describe('choicesOf', () => {
  it('counts the values, the commonest first, then in the order of numbers', () => {
    const said = ['1.10', '1.9', '1.9', undefined, '1.2'].map((agentVersion, index) =>
      row({ sessionId: String(index), agentVersion }),
    );
    expect(choicesOf(said, ({ agentVersion }) => agentVersion)).toEqual([
      { value: '1.9', count: 2 },
      { value: '', count: 1 },
      { value: '1.2', count: 1 },
      { value: '1.10', count: 1 },
    ]);
  });
});
