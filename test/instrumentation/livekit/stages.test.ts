import { describe, expect, it } from 'vitest';
import { Driver } from './driver.js';

describe('models', () => {
  const unknown = { modelProvider: 'unknown', modelName: 'unknown' };

  it.each([
    ['nothing is known', undefined, undefined, {}],
    [
      'metadata alone',
      { modelProvider: 'Deepgram', modelName: 'nova-3' },
      undefined,
      { provider: 'deepgram', model: 'nova-3' },
    ],
    [
      'metadata wins',
      { modelProvider: 'Deepgram', modelName: 'nova-3' },
      'x/y',
      { provider: 'deepgram', model: 'nova-3' },
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
