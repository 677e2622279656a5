import { describe, expect, it } from 'vitest';
import { readSessions } from '../../src/report/read.js';
import { CONVERSATION_REQUESTS } from './conversation.js';
import { onlySession, otlpRequest, otlpSpan } from './spans.js';

describe('what does not fit together', () => {
  const session = { 'voice.session.id': 's_1' };
  const user = { ...session, 'voice.turn.id': 't_1', 'voice.turn.speaker': 'user' };

  it('counts a span once, however often it was delivered', () => {
    expect(readSessions([...CONVERSATION_REQUESTS, ...CONVERSATION_REQUESTS])).toEqual(
      readSessions(CONVERSATION_REQUESTS),
    );
  });

  it('finds the turn of a stage by its parents where it names none', () => {
    const found = onlySession(
      readSessions([
        otlpRequest([
          otlpSpan({
            id: 'c',
            parent: 'b',
            name: 'x',
            from: 2,
            to: 3,
            attributes: { ...session, 'voice.stage.type': 'llm' },
          }),
          otlpSpan({
            id: 'b',
            parent: 'a',
            name: 'y',
            from: 1,
            to: 3,
            attributes: { ...session, 'voice.stage.type': 'tool' },
          }),
          otlpSpan({ id: 'a', name: 'voice.agent_turn', from: 0, to: 4, attributes: session }),
        ]),
      ]),
    );
    expect(found.turns).toMatchObject([{ speaker: 'agent', stages: [{ kind: 'tool' }, { kind: 'llm' }] }]);
    expect(found.stages).toEqual([]);
  });

  it('does not follow parents in a circle', () => {
    const loop = { ...session, 'voice.stage.type': 'llm' };
    const found = onlySession(
      readSessions([
        otlpRequest([
          otlpSpan({ id: 'a', parent: 'b', name: 'x', from: 0, to: 1, attributes: loop }),
          otlpSpan({ id: 'b', parent: 'a', name: 'x', from: 0, to: 1, attributes: loop }),
        ]),
      ]),
    );
    expect(found.stages).toHaveLength(2);
  });

  it('keeps both of two turns under one id', () => {
    const spans = ['a', 'b'].map((id, i) =>
      otlpSpan({ id, name: 'voice.user_turn', from: i, to: i + 1, attributes: user }),
    );
    expect(onlySession(readSessions([otlpRequest(spans)])).turns.map(({ startMs }) => startMs)).toEqual([
      0, 1000,
    ]);
  });

  it('gives a span without a session id to the session of its trace, else to one named after the trace', () => {
    const bare = otlpSpan({ id: 'a', name: 'voice.user_turn', from: 0, to: 1 });
    const named = otlpSpan({ id: 'b', name: 'voice.user_turn', from: 1, to: 2, attributes: user });
    expect(onlySession(readSessions([otlpRequest([bare, named])]))).toMatchObject({
      sessionId: 's_1',
      totals: { turns: 2 },
    });
    expect(onlySession(readSessions([otlpRequest([bare])])).sessionId).toBe(
      '4bf92f3577b34da6a3ce929d0e0e4736',
    );
  });

  it('shows times before the session as they are, and says that clocks disagree', () => {
    const found = onlySession(
      readSessions([
        otlpRequest([
          otlpSpan({ id: 's', name: 'voice.session', from: 10, to: 20, attributes: session }),
          otlpSpan({ id: 'a', name: 'voice.user_turn', from: 7, to: 8, attributes: user }),
        ]),
      ]),
    );
    expect(found.turns[0]).toMatchObject({ startMs: -3000, endMs: -2000 });
    expect(found.notes).toEqual(['1 span starts before the session: clocks disagree.']);
  });

  it('shows a span that ends before it starts without length', () => {
    const found = onlySession(
      readSessions([
        otlpRequest([otlpSpan({ id: 'a', name: 'voice.user_turn', from: 5, to: 4, attributes: user })]),
      ]),
    );
    expect(found.turns[0]).toMatchObject({ startMs: 0, endMs: 0 });
    expect(found.notes).toContain('1 span has no end, or one before the start; shown without length.');
  });

  it('says where the figures of the session span differ from what is there', () => {
    const found = onlySession(
      readSessions([
        otlpRequest([
          otlpSpan({
            id: 's',
            name: 'voice.session',
            from: 0,
            to: 9,
            attributes: {
              ...session,
              'voice.session.turn_count': 3,
              'voice.session.cost.total': 0.5,
              'voice.cost.currency': 'USD',
            },
          }),
          otlpSpan({ id: 'a', name: 'voice.user_turn', from: 0, to: 1, attributes: user }),
          otlpSpan({
            id: 'b',
            parent: 'a',
            name: 'speech_to_text',
            from: 0,
            to: 1,
            attributes: {
              ...user,
              'voice.stage.type': 'stt',
              'voice.cost.amount': 0.25,
              'voice.cost.currency': 'USD',
            },
          }),
        ]),
      ]),
    );
    expect(found.notes).toEqual([
      'The session span counts 3 turns; here is 1.',
      'The session span says the call cost 0.5; the stages here add up to 0.25.',
    ]);
    expect(found.totals.cost.sums[0]?.total).toBe(0.25);
  });

  it('falls back on roll-ups where stages carry no prices', () => {
    const found = onlySession(
      readSessions([
        otlpRequest([
          otlpSpan({
            id: 'a',
            name: 'voice.agent_turn',
            from: 0,
            to: 1,
            attributes: {
              ...session,
              'voice.turn.id': 't_1',
              'voice.turn.cost.total': 0.03,
              'voice.turn.cost.llm': 0.02,
              'voice.turn.cost.tts': 0.01,
              'voice.turn.cost.missing_count': 1,
              'voice.cost.currency': 'EUR',
            },
          }),
        ]),
      ]),
    );
    expect(found.totals.cost).toEqual({
      sums: [{ currency: 'EUR', total: 0.03, stt: 0, llm: 0.02, tts: 0.01, other: 0, discarded: 0 }],
      missing: [],
      missingCount: 1,
      estimated: false,
    });
  });

  it('does not add up different currencies', () => {
    const stage = (id: string, currency: string): object =>
      otlpSpan({
        id,
        name: 'chat',
        from: 0,
        to: 1,
        attributes: {
          ...user,
          'voice.stage.type': 'llm',
          'voice.cost.amount': 0.1,
          'voice.cost.currency': currency,
        },
      });
    const found = onlySession(
      readSessions([otlpRequest([stage('a', 'USD'), stage('b', 'EUR'), stage('c', 'USD')])]),
    );
    expect(found.totals.cost.sums.map(({ currency, total }) => [currency, total])).toEqual([
      ['EUR', 0.1],
      ['USD', 0.2],
    ]);
  });

  it('takes nothing from values of a wrong kind, and keeps them as they are', () => {
    const odd = onlySession(
      readSessions([
        otlpRequest([
          {
            traceId: 'AB',
            spanId: 'CD',
            name: 'voice.agent_turn',
            startTimeUnixNano: 1_763_647_387_000_000_000,
            endTimeUnixNano: '1763647388000000000',
            attributes: [
              { key: 'voice.session.id', value: { stringValue: 's_1' } },
              { key: 'voice.turn.index', value: { stringValue: 'first' } },
              { key: 'voice.turn.response_latency', value: { doubleValue: 'NaN' } },
              { key: 'voice.turn.time_to_first_audio', value: { doubleValue: -1 } },
              { key: 'voice.turn.first_audio_offset', value: { intValue: '2' } },
              { key: 'big', value: { intValue: '9223372036854775807' } },
              { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, { intValue: 3 }, {}] } } },
              {
                key: '__proto__',
                value: { kvlistValue: { values: [{ key: 'a', value: { stringValue: 'b' } }] } },
              },
            ],
          },
        ]),
      ]),
    );
    expect(odd.traceIds).toEqual(['ab']);
    expect(odd.turns[0]).toMatchObject({
      spanId: 'cd',
      index: undefined,
      responseLatencyMs: undefined,
      timeToFirstAudioMs: undefined,
      firstAudioOffsetMs: 2000,
      startMs: 0,
      endMs: 1000,
    });
    const attributes = odd.turns[0]?.attributes ?? {};
    expect(attributes['voice.turn.response_latency']).toBe('NaN');
    expect(attributes.big).toBe('9223372036854775807');
    expect(attributes.list).toEqual([true, 3, null]);
    expect(Object.keys(attributes)).toContain('__proto__');
  });
});
