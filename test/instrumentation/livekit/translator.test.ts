import { describe, expect, it } from 'vitest';
import type { StageRecord } from '../../../src/signals/signal.js';
import { Driver } from './driver.js';

describe('models', () => {
  const unknown = { modelProvider: 'unknown', modelName: 'unknown' };

  it.each([
    ['nothing is known', undefined, undefined, {}],
    [
      'metadata alone',
      { modelProvider: 'Deepgram', modelName: 'nova-3' },
      undefined,
      { provider: 'Deepgram', model: 'nova-3' },
    ],
    [
      'metadata wins',
      { modelProvider: 'Deepgram', modelName: 'nova-3' },
      'x/y',
      { provider: 'Deepgram', model: 'nova-3' },
    ],
    ['a hint for what is unknown', unknown, 'openai/gpt-4o', { provider: 'openai', model: 'gpt-4o' }],
    ['a hint for what is missing', undefined, 'openai/gpt-4o', { provider: 'openai', model: 'gpt-4o' }],
    [
      'a label is no name',
      { modelProvider: 'openai', modelName: 'fake.LLM' },
      'openai/gpt-4o',
      { provider: 'openai', model: 'gpt-4o' },
    ],
    [
      'a hint without a provider',
      { modelProvider: 'openai', modelName: 'unknown' },
      'gpt-4o',
      { provider: 'openai', model: 'gpt-4o' },
    ],
    [
      'the inference gateway keeps its spelling',
      { modelProvider: 'livekit', modelName: 'openai/gpt-4.1-mini' },
      undefined,
      { provider: 'livekit', model: 'openai/gpt-4.1-mini' },
    ],
  ])('%s', (_, metadata, hint, expected) => {
    const driver = new Driver(hint === undefined ? {} : { llm: hint });
    driver.llm(1000, { metadata });
    const { provider, model } = driver.stages[0] ?? {};
    expect({ ...(provider && { provider }), ...(model && { model }) }).toEqual(expected);
  });
});

describe('metrics', () => {
  it('a call that reports no tokens has no usage, and one without a first token no time to it', () => {
    const driver = new Driver();
    driver.llm(1000, {
      promptTokens: 0,
      completionTokens: 0,
      promptCachedTokens: 0,
      totalTokens: 0,
      tokensPerSecond: 0,
      ttftMs: -1,
    });
    driver.tts(1000, { ttfbMs: -1, streamed: false });
    expect(driver.stages).toEqual([
      { kind: 'llm', startTime: 800, endTime: 1000, provider: 'acme', model: 'one', payload: {} },
      {
        kind: 'tts',
        mode: 'batch',
        startTime: 850,
        endTime: 1000,
        provider: 'acme',
        model: 'one',
        payload: { characters: 12, audioDurationMs: 600 },
      },
    ]);
  });

  it('tokens written to the cache are counted', () => {
    const driver = new Driver();
    driver.llm(1000, { cacheCreationTokens: 40 });
    expect(driver.stages[0]?.payload).toMatchObject({ cacheWriteTokens: 40 });
  });

  it('usage of the recogniser is summed over a turn, whatever its schedule', () => {
    const driver = new Driver();
    driver.stt(5000);
    driver.user(8000, 'speaking');
    driver.stt(10_000);
    driver.heard(10_500, 'hello');
    driver.user(10_600, 'listening');
    driver.eou(10_800, 'a', 10_300);
    driver.message(10_801, { role: 'user', textContent: 'hello', metrics: { startedSpeakingAt: 7.94 } });
    driver.stt(15_000);
    expect(driver.stages).toEqual([
      {
        kind: 'stt',
        startTime: 7940,
        endTime: 10_500,
        provider: 'acme',
        model: 'one',
        mode: 'stream',
        payload: {
          audioDurationMs: 10_000,
          partials: [{ seq: 0, timestampMs: 2560, text: 'hello', isFinal: true }],
          finalTranscript: 'hello',
        },
      },
      {
        kind: 'vad',
        startTime: 7940,
        endTime: 10_800,
        payload: { speechStartedAt: 7940, speechEndedAt: 10_300 },
      },
    ]);
    driver.close(20_000);
    expect(driver.stages.at(-1)).toEqual({
      kind: 'stt',
      startTime: 10_000,
      endTime: 15_000,
      provider: 'acme',
      model: 'one',
      mode: 'stream',
      payload: { audioDurationMs: 5000 },
    });
  });

  it('a recogniser without usage still has a stage, by the model that the application names', () => {
    const driver = new Driver({ stt: 'deepgram/nova-3' });
    driver.user(1000, 'speaking');
    driver.heard(2000, 'hello');
    driver.eou(2300, 'a', 1900);
    driver.message(2301, { role: 'user', textContent: 'hello', transcriptConfidence: 0.9 });
    expect(driver.stages[0]).toEqual({
      kind: 'stt',
      startTime: 1000,
      endTime: 2000,
      provider: 'deepgram',
      model: 'nova-3',
      payload: {
        partials: [{ seq: 0, timestampMs: 1000, text: 'hello', isFinal: true }],
        finalTranscript: 'hello',
        finalConfidence: 0.9,
      },
    });
  });

  it('a recogniser that works in batches has a request duration', () => {
    const driver = new Driver();
    driver.user(1000, 'speaking');
    driver.stt(2200, { streamed: false, durationMs: 180, audioDurationMs: 900 });
    driver.heard(2200, 'hello');
    driver.eou(2300, 'a', 1900);
    driver.message(2301, { role: 'user', textContent: 'hello' });
    expect(driver.stages[0]).toMatchObject({
      mode: 'batch',
      payload: { audioDurationMs: 900, requestDurationMs: 180 },
    });
  });

  it('the adaptive interruption detector is a stage of the user, with its model', () => {
    const driver = new Driver();
    driver.now = 1000;
    driver.translator.metricsCollected({
      type: 'interruption_metrics',
      timestamp: 1000,
      totalDuration: 80,
      metadata: { modelProvider: 'livekit', modelName: 'adaptive' },
    });
    expect(driver.signals).toEqual([
      {
        type: 'stage_finished',
        time: 1000,
        speaker: 'user',
        stage: { kind: 'vad', startTime: 920, endTime: 1000, provider: 'livekit', model: 'adaptive' },
      },
    ]);
  });
});

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

