import { describe, expect, it } from 'vitest';
import type { StageRecord } from '../../../src/signals/signal.js';
import { Driver } from './driver.js';

describe('what is left out of an event is found elsewhere', () => {
  it('the end of an utterance without an item is a commit of its own, and a late item no second one', () => {
    const driver = new Driver();
    driver.user(1000, 'speaking');
    driver.user(2250, 'listening');
    driver.eou(2300, 'a', 2000);
    driver.agent(2400, 'listening', 'speaking');
    driver.message(2500, { role: 'user', textContent: 'hello' });
    expect(driver.of('user_turn_committed')).toEqual([
      { type: 'user_turn_committed', time: 2300, stop: 2000, speechId: 'a' },
    ]);
  });

  it("LiveKit's onset reaches back to a noise: the speech that was understood began as much later as it was announced", () => {
    const driver = new Driver();
    driver.user(1060, 'speaking');
    driver.user(1500, 'listening');
    driver.user(8060, 'speaking');
    driver.heard(9000, 'hello');
    driver.eou(9300, 'a', 8900);
    driver.message(9301, { role: 'user', textContent: 'hello', metrics: { startedSpeakingAt: 1 } });
    expect(driver.of('user_turn_committed')[0]).toMatchObject({ onset: 8000, stop: 8900 });
  });

  it('what the session keeps of a turn that its close cuts off is a transcript, no commit', () => {
    const driver = new Driver();
    driver.user(1000, 'speaking');
    driver.heard(1500, 'My number');
    driver.heard(1900, 'is', { isFinal: false });
    driver.probe.closing = () => true;
    driver.message(2000, { role: 'user', textContent: 'My number is', transcriptConfidence: 0 });
    driver.close(2010);
    expect(driver.of('user_turn_committed')).toEqual([]);
    expect(driver.of('user_transcript').map(({ text, final }) => [text, final])).toEqual([
      ['My number', true],
      ['is', false],
      ['is', true],
    ]);
    expect(driver.signals.at(-1)).toEqual({ type: 'session_ended', time: 2010, reason: 'user_initiated' });
  });

  it('a speech that the close cuts off was not interrupted by anybody', () => {
    const driver = new Driver();
    const speech = driver.speech(1000, 'a');
    driver.agent(1100, 'thinking', 'speaking');
    driver.probe.closing = () => true;
    driver.done(1500, speech, true);
    driver.message(1501, { role: 'assistant', textContent: 'Hello there', interrupted: true }, speech);
    driver.agent(1502, 'speaking', 'listening');
    driver.close(1600);
    expect(driver.of('speech_done')).toEqual([]);
    expect(driver.of('agent_transcript')).toEqual([
      { type: 'agent_transcript', time: 1501, speechId: 'a', text: 'Hello there' },
    ]);
    expect(driver.of('agent_audio_stopped')).toEqual([
      { type: 'agent_audio_stopped', time: 1502, speechId: 'a' },
    ]);
  });

  it('a message of `say` belongs to the speech that has the floor', () => {
    const driver = new Driver();
    driver.speech(1000, 'first', { source: 'say' });
    driver.speech(1001, 'second', { source: 'say' });
    driver.probe.currentSpeechId = () => 'second';
    driver.message(2000, { role: 'assistant', textContent: 'Hello' });
    expect(driver.of('agent_transcript')[0]?.speechId).toBe('second');
  });

  it('without a hand-off from somebody there is none', () => {
    const driver = new Driver();
    const handOff = (time: number, from: string | undefined): void =>
      driver.translator.conversationItemAdded({
        createdAt: time,
        item: { id: `h${time}`, type: 'agent_handoff', oldAgentId: from, newAgentId: 'billing' },
      });
    handOff(1, undefined);
    handOff(2, 'front');
    expect(driver.signals).toEqual([{ type: 'agent_handoff', time: 2, from: 'front', to: 'billing' }]);
  });
});

