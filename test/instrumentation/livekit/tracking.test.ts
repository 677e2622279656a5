import { describe, expect, it } from 'vitest';
import type { TurnRecord } from '../../../src/signals/writer.js';
import { track, turns } from '../../signals/recorder.js';
import { Driver, type Handle } from './driver.js';

/** The agent tells a story from 1000 on. */
function story(driver: Driver): Handle {
  const speech = driver.speech(900, 'story', { source: 'say' });
  driver.agent(1000, 'listening', 'speaking');
  return speech;
}

function records(driver: Driver): TurnRecord[] {
  return turns(track(driver.signals));
}

describe('who cut off whom, and how fast', () => {
  it('the turn is committed before the agent falls silent', () => {
    const driver = new Driver();
    const speech = story(driver);
    driver.user(3060, 'speaking');
    driver.heard(3400, 'stop');
    driver.eou(3500, 'reply', 3300);
    driver.message(3500, { role: 'user', textContent: 'stop', metrics: { startedSpeakingAt: 3 } });
    driver.agent(3550, 'speaking', 'listening');
    driver.done(3551, speech, true);
    expect(records(driver)[1]).toMatchObject({
      startTime: 3000,
      interruption: { agentTurnId: 'agent-0', latencyMs: 550 },
    });
  });

  it('is measured from the stretch of speech under which the agent fell silent, by the delay of its detector', () => {
    const driver = new Driver();
    const speech = story(driver);
    driver.user(2060, 'speaking');
    driver.heard(2300, 'well');
    driver.user(2500, 'listening');
    driver.user(3060, 'speaking');
    driver.agent(3300, 'speaking', 'listening');
    driver.heard(3900, 'stop it');
    driver.done(3950, speech, true);
    driver.user(4000, 'listening');
    driver.eou(4100, 'reply', 3750);
    driver.message(4100, { role: 'user', textContent: 'well stop it', metrics: { startedSpeakingAt: 2 } });
    expect(records(driver)[1]).toMatchObject({
      startTime: 2000,
      transcript: 'well stop it',
      interruption: { agentTurnId: 'agent-0', latencyMs: 300 },
      events: [
        { name: 'user_speech_start', time: 2000 },
        { name: 'user_speech_end', time: 2500 },
        { name: 'user_speech_start', time: 3000 },
        { name: 'user_speech_end', time: 3750 },
        { name: 'barge_in', time: 3300 },
      ],
    });
  });

  it('by speech that no detector heard: who is known, how fast is not', () => {
    const driver = new Driver();
    const speech = story(driver);
    driver.heard(3400, 'stop');
    driver.agent(3410, 'speaking', 'listening');
    driver.done(3420, speech, true);
    driver.eou(3700, 'reply');
    driver.message(3700, { role: 'user', textContent: 'stop' });
    expect(records(driver)[1]?.interruption).toEqual({ agentTurnId: 'agent-0' });
  });

  it('a noise while the agent thinks is no turn, and the speech after it starts on its own', () => {
    const driver = new Driver();
    driver.user(1060, 'speaking');
    driver.user(1500, 'listening');
    driver.translator.falseInterruption({ resumed: true, createdAt: 1510 });
    driver.user(2060, 'speaking');
    driver.heard(2900, 'hello');
    driver.user(3000, 'listening');
    driver.eou(3100, 'reply', 2750);
    driver.message(3100, { role: 'user', textContent: 'hello', metrics: { startedSpeakingAt: 1 } });
    expect(records(driver)).toMatchObject([{ turnId: 'user-0', startTime: 2000, transcript: 'hello' }]);
  });
});

describe('transcripts that come late', () => {
  it('interim ones make way for the final one', () => {
    const driver = new Driver();
    driver.user(1000, 'speaking');
    driver.user(2000, 'listening');
    driver.speech(2200, 'a', { userInitiated: false });
    driver.heard(2300, 'turn', { itemId: 'u1', isFinal: false });
    driver.heard(2400, 'turn the', { itemId: 'u1', isFinal: false });
    driver.heard(2500, 'turn the light on', { itemId: 'u1' });
    driver.close(3000);
    const ofUser = records(driver).filter(({ speaker }) => speaker === 'user');
    expect(ofUser.map(({ transcript }) => transcript)).toEqual(['turn the light on']);
  });
});
