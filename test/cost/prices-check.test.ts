import { describe, expect, it } from 'vitest';
import { findings } from '../../scripts/prices/findings.js';
import type { PriceRow } from '../../src/cost/rows.js';

const TODAY = new Date('2026-11-24T12:00:00Z');

function row(change: Partial<PriceRow>): PriceRow {
  return {
    rates: [{ unit: 'audio_second', per: 60, price: '0.0048' }],
    verified: '2026-11-01',
    confidence: 'a',
    plan: 'pay-as-you-go',
    readings: [{ by: 'vendor page', date: '2026-11-01', says: '0.0048' }],
    ...change,
  };
}

const kinds = (change: Partial<PriceRow>) =>
  findings('x', [row(change)], TODAY).map((finding) => finding.kind);

describe('the check of the price tables', () => {
  it('lets a fresh row pass', () => {
    expect(kinds({})).toEqual([]);
  });

  it('flags a row older than 90 days: 26 August is 90 days before 24 November, 25 August 91', () => {
    expect(kinds({ verified: '2026-08-26' })).toEqual([]);
    expect(kinds({ verified: '2026-08-25' })).toEqual(['stale']);
  });

  it('flags a reading that says another price', () => {
    expect(
      kinds({
        readings: [
          { by: 'a', date: '2026-11-01', says: '0.0048' },
          { by: 'b', date: '2026-11-01', says: '0.0077' },
        ],
      }),
    ).toEqual(['disagreement']);
    expect(kinds({ readings: [{ by: 'a', date: '2026-11-01', says: '0.00480' }] })).toEqual([]);
  });

  it('compares only the tokens that a reading names', () => {
    const rates = [{ unit: 'token', per: 1_000_000, tokens: { textInput: '4.00', audioInput: '32' } }];
    expect(
      kinds({ rates, readings: [{ by: 'a', date: '2026-11-01', says: { audioInput: '32.0' } }] }),
    ).toEqual([]);
    expect(kinds({ rates, readings: [{ by: 'a', date: '2026-11-01', says: { audioInput: '40' } }] })).toEqual(
      ['disagreement'],
    );
    expect(
      kinds({ rates, readings: [{ by: 'a', date: '2026-11-01', says: { audioOutput: '64' } }] }),
    ).toEqual(['disagreement']);
  });

  it('leaves rows alone that are no longer in force', () => {
    expect(kinds({ verified: '2025-01-01', validTo: '2026-11-23' })).toEqual([]);
    expect(kinds({ verified: '2025-01-01', validTo: '2026-11-24' })).toEqual(['stale']);
  });
});