describe('playback', () => {
  it('is dated by the output where it says more than the state, once per speech', () => {
    const driver = new Driver();
    driver.speech(1000, 'a');
    driver.translator.playbackStarted({ createdAt: 1090 });
    driver.agent(1100, 'thinking', 'speaking');
    driver.translator.playbackStarted({ createdAt: 1500 });
    driver.agent(2000, 'speaking', 'listening');
    driver.agent(2800, 'listening', 'speaking');
    expect(driver.of('agent_audio_started').map(({ time }) => time)).toEqual([1090, 2800]);
  });

  it('ends at once where the output cuts it off, and not again with the state', () => {
    const driver = new Driver();
    driver.speech(1000, 'a');
    driver.agent(1100, 'thinking', 'speaking');
    driver.now = 1500;
    driver.translator.playbackFinished({ interrupted: true });
    driver.agent(3000, 'speaking', 'listening');
    expect(driver.of('agent_audio_stopped')).toEqual([
      { type: 'agent_audio_stopped', time: 1500, speechId: 'a' },
    ]);
  });

  it('of what was cut off: what was heard is no completion of the model', () => {
    const driver = new Driver();
    const speech = driver.speech(1000, 'a');
    driver.llm(1100, { speechId: 'a' });
    driver.agent(1200, 'thinking', 'speaking');
    driver.translator.playbackFinished({ interrupted: true, synchronizedTranscript: 'Once upon' });
    driver.message(1500, { role: 'assistant', textContent: 'Once upon', interrupted: true }, speech);
    driver.done(1501, speech, true);
    expect(driver.of('agent_transcript')).toEqual([
      { type: 'agent_transcript', time: 1500, speechId: 'a', text: 'Once upon', interrupted: true },
    ]);
    expect(driver.stages[0]?.payload).not.toHaveProperty('completion');
  });

  it('that never came: what was to be said was generated and not heard', () => {
    const driver = new Driver();
    const speech = driver.speech(1000, 'a');
    driver.error(1200, 'tts_error');
    driver.message(1300, { role: 'assistant', textContent: 'Hello' }, speech);
    driver.done(1301, speech);
    expect(driver.of('agent_transcript')).toEqual([
      { type: 'agent_transcript', time: 1300, speechId: 'a', text: '', generated: 'Hello' },
    ]);
    expect(driver.stages).toEqual([
      { kind: 'tts', startTime: 1200, endTime: 1200, error: new Error('broken') },
    ]);
  });
});

describe('backchannels', () => {
  it('are false interruptions; real ones are not', () => {
    const driver = new Driver();
    driver.translator.overlappingSpeech({ isInterruption: true, detectedAt: 1000 });
    driver.translator.overlappingSpeech({ isInterruption: false, detectedAt: 2000 });
    expect(driver.signals).toEqual([{ type: 'false_interruption', time: 2000, resumed: true }]);
  });
});

