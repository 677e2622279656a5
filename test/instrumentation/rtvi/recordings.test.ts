import { describe, expect, it } from 'vitest';
import { comparable, expectConformant, expectedOf, scenarios, turnsSeen } from '../pipeline/conversation.js';
import { replayMessages } from './replay.js';

describe.each(scenarios)('the RTVI messages of %s', (scenario) => {
  it('give the turns that were heard', async () => {
    const spans = await replayMessages(scenario);
    expectConformant(spans);
    const { seen, expected } = comparable(turnsSeen(spans), expectedOf(scenario), 'rtvi');
    expect(seen).toEqual(expected);
  });
});
