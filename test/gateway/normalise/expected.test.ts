import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BLANKS } from '../../../scripts/pipecat/blanks.js';
import type { Truth } from '../../../scripts/pipecat/truth.js';
import { expectedTurns } from '../../../scripts/pipecat/turns.js';
import { expectedOf, SCENARIOS } from './support.js';

describe('the expected turns beside the recordings', () => {
  it.each(SCENARIOS)('%s: are what ground truth says, and no more', (scenario) => {
    const file = new URL(`../../fixtures/pipecat/${scenario}/truth.json`, import.meta.url);
    const truth: Truth = JSON.parse(readFileSync(file, 'utf8'));
    const { spans = [], frames = [], rtvi = [] } = BLANKS[scenario] ?? {};
    const worked = Object.entries(truth.conversations).map(([key, conversation]) => [
      key,
      { turns: expectedTurns(conversation), blanks: { spans, frames, rtvi } },
    ]);
    expect(expectedOf(scenario)).toEqual(Object.fromEntries(worked));
  });

  it('are what a listener would say: a barge-in, a cough, and a user who goes on', () => {
    const outline = (scenario: string): unknown[] =>
      (expectedOf(scenario).a?.turns ?? []).map(({ speaker, interrupted, replyTo, bargeInOn }) => [
        speaker,
        interrupted,
        replyTo,
        bargeInOn,
      ]);
    expect(outline('barge-in')).toEqual([
      ['user', false, null, null],
      ['agent', true, 0, null],
      ['user', false, null, 1],
      ['agent', false, 2, null],
    ]);
    expect(outline('false-interruption')).toEqual([
      ['user', false, null, null],
      ['agent', true, 0, null],
      ['agent', false, null, null],
      ['user', false, null, null],
      ['agent', false, 3, null],
    ]);
    expect(outline('user-resumes-before-reply')).toEqual([
      ['user', false, null, null],
      ['user', false, null, null],
      ['agent', false, 1, null],
    ]);
  });
});