describe('realtime models', () => {
  const answered = (driver: Driver): ReturnType<Driver['speech']> => {
    driver.user(1000, 'speaking');
    driver.user(2000, 'listening');
    return driver.speech(2200, 'a', { userInitiated: false });
  };

  it('the server commits what was said when it answers, and only once', () => {
    const driver = new Driver();
    answered(driver);
    driver.speech(3000, 'b', { userInitiated: false });
    expect(driver.of('user_turn_committed')).toEqual([
      { type: 'user_turn_committed', time: 2200, speechId: 'a' },
    ]);
  });

  it('a late transcript and its item are one transcript', () => {
    const driver = new Driver();
    answered(driver);
    driver.heard(2600, 'hi there', { itemId: 'u1' });
    driver.message(2601, { role: 'user', id: 'u1', textContent: 'hi there', transcriptConfidence: 1 });
    driver.speech(4000, 'b', { userInitiated: false });
    expect(driver.of('user_transcript').map(({ text }) => text)).toEqual(['hi there']);
    expect(driver.of('user_turn_committed')).toHaveLength(1);
  });

  it('a model that announces no speech is committed by its transcript', () => {
    const driver = new Driver();
    driver.heard(1500, 'hello', { itemId: 'u1' });
    driver.speech(1600, 'a', { userInitiated: false });
    expect(driver.of('user_turn_committed')).toHaveLength(1);
  });

  const usage: Partial<StageRecord<'llm'>> = { kind: 'llm', operation: 'generate_content' };

  it('metrics before the message wait for it', () => {
    const driver = new Driver();
    const speech = answered(driver);
    driver.realtime(2500);
    expect(driver.stages).toEqual([]);
    driver.message(
      3000,
      { role: 'assistant', textContent: 'Hi', metrics: { providerRequestIds: ['resp_1'] } },
      speech,
    );
    driver.done(3001, speech);
    expect(driver.of('stage_finished')).toMatchObject([
      { speechId: 'a', stage: { ...usage, payload: { completion: 'Hi' } } },
    ]);
  });

  it('metrics after the message find it', () => {
    const driver = new Driver();
    const speech = answered(driver);
    driver.message(
      3000,
      { role: 'assistant', textContent: 'Hi', metrics: { providerRequestIds: ['resp_1'] } },
      speech,
    );
    driver.done(3001, speech);
    driver.realtime(3500);
    expect(driver.of('stage_finished')).toMatchObject([{ speechId: 'a', stage: usage }]);
  });

  it('metrics of a response of which nothing was said belong to the speech that ends with it', () => {
    const driver = new Driver();
    const speech = answered(driver);
    driver.realtime(2500);
    driver.done(2600, speech, true);
    expect(driver.of('stage_finished')).toMatchObject([{ speechId: 'a', stage: usage }]);
  });

  it('metrics that nobody ever names are kept until the end', () => {
    const driver = new Driver();
    driver.realtime(2500);
    driver.close(3000);
    expect(driver.stages).toMatchObject([usage]);
  });

  it('cached tokens are broken down by what they are', () => {
    const driver = new Driver();
    driver.realtime(2500, {
      inputTokenDetails: {
        audioTokens: 80,
        textTokens: 20,
        cachedTokens: 30,
        cachedTokensDetails: { audioTokens: 25, textTokens: 5 },
      },
    });
    driver.close(3000);
    expect(driver.stages[0]?.payload).toEqual({
      promptTokens: 100,
      completionTokens: 60,
      promptTextTokens: 20,
      promptAudioTokens: 80,
      cachedTokens: 30,
      cachedTextTokens: 5,
      cachedAudioTokens: 25,
      tokensPerSecond: 150,
      ttftMs: 180,
    });
  });

  it('a response is dated from its creation, unless it would then end in the future', () => {
    const driver = new Driver();
    driver.realtime(2500, { timestamp: 2000, durationMs: 400 });
    driver.realtime(2600, { timestamp: 2600, durationMs: 400, requestId: 'resp_2' });
    driver.close(3000);
    expect(driver.stages.map(({ startTime, endTime }) => [startTime, endTime])).toEqual([
      [2000, 2400],
      [2200, 2600],
    ]);
  });
});

describe('what is held back has bounds', () => {
  it('many responses without a message are reported one by one', () => {
    const driver = new Driver();
    for (let i = 0; i < 40; i += 1) driver.realtime(1000 + i, { requestId: `r${i}` });
    expect(driver.stages).toHaveLength(8);
    driver.close(2000);
    expect(driver.stages).toHaveLength(40);
  });

  it('many stages of one speech are reported without their content', () => {
    const driver = new Driver();
    const speech = driver.speech(1000, 'a');
    for (let i = 0; i < 70; i += 1) driver.llm(1000 + i, { speechId: 'a' });
    expect(driver.stages).toHaveLength(6);
    driver.done(2000, speech);
    expect(driver.stages).toHaveLength(70);
  });

  it('many speeches: the oldest is forgotten, its stages are not lost', () => {
    const driver = new Driver();
    driver.speech(0, 's0');
    driver.llm(1, { speechId: 's0' });
    for (let i = 1; i < 80; i += 1) driver.speech(i, `s${i}`);
    driver.close(1000);
    expect(driver.stages).toHaveLength(1);
  });
});
