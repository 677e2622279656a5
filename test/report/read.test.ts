import { describe, expect, it } from 'vitest';
import type { StageReport, TurnReport } from '../../src/report/model.js';
import { readSessions } from '../../src/report/read.js';
import { CONVERSATION_REQUESTS, OPEN_CALL_REQUESTS } from './conversation.js';
import { onlySession, START } from './spans.js';

function stageLine(stage: StageReport): readonly unknown[] {
  return [stage.kind, stage.model ?? stage.toolName, stage.startMs, stage.endMs, stage.timeToFirstOutputMs];
}

function turnLine(turn: TurnReport): readonly unknown[] {
  return [
    turn.index,
    turn.speaker,
    turn.startMs,
    turn.endMs,
    turn.timeToFirstAudioMs,
    turn.responseLatencyMs,
  ];
}

describe('a whole call', () => {
  const session = onlySession(readSessions(CONVERSATION_REQUESTS));

  it('has a head', () => {
    expect(session).toMatchObject({
      sessionId: 's_00000000000000c1',
      traceIds: ['4bf92f3577b34da6a3ce929d0e0e4736'],
      complete: true,
      startTime: START,
      durationMs: 36_000,
      agentName: 'front_desk',
      agentVersion: 'v42',
      transport: 'webrtc',
      externalId: 'call-7731',
      roomId: 'room-17',
      userId: 'user_42',
      tenantId: undefined,
      endReason: 'user_left',
      endDetail: 'participant_disconnected',
      quality: { mos: 4.2, packetLoss: 0.003, jitterMs: 18 },
      recording: { url: undefined, codec: undefined, durationMs: undefined },
      stages: [],
      events: [],
      notes: [],
    });
  });

  it('has its turns in order, in milliseconds from its start', () => {
    expect(session.turns.map(turnLine)).toEqual([
      [0, 'agent', 200, 2850, undefined, undefined],
      [1, 'user', 3600, 5900, undefined, undefined],
      [2, 'agent', 6750, 10_100, 1050, 1600],
      [3, 'user', 10_900, 12_400, undefined, undefined],
      [4, 'agent', 13_350, 18_510, 3310, 3860],
      [5, 'user', 18_300, 20_000, undefined, undefined],
      [6, 'agent', 20_850, 29_000, 2400, 2950],
      [7, 'user', 30_200, 32_000, undefined, undefined],
      [8, 'agent', 32_000, 35_200, 1700, undefined],
    ]);
  });

  it('gives each turn its stages', () => {
    expect(session.turns[3]?.stages.map(stageLine)).toEqual([
      ['stt', 'nova-3', 10_900, 13_150, undefined],
      ['llm', 'gpt-4.1-mini', 12_100, 12_700, 400],
    ]);
    expect(session.turns[4]?.stages.map(stageLine)).toEqual([
      ['llm', 'gpt-4.1-mini', 13_370, 14_070, 600],
      ['tool', 'find_booking', 14_080, 15_480, undefined],
      ['llm', 'gpt-4.1-mini', 15_500, 16_600, 450],
      ['tts', 'acme-voice', 16_050, 17_900, 150],
    ]);
    expect(session.turns.map((turn) => turn.stages.length)).toEqual([1, 1, 2, 2, 4, 1, 2, 1, 3]);
  });

  it('keeps what was said, the offsets, and who cut off whom', () => {
    expect(session.turns[5]).toMatchObject({
      transcript: 'Okay great. Can you also book a table for two?',
      endReason: 'completed',
      speechEndOffsetMs: 1700,
      announcedEndOffsetMs: 2250,
      interruptedTurnId: 't_4',
      interruptionLatencyMs: 210,
      events: [{ name: 'barge_in', timeMs: 18_300, payload: '{"agent_turn_id":"t_4"}' }],
    });
    expect(session.turns[4]).toMatchObject({
      endReason: 'interrupted',
      firstAudioOffsetMs: 2910,
      lastAudioOffsetMs: 5160,
      replyToTurnId: 't_3',
      interruptedByTurnId: 't_5',
      latencySource: 'measured',
    });
  });

  it('keeps prices, their absence with the reason, and errors', () => {
    expect(session.turns[2]?.stages[0]?.cost).toEqual({
      amount: 0.000296,
      currency: 'USD',
      source: 'price_table',
      estimated: false,
      priceDate: '2026-11-22',
    });
    expect(session.turns[4]?.stages[3]?.cost).toEqual({ missingReason: 'unknown_model' });
    expect(session.turns[4]?.stages[1]?.cost).toBeUndefined();
    expect(session.turns[8]?.stages[0]?.error).toEqual({
      type: 'RateLimitError',
      message: 'too many requests',
    });
    // 0.0004 + 0.0005, the synthesiser has no price
    expect(session.turns[4]?.cost).toEqual({
      sums: [{ currency: 'USD', total: 0.0009, stt: 0, llm: 0.0009, tts: 0, other: 0, discarded: 0 }],
      missing: [{ kind: 'tts', provider: 'acme', model: 'acme-voice', reason: 'unknown_model', count: 1 }],
      missingCount: 1,
      estimated: false,
    });
  });

  it('adds up', () => {
    expect(session.totals).toEqual({
      turns: 9,
      userTurns: 4,
      agentTurns: 5,
      interruptions: 1,
      failedInterrupts: 1,
      failedStages: 1,
      // 1050, 1700, 2400, 3310: rank 2 of 4 and rank 4
      timeToFirstAudio: { count: 4, p50Ms: 1700, p95Ms: 3310 },
      // 1600, 2950, 3860: rank 2 of 3 and rank 3
      responseLatency: { count: 3, p50Ms: 2950, p95Ms: 3860 },
      interruptionLatency: { count: 1, p50Ms: 210, p95Ms: 210 },
      cost: {
        // stt 0.0002 + 0.00018 + 0.00022 + 0.00016; llm 0.000296 + 0.0001 (discarded) + 0.0004 + 0.0005 + 0.0003;
        // tts 0.00124 + 0.0034 + 0.0052 + 0.0012
        sums: [
          {
            currency: 'USD',
            total: 0.013396,
            stt: 0.00076,
            llm: 0.001596,
            tts: 0.01104,
            other: 0,
            discarded: 0.0001,
          },
        ],
        missing: [
          { kind: 'llm', provider: 'openai', model: 'gpt-4.1-mini', reason: 'no_usage', count: 2 },
          { kind: 'tts', provider: 'acme', model: 'acme-voice', reason: 'unknown_model', count: 1 },
        ],
        missingCount: 3,
        estimated: false,
      },
    });
  });
});

describe('a call without its session span', () => {
  const session = onlySession(readSessions(OPEN_CALL_REQUESTS));

  it('counts from its earliest span and takes its head from any', () => {
    expect(session).toMatchObject({
      sessionId: 's_00000000000000c2',
      complete: false,
      startTime: START + 99_200,
      durationMs: 5400,
      agentName: 'front_desk',
      endReason: undefined,
    });
    expect(session.notes).toEqual([
      'There is no session span: the call is still running, or its span was lost.',
      '1 turn has no span (still open, or lost); only stages are known.',
    ]);
  });

  it('shows a turn of which only a stage is there', () => {
    expect(session.turns.map(turnLine)).toEqual([
      [0, 'user', 800, 3300, undefined, undefined],
      [1, 'agent', 4200, 5400, undefined, undefined],
    ]);
    expect(session.turns[1]).toMatchObject({ complete: false, spanId: undefined, transcript: undefined });
  });

  it('keeps a stage of no turn, and says of a stage that nothing priced it', () => {
    expect(session.stages.map(stageLine)).toEqual([['api_call', undefined, 0, 700, undefined]]);
    expect(session.turns[0]?.stages[0]?.cost).toEqual({ missingReason: 'not_priced' });
  });
});
