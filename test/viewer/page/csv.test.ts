import { describe, expect, it } from 'vitest';
import { sessionsCsv } from '../../../src/viewer/csv.js';
import { priced, row, sum } from './rows.js';

function cell(csv: string, column: string): string | undefined {
  const [head = '', line = ''] = csv.split('\r\n');
  return line.split(',')[head.split(',').indexOf(column)];
}

describe('sessionsCsv', () => {
  it('has one line each below the heads, ended by CRLF', () => {
    const csv = sessionsCsv([row({ sessionId: 's_1' }), row({ sessionId: 's_2' })]);
    expect(csv.split('\r\n').map((line) => line.split(',')[0])).toEqual(['session_id', 's_1', 's_2', '']);
    expect(
      new Set(
        csv
          .split('\r\n')
          .slice(0, 3)
          .map((line) => line.split(',').length),
      ).size,
    ).toBe(1);
  });

  it('says what a call says, in the units of the heads', () => {
    const csv = sessionsCsv([
      row({
        sessionId: 's_1',
        durationMs: 23_600,
        responseLatency: { p50Ms: 750, p95Ms: 1379, count: 4 },
        cost: { ...priced(sum(0.016)), estimated: true, missingCount: 1 },
        packetLoss: 0.012,
      }),
    ]);
    expect(cell(csv, 'start')).toBe('2026-11-24T16:47:43.000Z');
    expect(cell(csv, 'duration_s')).toBe('23.6');
    expect(cell(csv, 'response_p95_ms')).toBe('1379');
    expect(cell(csv, 'ttfa_p50_ms')).toBe('');
    expect(cell(csv, 'cost')).toBe('0.016');
    expect(cell(csv, 'currency')).toBe('USD');
    expect(cell(csv, 'cost_estimated')).toBe('true');
    expect(cell(csv, 'prices_missing')).toBe('1');
    expect(cell(csv, 'packet_loss')).toBe('0.012');
  });

  it('keeps several currencies apart', () => {
    const csv = sessionsCsv([row({ sessionId: 's_1', cost: priced(sum(0.5), sum(0.25, 'EUR')) })]);
    expect(cell(csv, 'cost')).toBe('0.5;0.25');
    expect(cell(csv, 'currency')).toBe('USD;EUR');
  });

  it('quotes by RFC 4180', () => {
    expect(sessionsCsv([row({ sessionId: 'a,"b"\nc' })])).toContain('\r\n"a,""b""\nc",support-agent,');
  });

  it('makes no formula of a text', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\uff1d1']) {
      const csv = sessionsCsv([row({ sessionId: 's_1', agentName: text })]);
      expect(cell(csv, 'agent')).toBe(`'${text}`);
    }
  });

  it('leaves a negative number one, and a time out of range empty', () => {
    const csv = sessionsCsv([row({ sessionId: 's_1', durationMs: -500, startTime: 1e300 })]);
    expect(cell(csv, 'duration_s')).toBe('-0.5');
    expect(cell(csv, 'start')).toBe('');
  });
});
