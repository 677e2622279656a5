import { describe, expect, test } from 'vitest';
import type { SessionReport, TurnReport } from '../../../src/report/model.js';
import { silences } from '../../../src/report/silences.js';
import { demoCall, turnOf } from './demo.js';

const demo = demoCall();

function call(durationMs: number, ...turns: TurnReport[]): SessionReport {
  return { ...demo, durationMs, turns };
}

function user(startMs: number, endMs: number): TurnReport {
  return { ...turnOf(demo, 2), startMs, endMs, speechEndOffsetMs: undefined };
}

function agent(startMs: number, firstAudioMs: number | undefined, endMs: number): TurnReport {
  const firstAudioOffsetMs = firstAudioMs === undefined ? undefined : firstAudioMs - startMs;
  return { ...turnOf(demo, 3), startMs, endMs, firstAudioOffsetMs, lastAudioOffsetMs: undefined };
}

function found(report: SessionReport): [number, number, string | undefined][] {
  return silences(report).map(({ startMs, endMs, waitsFor }) => [startMs, endMs, waitsFor]);
}

describe('silence', () => {
  test('begins with the true stop and ends with the first audio', () => {
    const stopped = { ...user(0, 1200), speechEndOffsetMs: 1000 };
    expect(found(call(4000, stopped, agent(1500, 2500, 4000)))).toEqual([[1000, 2500, 'agent']]);
  });

  test('is none where two speak at once, nor inside of the longer one', () => {
    expect(found(call(3000, agent(0, 0, 3000), user(1000, 2000)))).toEqual([]);
    expect(found(call(3000, agent(0, 0, 1000), user(900, 3000)))).toEqual([]);
  });

  test('goes on over an answer that was not heard', () => {
    const turns = [user(0, 1000), agent(1200, undefined, 1500), user(4000, 5000), agent(5000, 5400, 6000)];
    expect(found(call(6000, ...turns))).toEqual([
      [1000, 4000, 'agent'],
      [5000, 5400, 'agent'],
    ]);
  });

  test('after the last word of the caller the call waits for the agent, after the agent’s for nobody', () => {
    expect(found(call(9000, user(0, 1000)))).toEqual([[1000, 9000, 'agent']]);
    expect(found(call(9000, agent(0, 0, 1000)))).toEqual([[1000, 9000, undefined]]);
  });

  test('before the first word it is the greeting that is waited for', () => {
    expect(found(call(1000, agent(100, 300, 1000)))).toEqual([[0, 300, 'agent']]);
    expect(found(call(1000, user(300, 1000)))).toEqual([[0, 300, undefined]]);
  });

  test('of a few milliseconds is rounding, and a turn before the call leaves none', () => {
    expect(found(call(2000, user(5, 1000), agent(1000, 1009, 2000)))).toEqual([]);
    expect(found(call(2000, user(-500, 2000)))).toEqual([]);
  });

  test('where it is never known when the agent is heard, its turns count whole', () => {
    expect(found(call(3000, user(0, 1000), agent(1500, undefined, 3000)))).toEqual([[1000, 1500, 'agent']]);
  });
});