describe('errors', () => {
  it('fail the call whose metrics come with them', () => {
    const driver = new Driver();
    driver.speech(1000, 'a');
    driver.error(1200, 'llm_error', { label: 'fake.LLM' });
    driver.llm(1200, { speechId: 'a', ttftMs: -1 });
    driver.agent(1201, 'thinking', 'listening');
    driver.close(1300);
    expect(driver.stages).toHaveLength(1);
    expect(driver.stages[0]).toMatchObject({
      kind: 'llm',
      startTime: 1000,
      endTime: 1200,
      error: new Error('broken'),
    });
  });

  it('that LiveKit will try again are events', () => {
    const driver = new Driver();
    driver.error(1200, 'tts_error', { recoverable: true });
    expect(driver.signals).toEqual([
      {
        type: 'custom_event',
        time: 1200,
        name: 'tts_error',
        payload: { label: 'fake', message: 'broken', recoverable: true },
      },
    ]);
  });

  it('of a recogniser are its failed stage at once, on the side of the user', () => {
    const driver = new Driver({ stt: 'deepgram/nova-3' });
    driver.speech(1000, 'a');
    driver.error(1200, 'stt_error');
    expect(driver.of('stage_finished')).toEqual([
      {
        type: 'stage_finished',
        time: 1200,
        speaker: 'user',
        stage: {
          kind: 'stt',
          startTime: 1200,
          endTime: 1200,
          provider: 'deepgram',
          model: 'nova-3',
          error: new Error('broken'),
        },
      },
    ]);
  });

  it('one after another of the same kind are all kept', () => {
    const driver = new Driver();
    driver.error(1000, 'tts_error');
    driver.error(2000, 'tts_error');
    driver.close(3000);
    expect(driver.stages.map(({ startTime }) => startTime)).toEqual([1000, 2000]);
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

describe('tools', () => {
  const call = { id: 'c1', callId: 'call_1', name: 'lookup', args: '{"city":"Paris"}', createdAt: 1200 };

  it('are stages with their result, between the calls of the model', () => {
    const driver = new Driver();
    const speech = driver.speech(1000, 'a');
    driver.llm(1200, { speechId: 'a' });
    driver.message(1250, { role: 'assistant', textContent: 'One moment.' }, speech);
    speech.chatItems.push({ id: 'c1' });
    driver.translator.functionToolsExecuted({
      createdAt: 1400,
      functionCalls: [call],
      functionCallOutputs: [{ callId: 'call_1', output: 'sunny', isError: false, createdAt: 1390 }],
    });
    driver.llm(1700, { speechId: 'a' });
    driver.message(1800, { role: 'assistant', textContent: 'It is sunny.' }, speech);
    driver.done(1801, speech);
    const content = driver.stages.map(({ kind, startTime, endTime, payload }) => ({
      kind,
      startTime,
      endTime,
      ...payload,
    }));
    expect(content).toMatchObject([
      {
        kind: 'llm',
        completion: 'One moment.',
        toolCalls: [{ id: 'call_1', name: 'lookup', arguments: '{"city":"Paris"}', result: 'sunny' }],
      },
      { kind: 'tool', startTime: 1200, endTime: 1390, name: 'lookup', callId: 'call_1', result: 'sunny' },
      {
        kind: 'llm',
        prompt: [
          { role: 'assistant', content: 'One moment.' },
          { role: 'tool', content: 'sunny' },
        ],
        completion: 'It is sunny.',
      },
    ]);
  });

  it('that fail are failed stages', () => {
    const driver = new Driver();
    driver.translator.functionToolsExecuted({
      createdAt: 1400,
      functionCalls: [call],
      functionCallOutputs: [{ callId: 'call_1', output: 'no such city', isError: true, createdAt: 1390 }],
    });
    expect(driver.stages[0]).toMatchObject({ error: { name: 'tool_error', message: 'no such city' } });
  });

  it('of a realtime model are answered by a handle of their own, which goes on with the speech', () => {
    const driver = new Driver();
    const speech = driver.speech(1000, 'a', { userInitiated: false });
    const answer = Object.assign(driver.speech(1500, 'unused'), { id: 'b' });
    driver.signals.length = 0;
    Object.assign(answer, { parent: speech });
    driver.translator.speechCreated({
      speechHandle: answer,
      source: 'tool_response',
      userInitiated: false,
      createdAt: 1500,
    });
    driver.done(1501, speech);
    driver.probe.currentSpeechId = () => 'b';
    driver.agent(1600, 'thinking', 'speaking');
    driver.agent(2000, 'speaking', 'listening');
    driver.done(2001, answer);
    expect(driver.signals).toEqual([
      { type: 'agent_audio_started', time: 1600, speechId: 'a' },
      { type: 'agent_audio_stopped', time: 2000, speechId: 'a' },
      { type: 'speech_done', time: 2001, speechId: 'a', interrupted: false },
    ]);
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
