import { describe, expect, it } from 'vitest';
import { type LatencyBudget, latencyBudget } from '../../src/report/budget.js';
import type { SessionReport, TurnReport } from '../../src/report/model.js';
import { readSessions } from '../../src/report/read.js';
import { CONVERSATION_REQUESTS } from './conversation.js';
import { otlpRequest, otlpSpan, type Value } from './spans.js';

function budgetOf(index: number, session: SessionReport | undefined): LatencyBudget | undefined {
  const turn = session?.turns[index];
  if (session === undefined || turn === undefined) throw new Error('no such turn');
  return latencyBudget(turn, session);
}

/** `[share, from, to]` in seconds of the session. */
function lines(budget: LatencyBudget | undefined): unknown[] | undefined {
  return budget?.segments.map(({ share, startMs, endMs }) => [share, startMs / 1000, endMs / 1000]);
}

describe('where the latency went in the call written by hand', () => {
  const [session] = readSessions(CONVERSATION_REQUESTS);

  it('nowhere for a greeting and for users', () => {
    expect([0, 1, 3, 5, 7].map((index) => budgetOf(index, session))).toEqual(Array(5).fill(undefined));
  });

  it('in a plain turn', () => {
    expect(lines(budgetOf(2, session))).toEqual([
      ['end_pointing', 5.9, 6.75],
      ['unexplained', 6.75, 6.76],
      ['model', 6.76, 7.18],
      ['unexplained', 7.18, 7.3],
      ['synthesis', 7.3, 7.44],
      ['playout', 7.44, 7.5],
    ]);
  });

  it('with a late recogniser and a tool; the generation that was thrown away held nobody up', () => {
    expect(lines(budgetOf(4, session))).toEqual([
      ['end_pointing', 12.4, 12.95],
      ['recognition', 12.95, 13.15],
      ['end_pointing', 13.15, 13.35],
      ['unexplained', 13.35, 13.37],
      ['model', 13.37, 14.07],
      ['unexplained', 14.07, 14.08],
      ['application', 14.08, 15.48],
      ['unexplained', 15.48, 15.5],
      ['model', 15.5, 15.95],
      ['unexplained', 15.95, 16.05],
      ['synthesis', 16.05, 16.2],
      ['playout', 16.2, 16.26],
    ]);
  });

  it('with 1.4 s of which no span says anything', () => {
    expect(lines(budgetOf(6, session))).toEqual([
      ['end_pointing', 20, 20.85],
      ['unexplained', 20.85, 22.25],
      ['model', 22.25, 22.63],
      ['unexplained', 22.63, 22.75],
      ['synthesis', 22.75, 22.91],
      ['playout', 22.91, 22.95],
    ]);
  });

  it('from the announced end where the true stop is not known', () => {
    const budget = budgetOf(8, session);
    expect(budget).toMatchObject({ from: 'announced_end', startMs: 32_000, endMs: 33_700 });
    expect(lines(budget)).toEqual([
      ['unexplained', 32, 32.05],
      ['model', 32.05, 32.35],
      ['unexplained', 32.35, 32.6],
      ['model', 32.6, 33.1],
      ['unexplained', 33.1, 33.25],
      ['synthesis', 33.25, 33.45],
      ['playout', 33.45, 33.7],
    ]);
  });
});

interface StageSketch {
  readonly of?: 'user' | 'agent';
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly first?: number;
  readonly attributes?: Readonly<Record<string, Value>>;
}

/**
 * A user turn from 0 to 1 whose end is announced at 1.5, and an agent turn committed at 2 and heard at 4, with
 * these stages. Response 3.0, TTFA 2.5.
 */
function answer(
  stages: readonly StageSketch[],
  agent: Readonly<Record<string, Value>> = {},
): [SessionReport, TurnReport] {
  const common = { 'voice.session.id': 's_1' };
  const turns = {
    user: { ...common, 'voice.turn.id': 't_0', 'voice.turn.index': 0, 'voice.turn.speaker': 'user' },
    agent: { ...common, 'voice.turn.id': 't_1', 'voice.turn.index': 1, 'voice.turn.speaker': 'agent' },
  };
  const spans = [
    otlpSpan({
      id: 'u',
      name: 'voice.user_turn',
      from: 0,
      to: 1,
      attributes: {
        ...turns.user,
        'voice.turn.speech_end_offset': 1,
        'voice.turn.announced_end_offset': 1.5,
      },
    }),
    otlpSpan({
      id: 'a',
      name: 'voice.agent_turn',
      from: 2,
      to: 6,
      attributes: {
        ...turns.agent,
        'voice.turn.reply_to.id': 't_0',
        'voice.turn.first_audio_offset': 2,
        'voice.turn.response_latency': 3,
        'voice.turn.time_to_first_audio': 2.5,
        ...agent,
      },
    }),
    ...stages.map((stage, i) =>
      otlpSpan({
        id: `s${i}`,
        parent: stage.of === 'user' ? 'u' : 'a',
        name: stage.kind,
        from: stage.from,
        to: stage.to,
        attributes: {
          ...turns[stage.of ?? 'agent'],
          'voice.stage.type': stage.kind,
          ...(stage.first === undefined ? {} : { 'voice.stage.time_to_first_output': stage.first }),
          ...stage.attributes,
        },
      }),
    ),
  ];
  const [session] = readSessions([otlpRequest(spans)]);
  const turn = session?.turns[1];
  if (session === undefined || turn === undefined) throw new Error('no session');
  return [session, turn];
}

