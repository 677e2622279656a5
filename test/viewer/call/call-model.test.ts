import { describe, expect, test } from 'vitest';
import { budgetParts, roundTogether } from '../../../src/viewer/page/call/budget-parts.js';
import { callModel } from '../../../src/viewer/page/call/call-model.js';
import { callText } from '../../../src/viewer/page/call/call-text.js';
import { ms } from '../../../src/viewer/page/call/format.js';
import { saidIn } from '../../../src/viewer/page/call/said.js';
import { turnMarks } from '../../../src/viewer/page/call/turn-marks.js';
import { demoCall, turnOf } from './demo.js';

const report = demoCall();
const model = callModel(report);

describe('the demo call', () => {
  // First audio less the caller's true stop, by hand from the spans; and the pauses of the caller.
  test('its silences are those that a person hears', () => {
    expect(
      model.silences.items.map(({ startMs, endMs, waitsFor }) => [ms(endMs - startMs), waitsFor]),
    ).toEqual([
      ['272 ms', 'agent'],
      ['357 ms', 'user'],
      ['744 ms', 'agent'],
      ['356 ms', 'user'],
      ['1,379 ms', 'agent'],
      ['1,070 ms', 'agent'],
      ['299 ms', 'user'],
      ['750 ms', 'agent'],
      ['805 ms', undefined],
    ]);
  });

  test('where the caller spoke into the agent there is none', () => {
    const [turn5, turn6] = [turnOf(report, 5), turnOf(report, 6)];
    expect(model.silences.items.some(({ before, after }) => before === turn5 && after === turn6)).toBe(false);
    expect(model.marks.items.filter(({ kind }) => kind === 'barge-in').map(({ turn }) => turn)).toEqual([
      turn6,
    ]);
  });

  test('has a lane for each kind of stage, in the order of an answer', () => {
    expect(model.lanes.map(({ label, bars }) => [label, bars.items.length])).toEqual([
      ['user', 4],
      ['agent', 5],
      ['vad', 4],
      ['recogniser', 4],
      ['model', 6],
      ['tools', 1],
      ['synthesis', 5],
    ]);
  });

  test('names the slowest answer and what took longest in it', () => {
    expect(model.highlights.map(({ text }) => text)).toEqual([
      'slowest answer: turn 5, 1,379 ms of silence, longest part end-pointing (500 ms)',
    ]);
  });

  test('the parts of its slowest answer add up to its response latency', () => {
    const budget = model.budgets.get(turnOf(report, 5));
    if (budget === undefined) throw new Error('turn 5 has a latency');
    expect(budgetParts(budget)).toEqual([
      { share: 'end_pointing', wholeMs: 500 },
      { share: 'model', wholeMs: 387 },
      { share: 'unexplained', wholeMs: 65 },
      { share: 'application', wholeMs: 183 },
      { share: 'synthesis', wholeMs: 243 },
      { share: 'playout', wholeMs: 1 },
    ]);
  });

  test('says what stands out', () => {
    expect(turnMarks(turnOf(report, 6), model).map(({ sign, text }) => `${sign} ${text}`)).toEqual([
      '! barge-in: cut off turn 5, which fell silent after 507 ms',
      '· llm gpt-4.1-mini: discarded',
    ]);
    expect(turnMarks(turnOf(report, 5), model).map(({ text }) => text)).toEqual([
      'cut off by turn 6 at 0:14.60',
    ]);
  });

  test('each silence stands before the turn that ends it', () => {
    expect(model.entries.map(({ kind }) => kind)).toEqual([
      ...['silence', 'turn', 'silence', 'turn', 'silence', 'turn', 'silence', 'turn', 'silence', 'turn'],
      ...['turn', 'silence', 'turn', 'silence', 'turn', 'silence', 'turn', 'silence'],
    ]);
  });

  test('as text it is what the timeline prints', () => {
    expect(callText(report)).toContain('response 1379 ms = end-pointing 500 + model first token 387');
  });
});

describe('data with faults', () => {
  test('a call of nothing has something to show', () => {
    const empty = callModel({ ...report, turns: [], stages: [], durationMs: 0 });
    expect(empty.entries).toEqual([]);
    expect(empty.whole).toEqual({ startMs: -50, endMs: 50 });
  });

  test('two turns under one id are both there', () => {
    const [first, second] = [turnOf(report, 1), turnOf(report, 2)];
    const twice = callModel({ ...report, turns: [first, { ...second, turnId: first.turnId }] });
    expect(twice.report.turns.map((turn) => twice.numberOf(turn))).toEqual([1, 2]);
    expect(twice.turnOf(first.turnId)).toBe(first);
  });

  test('a turn before the call, and one without a span, say so', () => {
    const turn = { ...turnOf(report, 1), startMs: -4000, endMs: -3000, complete: false };
    const broken = callModel({ ...report, turns: [turn] });
    expect(turnMarks(turn, broken).map(({ text }) => text)).toEqual([
      'the turn has no span: it is still open, or its span was lost',
      'it starts before the call does: clocks disagree',
    ]);
    expect(broken.whole.startMs).toBeLessThan(-4000);
  });
});

test.each([
  [[0.5, 0.5], 1, [1, 0]],
  [[10.4, 10.4, 10.4], 31, [11, 10, 10]],
  [[500.2, 386.9, 65.1], 952, [500, 387, 65]],
  [[], 0, []],
])('%j rounded together to %d', (values, total, rounded) => {
  expect(roundTogether(values, total)).toEqual(rounded);
});

describe('what was generated and not heard', () => {
  const turn = turnOf(report, 5);

  test('goes on where the heard part ends', () => {
    expect(saidIn({ ...turn, transcript: 'We have', generatedTranscript: 'We have stores.' })).toEqual({
      heard: 'We have',
      unheard: ' stores.',
      continues: true,
    });
  });

  test('stands for itself where it is another text', () => {
    const said = saidIn({ ...turn, transcript: 'Wir haben', generatedTranscript: 'We have stores.' });
    expect(said).toEqual({ heard: 'Wir haben', unheard: 'We have stores.', continues: false });
  });
});
