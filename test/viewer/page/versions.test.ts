import { describe, expect, it } from 'vitest';
import { linesOf } from '../../../src/viewer/page/compare/lines.js';
import { agentsOf, figuresOf, versionsOf } from '../../../src/viewer/page/compare/versions.js';
import { priced, row, sum } from './rows.js';

/** Ten calls of a minute: 60 answers of 100 … 6,000 ms, one barge-in, two failures, 0.30 dollars. */
const calls = Array.from({ length: 10 }, (_, call) =>
  row({
    sessionId: `a${call}`,
    agentVersion: '1.0',
    startTime: call,
    agentTurns: 6,
    interruptions: call === 0 ? 1 : 0,
    errors: call === 1 ? 3 : 0,
    endReason: call === 2 ? 'error' : 'user_left',
    responseLatenciesMs: Array.from({ length: 6 }, (_, turn) => 100 * (call * 6 + turn + 1)),
    cost: priced(sum(0.03)),
  }),
);

describe('figuresOf', () => {
  it('counts over all turns of all calls of a version', () => {
    const figures = figuresOf('1.0', [...calls, row({ sessionId: 'b', agentVersion: '2.0' })]);
    expect(figures.calls).toBe(10);
    expect(figures.durationMs).toBe(600_000);
    // Rank 30 and rank 57 of 60.
    expect(figures.response?.distribution).toMatchObject({ count: 60, p50: 3000, p95: 5700 });
    expect(figures.bargeIns).toEqual({ part: 1, whole: 60, calls: 10 });
    expect(figures.failures).toEqual({ part: 2, whole: 10, calls: 10 });
    expect(figures.cost.perMinute).toHaveLength(1);
    expect(figures.cost.perMinute[0]?.total).toBeCloseTo(0.03, 12);
    expect(figures.interruption).toBeUndefined();
  });

  it('leaves the minutes of calls without a price out of the cost per minute', () => {
    const rows = [
      row({ sessionId: 'a', cost: priced(sum(0.2)), durationMs: 120_000 }),
      row({ sessionId: 'b', durationMs: 3_600_000, cost: { ...priced(), missingCount: 2 } }),
      row({ sessionId: 'c', cost: priced(sum(0.5, 'EUR')), durationMs: 60_000 }),
    ];
    const { cost } = figuresOf('1.4.0', rows);
    expect(cost.perMinute.map(({ currency, total }) => [currency, total])).toEqual([
      ['EUR', 0.5],
      ['USD', 0.1],
    ]);
    expect(cost).toMatchObject({ calls: 2, missingCount: 2 });
  });
});

describe('linesOf', () => {
  const a = figuresOf('1.0', calls);

  it('says the difference of two versions', () => {
    const slower = calls.map((call) => ({
      ...call,
      agentVersion: '2.0',
      responseLatenciesMs: call.responseLatenciesMs.map((ms) => ms * 1.5),
      interruptions: 1,
    }));
    const lines = linesOf(a, figuresOf('2.0', slower));
    const line = (label: string) => lines.find((one) => one.label === label);
    expect(line('Response p50')).toMatchObject({
      a: { text: '3,000 ms', basis: '60 answers in 10 calls', enough: true },
      b: { text: '4,500 ms' },
      difference: '+1,500 ms (+50\u00a0%)',
    });
    expect(line('Response p95')?.a.enough).toBe(true);
    expect(line('Barge-ins per agent turn')).toMatchObject({
      a: { text: '1.7 %', basis: '1 of 60 agent turns in 10 calls' },
      b: { text: '16.7 %' },
      difference: '+15.0 points',
    });
    expect(line('Cost per minute')?.a).toMatchObject({ text: '$0.0300', basis: '10 calls with a price' });
    // Two of ten calls: a share that ten more may turn over.
    expect(line('Calls with failures')).toMatchObject({
      a: { text: '20.0 %', basis: '2 of 10 calls', enough: false },
      difference: undefined,
    });
  });

  it('says nothing of a difference where the calls are too few', () => {
    const lines = linesOf(
      a,
      figuresOf('2.0', [{ ...calls[0], ...row({ sessionId: 'x', agentVersion: '2.0' }) }]),
    );
    expect(lines.filter(({ difference }) => difference !== undefined)).toEqual([]);
    expect(lines.find(({ label }) => label === 'Response p50')?.b).toEqual({
      value: undefined,
      text: '–',
      basis: 'none measured',
      enough: false,
    });
  });

  it('has a line for each currency', () => {
    const euros = calls.map((call) => ({ ...call, agentVersion: '2.0', cost: priced(sum(0.02, 'EUR')) }));
    const lines = linesOf(a, figuresOf('2.0', euros)).filter(({ label }) => label.startsWith('Cost'));
    expect(
      lines.map(({ label, a: first, b, difference }) => [label, first.text, b.text, difference]),
    ).toEqual([
      ['Cost per minute, USD', '$0.0300', '–', undefined],
      ['Cost per minute, EUR', '–', '0.0200 EUR', undefined],
    ]);
  });
});

describe('versionsOf and agentsOf', () => {
  it('list versions by their newest call and agents by their calls', () => {
    const rows = [
      row({ sessionId: '1', agentVersion: 'old', startTime: 1 }),
      row({ sessionId: '2', agentVersion: 'new', startTime: 9, agentName: 'rare' }),
      row({ sessionId: '3', agentVersion: 'old', startTime: 3 }),
      row({ sessionId: '4', agentVersion: undefined, startTime: 2 }),
    ];
    expect(versionsOf(rows)).toEqual([
      { version: 'new', calls: 1 },
      { version: 'old', calls: 2 },
      { version: '', calls: 1 },
    ]);
    expect(agentsOf(rows)).toEqual(['support-agent', 'rare']);
  });
});
