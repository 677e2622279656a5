import { describe, expect, it } from 'vitest';
import { isUnanswered, isUnheard } from '../../src/report/answers.js';
import type { SessionReport } from '../../src/report/model.js';
import { readSessions } from '../../src/report/read.js';
import { Theme } from '../../src/report/text/theme.js';
import { renderTimeline } from '../../src/report/text/timeline.js';
import { onlySession, otlpRequest, otlpSpan, type Value } from './spans.js';

interface TurnSketch {
  readonly speaker: 'user' | 'agent';
  readonly from: number;
  readonly to: number;
  readonly attributes?: Readonly<Record<string, Value>>;
}

function call(turns: readonly TurnSketch[], ended = true): SessionReport {
  const session = { 'voice.session.id': 's_1' };
  const spans = turns.map(({ speaker, from, to, attributes }, i) =>
    otlpSpan({
      id: `t${i}`,
      name: `voice.${speaker}_turn`,
      from,
      to,
      attributes: {
        ...session,
        'voice.turn.id': `t_${i}`,
        'voice.turn.index': i,
        'voice.turn.speaker': speaker,
        ...attributes,
      },
    }),
  );
  const end = ended
    ? [otlpSpan({ id: 's', name: 'voice.session', from: 0, to: 20, attributes: session })]
    : [];
  return onlySession(readSessions([otlpRequest([...spans, ...end])]));
}

function printed(session: SessionReport, width = 80): string[] {
  return renderTimeline(session, new Theme({ width, ascii: false, style: undefined }))
    .split('\n')
    .map((line) => line.trim());
}

describe('a user turn without an answer', () => {
  const twice: TurnSketch[] = [
    { speaker: 'user', from: 1, to: 2, attributes: { 'voice.turn.speech_end_offset': 1 } },
    { speaker: 'user', from: 5, to: 6 },
    { speaker: 'agent', from: 7, to: 9 },
    { speaker: 'user', from: 12, to: 13.5 },
  ];

  it('is told from one that has one', () => {
    const session = call(twice);
    expect(session.turns.map((turn) => isUnanswered(turn, session))).toEqual([true, false, false, true]);
  });

  it('is said with the time that the caller waited', () => {
    const lines = printed(call(twice));
    expect(lines).toContain('no answer to #0, #3');
    expect(lines).toContain('! no answer before #1, 3000 ms later');
    expect(lines).toContain('! no answer before the call ended, 6500 ms later');
  });

  it('may still get one while the call runs', () => {
    expect(printed(call([{ speaker: 'user', from: 1, to: 2 }, ...twice.slice(3)], false))).toContain(
      '! no answer so far, after 0 ms',
    );
  });

  it('is none where a later turn names it', () => {
    const session = call([
      { speaker: 'user', from: 1, to: 2 },
      { speaker: 'user', from: 5, to: 6 },
      { speaker: 'agent', from: 7, to: 9, attributes: { 'voice.turn.reply_to.id': 't_0' } },
    ]);
    expect(session.turns.map((turn) => isUnanswered(turn, session))).toEqual([false, false, false]);
  });
});

describe('an agent turn that nobody heard', () => {
  const silent: TurnSketch = {
    speaker: 'agent',
    from: 3,
    to: 4,
    attributes: { 'voice.turn.end_reason': 'cancelled' },
  };
  const heard: TurnSketch = {
    speaker: 'agent',
    from: 6,
    to: 8,
    attributes: { 'voice.turn.first_audio_offset': 0.5 },
  };

  it('is told where it is known when the agent is heard, and only there', () => {
    const session = call([silent, heard]);
    expect(session.turns.map((turn) => isUnheard(turn, session))).toEqual([true, false]);
    expect(printed(session)).toEqual(
      expect.arrayContaining(['· nothing of it was heard', '· ended: cancelled']),
    );
    const unknown = call([silent]);
    expect(unknown.turns.map((turn) => isUnheard(turn, unknown))).toEqual([false]);
  });
});

describe('the line of figures', () => {
  const turns: TurnSketch[] = [
    { speaker: 'user', from: 1, to: 2 },
    {
      speaker: 'agent',
      from: 3,
      to: 4,
      attributes: {
        'voice.turn.agent.name': 'billing',
        'voice.turn.time_to_first_audio': 1.2,
        'voice.turn.response_latency': 12.34,
        'voice.turn.latency_source': 'estimated',
        'voice.turn.cost.total': 0.03,
        'voice.turn.cost.missing_count': 2,
        'voice.cost.currency': 'EUR',
      },
    },
  ];

  it('names the sub-agent, marks estimates, and says what has no price', () => {
    expect(printed(call(turns), 100)).toContain(
      '#1 agent billing 0:03.00–0:04.00   TTFA ~1200 ms response ~12.3 s  0.0300 EUR + 2 unpriced',
    );
    const narrow = printed(call(turns), 80);
    expect(
      narrow.slice(narrow.indexOf('#1 agent billing 0:03.00–0:04.00 TTFA ~1200 ms response ~12.3 s'))[1],
    ).toBe('0.0300 EUR + 2 unpriced');
  });
});