function shares(
  stages: readonly StageSketch[],
  agent?: Readonly<Record<string, Value>>,
): unknown[] | undefined {
  const [session, turn] = answer(stages, agent);
  return lines(latencyBudget(turn, session));
}

describe('what the spans cannot tell', () => {
  it('all after the commit is unexplained without stages', () => {
    expect(shares([])).toEqual([
      ['end_pointing', 1, 2],
      ['unexplained', 2, 4],
    ]);
  });

  it('a synthesiser without a first byte leaves its time and the playout unexplained', () => {
    expect(
      shares([
        { kind: 'llm', from: 2, to: 3, first: 0.5 },
        { kind: 'tts', from: 3, to: 5 },
      ]),
    ).toEqual([
      ['end_pointing', 1, 2],
      ['model', 2, 2.5],
      ['unexplained', 2.5, 4],
    ]);
  });

  it('a model without a first token counts whole where it ended before the synthesis, else not', () => {
    const tts = { kind: 'tts', from: 3, to: 5, first: 0.5 };
    const voice = [
      ['synthesis', 3, 3.5],
      ['playout', 3.5, 4],
    ];
    expect(shares([{ kind: 'llm', from: 2, to: 2.9 }, tts])).toEqual([
      ['end_pointing', 1, 2],
      ['model', 2, 2.9],
      ['unexplained', 2.9, 3],
      ...voice,
    ]);
    expect(shares([{ kind: 'llm', from: 2, to: 4 }, tts])).toEqual([
      ['end_pointing', 1, 2],
      ['unexplained', 2, 3],
      ...voice,
    ]);
  });

  it('nothing at all without a first audio or a latency', () => {
    const [session, turn] = answer([]);
    expect(latencyBudget({ ...turn, firstAudioOffsetMs: undefined }, session)).toBeUndefined();
    expect(
      latencyBudget({ ...turn, responseLatencyMs: undefined, timeToFirstAudioMs: undefined }, session),
    ).toBeUndefined();
  });

  it('not what the wait was for, where the user turn is not there: it only has the stages', () => {
    const [session, turn] = answer([{ kind: 'llm', from: 2.25, to: 3, first: 0.5 }]);
    const alone = { ...session, turns: [turn] };
    expect(lines(latencyBudget(turn, alone))).toEqual([
      ['unexplained', 1, 2.25],
      ['model', 2.25, 2.75],
      ['unexplained', 2.75, 4],
    ]);
  });
});

describe('who held the answer up', () => {
  it('a preemptive generation counts from the commit only', () => {
    expect(
      shares([
        { kind: 'llm', from: 1.2, to: 3, first: 1.3 },
        { kind: 'tts', from: 2.5, to: 5, first: 1 },
      ]),
    ).toEqual([
      ['end_pointing', 1, 2],
      ['model', 2, 2.5],
      ['synthesis', 2.5, 3.5],
      ['playout', 3.5, 4],
    ]);
  });

  it('sound that was ready before the commit leaves playout alone', () => {
    expect(shares([{ kind: 'tts', from: 1.2, to: 3, first: 0.3 }])).toEqual([
      ['end_pointing', 1, 2],
      ['playout', 2, 4],
    ]);
  });

  it('a speech-to-speech model has no synthesiser: after its first output comes the playout', () => {
    const model = { kind: 'llm', from: 2.25, to: 5, first: 1.5 };
    expect(shares([{ ...model, attributes: { 'gen_ai.operation.name': 'generate_content' } }])).toEqual([
      ['end_pointing', 1, 2],
      ['unexplained', 2, 2.25],
      ['model', 2.25, 3.75],
      ['playout', 3.75, 4],
    ]);
    expect(shares([model])?.at(-1)).toEqual(['unexplained', 3.75, 4]);
  });

  it('the stages of a loop that runs them in the user turn', () => {
    expect(
      shares([
        { of: 'user', kind: 'stt', from: 1.5, to: 1.625 },
        { of: 'user', kind: 'llm', from: 1.625, to: 1.875, first: 0.25 },
        { kind: 'tts', from: 2, to: 5, first: 1.75 },
      ]),
    ).toEqual([
      ['end_pointing', 1, 1.5],
      ['recognition', 1.5, 1.625],
      ['model', 1.625, 1.875],
      ['unexplained', 1.875, 2],
      ['synthesis', 2, 3.75],
      ['playout', 3.75, 4],
    ]);
  });

  it('a recogniser that outlives the commit holds up only until then', () => {
    expect(shares([{ of: 'user', kind: 'stt', from: 0, to: 3 }])).toEqual([
      ['end_pointing', 1, 1.5],
      ['recognition', 1.5, 2],
      ['unexplained', 2, 4],
    ]);
  });

  it('tools at the same time count once', () => {
    expect(
      shares([
        { kind: 'tool', from: 2, to: 2.75 },
        { kind: 'api_call', from: 2.25, to: 3 },
        { kind: 'tts', from: 3, to: 5, first: 1 },
      ]),
    ).toEqual([
      ['end_pointing', 1, 2],
      ['application', 2, 2.75],
      ['application', 2.75, 3],
      ['synthesis', 3, 4],
    ]);
  });

  it('what came after the answer was heard counts nowhere', () => {
    expect(
      shares([
        { kind: 'tts', from: 2, to: 5, first: 2 },
        { kind: 'llm', from: 4.5, to: 5, first: 0.25 },
        { kind: 'tts', from: 5, to: 6, first: 0.25 },
      ]),
    ).toEqual([
      ['end_pointing', 1, 2],
      ['synthesis', 2, 4],
    ]);
  });
});
