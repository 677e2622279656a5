import { describe, expect, it } from 'vitest';
import type { Blank } from '../../../scripts/pipecat/blanks.js';
import { normalizeSpans } from '../../../src/gateway/normalise/normalizer.js';
import { bodiesOf, expectedOf, SCENARIOS, type SeenTurn, spansOf, turnsOf } from './support.js';

/** Of the turn's latency against ground truth, in milliseconds (issue 7). */
const TOLERANCE_MS = 20;

describe.each(SCENARIOS)('%s', (scenario) => {
  const [conversation] = Object.values(expectedOf(scenario));
  const spans = spansOf(normalizeSpans(bodiesOf(scenario)));
  const turns = turnsOf(spans);
  const blank = conversation?.blanks.spans ?? [];

  it('gives the turns that ground truth has', () => {
    const none = blank.some(({ fields }) => fields.includes('turn'));
    const expected = none ? [] : (conversation?.turns ?? []);
    expect(turns.map(outline)).toEqual(
      expected.map((turn, index) => masked(turn, blank, index, turns[index])),
    );
  });

  it('is as far from ground truth with its latencies as it may', () => {
    conversation?.turns.forEach(({ responseLatencyMs }, index) => {
      const seen = turns[index];
      if (seen === undefined || seen.responseLatencyMs === null) return;
      expect(responseLatencyMs, `turn ${index}`).not.toBeNull();
      expect(Math.abs(seen.responseLatencyMs - (responseLatencyMs ?? 0)), `turn ${index}`).toBeLessThan(
        TOLERANCE_MS,
      );
    });
  });
});

function outline({
  speaker,
  transcript,
  interrupted,
  responseLatencyMs,
  replyTo,
  bargeInOn,
}: SeenTurn): object {
  return {
    speaker,
    transcript: bare(transcript),
    interrupted,
    hasLatency: responseLatencyMs !== null,
    replyTo,
    bargeInOn,
  };
}

/** The expected turn, with what was seen in the fields that need not be carried. */
function masked(
  turn: Pick<
    SeenTurn,
    'speaker' | 'transcript' | 'interrupted' | 'responseLatencyMs' | 'replyTo' | 'bargeInOn'
  >,
  blanks: readonly Blank[],
  index: number,
  seen: SeenTurn | undefined,
): object {
  const free = new Set(
    blanks.filter(({ turn: of }) => of === index || of === 'all').flatMap(({ fields }) => fields),
  );
  return {
    speaker: turn.speaker,
    transcript: free.has('transcript') ? bare(seen?.transcript ?? null) : bare(turn.transcript),
    interrupted: turn.interrupted,
    hasLatency: free.has('responseLatencyMs')
      ? seen?.responseLatencyMs != null
      : turn.responseLatencyMs !== null,
    replyTo: turn.replyTo,
    bargeInOn: turn.bargeInOn,
  };
}

/** Synthesisers and models join words differently. */
function bare(text: string | null): string | null {
  return text === null ? null : text.replace(/\s+/g, '');
}
