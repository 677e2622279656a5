import { describe, expect, it } from 'vitest';
import { comparable, expectConformant, expectedOf, scenarios, turnsSeen } from './conversation.js';
import { replayFrames } from './replay.js';

describe.each(scenarios)('the frames of %s', (scenario) => {
  it('give the turns that were heard', () => {
    const spans = replayFrames(scenario);
    expectConformant(spans);
    const { seen, expected } = comparable(turnsSeen(spans), expectedOf(scenario), 'frames');
    expect(seen).toEqual(expected);
  });
});
