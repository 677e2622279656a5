import { describe, expect, it } from 'vitest';
import type { StageRecord, VoiceSignal } from '../../../src/signals/signal.js';
import type { TurnRecord } from '../../../src/signals/writer.js';
import { track, turns } from '../../signals/recorder.js';
import { type ReplayOptions, replay } from './replay.js';

/** A turn in one line: id, bounds and reason, then what is known of audio, speech and interruption, then stages. */
function line(turn: TurnRecord): string {
  const { turnId, startTime, endTime, endReason, firstAudio, lastAudio, speechEnd, announcedEnd } = turn;
  const { interruption, replyToId } = turn;
  const facts = [
    firstAudio === undefined ? '' : `audio ${firstAudio}-${lastAudio}`,
    speechEnd === undefined ? '' : `stop ${speechEnd}`,
    announcedEnd === undefined ? '' : `announced ${announcedEnd}`,
    replyToId === undefined ? '' : `answers ${replyToId}`,
    interruption === undefined ? '' : `cut ${interruption.agentTurnId} in ${interruption.latencyMs}`,
    ...turn.events.filter(({ name }) => !/_speech_/.test(name)).map(({ name, time }) => `${name} ${time}`),
    turn.stages.map(stage).join(' '),
  ];
  return [`${turnId} ${startTime}-${endTime} ${endReason}`, ...facts.filter((fact) => fact !== '')].join(
    ' | ',
  );
}

function stage({ kind, startTime, endTime, discarded, error }: StageRecord): string {
  const fate = discarded === true ? ' discarded' : error === undefined ? '' : ' failed';
  return `${kind}(${startTime}-${endTime}${fate})`;
}

function lines(scenario: string, options?: ReplayOptions): string[] {
  return turns(track(replay(scenario, options))).map(line);
}

function transcripts(scenario: string): (string | undefined)[] {
  return turns(track(replay(scenario))).map(({ transcript }) => transcript);
}

const plainTurn: VoiceSignal[] = [
  { type: 'user_speech_started', time: 1601 },
  { type: 'user_transcript', time: 1661, text: 'I', final: false },
  { type: 'user_transcript', time: 2680, text: 'I cannot log in', final: true },
  { type: 'speech_created', time: 2680, speechId: 'speech_cf0fd0b8-361', origin: 'reply' },
  { type: 'user_speech_stopped', time: 2773 },
  {
    type: 'stage_finished',
    time: 2818,
    stage: {
      kind: 'stt',
      startTime: 1536,
      endTime: 2680,
      provider: 'deepgram',
      model: 'nova-3',
      mode: 'stream',
      payload: {
        audioDurationMs: 2660,
        partials: [
          { seq: 0, timestampMs: 125, text: 'I', isFinal: false },
          { seq: 1, timestampMs: 1144, text: 'I cannot log in', isFinal: true },
        ],
        finalTranscript: 'I cannot log in',
        finalConfidence: 0.97,
        language: 'en',
      },
    },
  },
  {
    type: 'stage_finished',
    time: 2818,
    stage: {
      kind: 'vad',
      startTime: 1536,
      endTime: 2818,
      payload: { speechStartedAt: 1536, speechEndedAt: 2512 },
    },
  },
  {
    type: 'user_turn_committed',
    time: 2818,
    transcript: 'I cannot log in',
    onset: 1536,
    stop: 2512,
    speechId: 'speech_cf0fd0b8-361',
  },
  { type: 'agent_audio_started', time: 3000, speechId: 'speech_cf0fd0b8-361' },
  {
    type: 'agent_transcript',
    time: 4076,
    speechId: 'speech_cf0fd0b8-361',
    text: 'Let me help you reset your password right now.',
  },
  { type: 'agent_audio_stopped', time: 4080, speechId: 'speech_cf0fd0b8-361' },
  {
    type: 'stage_finished',
    time: 4081,
    speechId: 'speech_cf0fd0b8-361',
    stage: {
      kind: 'llm',
      startTime: 2684,
      endTime: 2898,
      provider: 'openai',
      model: 'gpt-4.1-mini',
      payload: {
        promptTokens: 100,
        completionTokens: 20,
        cachedTokens: 10,
        tokensPerSecond: 93.45794392523365,
        ttftMs: 161,
        prompt: [{ role: 'user', content: 'I cannot log in' }],
        completion: 'Let me help you reset your password right now.',
      },
    },
  },
  {
    type: 'stage_finished',
    time: 4081,
    speechId: 'speech_cf0fd0b8-361',
    stage: {
      kind: 'tts',
      mode: 'stream',
      startTime: 2848,
      endTime: 3026,
      provider: 'cartesia',
      model: 'sonic-2',
      payload: {
        textInput: 'Let me help you reset your password right now.',
        characters: 46,
        audioDurationMs: 1080,
        ttfbMs: 141,
      },
    },
  },
  { type: 'speech_done', time: 4081, speechId: 'speech_cf0fd0b8-361', interrupted: false },
];

describe('recorded LiveKit sessions', () => {
  it('a plain turn, signal by signal', () => {
    expect(replay('A-G').slice(6, 6 + plainTurn.length)).toEqual(plainTurn);
  });

  it('greeting, plain turn, tool, barge-in, false interruption, error, close', () => {
    expect(lines('A-G')).toEqual([
      'agent-0 375-1234 completed | audio 521-1234 | tts(375-529)',
      'user-1 1536-2512 completed | stop 2512 | announced 2773 | stt(1536-2680) vad(1536-2818)',
      'agent-2 2818-4080 completed | audio 3000-4080 | answers user-1 | llm(2684-2898) tts(2848-3026)',
      'user-3 4832-5838 completed | stop 5838 | announced 6098 | stt(4832-5999) vad(4832-6139)',
      'agent-4 6139-7274 completed | audio 6556-7274 | answers user-3 | llm(6000-6154) tool(6154-6258) llm(6259-6453) tts(6420-6562)',
      'user-5 8138-8954 completed | stop 8954 | announced 9215 | stt(8138-9099) vad(8138-9257)',
      'agent-6 9257-11260 interrupted | audio 9521-11260 | answers user-5 | llm(9100-9418) tts(9261-9608)',
      'user-7 10957-11854 completed | stop 11854 | announced 12115 | cut agent-6 in 303 | barge_in 11260 | stt(10957-12031) vad(10957-12158)',
      'agent-8 12158-12793 completed | audio 12432-12793 | answers user-7 | llm(12158-12329) tts(12319-12428)',
      'user-9 14059-14850 completed | stop 14850 | announced 15111 | stt(14059-15020) vad(14059-15152)',
      'agent-10 15152-19007 completed | audio 15374-19007 | answers user-9 | failed_interrupt 18314 | llm(15022-15272) tts(15177-15425)',
      'user-11 20258-20958 completed | stop 20958 | announced 21219 | stt(20258-21117) vad(20258-21260)',
      'agent-12 21260-21272 error | answers user-11 | llm(21119-21271 failed)',
    ]);
  });

  it('the end of the call, and what was left of the recogniser, is kept', () => {
    expect(track(replay('A-G')).written.at(-1)).toEqual({ end: 'user_initiated', time: 22975 });
    const usage = turns(track(replay('A-G')))
      .flatMap(({ stages }) => stages)
      .filter((one): one is StageRecord<'stt'> => one.kind === 'stt')
      .map(({ payload }) => payload?.audioDurationMs);
    // The noise of the false interruption (2397 ms) was billed with the next turn (3710 ms).
    expect(usage).toEqual([2660, 3316, 3119, 2922, 2988, 2397 + 3710]);
  });

  it('barge-in while the agent thinks', () => {
    expect(lines('1 ')).toEqual([
      'user-0 116-823 completed | stop 823 | announced 1083 | stt(116-959) vad(116-1126)',
      'user-1 1714-2402 completed | stop 2402 | announced 2663 | stt(1714-2580) vad(1714-2705)',
      'agent-2 2705-3583 completed | audio 2986-3583 | answers user-1 | llm(2705-2882) tts(2860-2986)',
    ]);
  });

  it('two finals in one turn: one user turn, and a preemptive generation that was thrown away', () => {
    expect(lines('2 ')).toEqual([
      'user-0 84-1281 completed | stop 1281 | announced 1542 | llm(750-926 discarded) stt(84-1431) vad(84-1581)',
      'agent-1 1581-4071 completed | audio 1790-4071 | answers user-0 | llm(1434-1688) tts(1587-1840)',
    ]);
    expect(transcripts('2 ')[0]).toBe('tell me a story');
  });

  it('barge-in with an output that cannot pause', () => {
    expect(lines('5 ')).toEqual([
      'user-0 100-687 completed | stop 687 | announced 948 | stt(100-846) vad(100-988)',
      'agent-1 988-2590 interrupted | audio 1197-2590 | answers user-0 | llm(847-1095) tts(1002-1242)',
      'user-2 2286-2990 completed | stop 2990 | announced 3251 | cut agent-1 in 304 | barge_in 2590 | stt(2286-3149) vad(2286-3291)',
      'agent-3 3291-4029 completed | audio 3437-4029 | answers user-2 | llm(3155-3334) tts(3309-3436)',
    ]);
  });

  it('interrupted by code, then typed input', () => {
    expect(lines('7 ')).toEqual([
      'user-0 103-681 completed | stop 681 | announced 942 | stt(103-842) vad(103-982)',
      'agent-1 982-2204 interrupted | audio 1193-2204 | answers user-0 | llm(843-1092) tts(997-1243)',
      'user-2 2507-2507 completed | announced 2507',
      'agent-3 2507-3383 completed | audio 2791-3383 | answers user-2 | llm(2507-2687) tts(2666-2796)',
    ]);
    expect(transcripts('7 ')[2]).toBe('typed question');
  });

  it('text only: nothing is heard', () => {
    expect(lines('8 ', { probe: { audioOutput: () => false } })).toEqual([
      'user-0 106-106 completed | announced 106',
      'agent-1 106-286 completed | answers user-0 | llm(105-284)',
    ]);
    expect(transcripts('8 ')).toEqual(['hi', 'I see what you mean.']);
  });

  it('a realtime model with turn detection of its own', () => {
    expect(lines('30 ')).toEqual([
      'user-0 210-1011 completed | announced 1011',
      'agent-1 1168-1996 interrupted | audio 1211-1996 | answers user-0 | llm(992-1392)',
      'user-2 1995-2695 completed | announced 2695 | cut agent-1 in 1 | barge_in 1996',
      'agent-3 2896-3312 completed | audio 2908-3312 | answers user-2 | llm(2697-3097)',
    ]);
    expect(transcripts('30 ')).toEqual(['hi there', 'Hello, how can I help?', 'wait', 'Sure.']);
    const [, agent] = turns(track(replay('30 ')));
    expect(agent?.stages[0]).toMatchObject({
      operation: 'generate_content',
      provider: 'openai',
      model: 'gpt-realtime',
      payload: {
        promptTokens: 100,
        promptAudioTokens: 80,
        completionTokens: 60,
        completionAudioTokens: 50,
        ttftMs: 180,
      },
    });
  });
});

describe('what the application says about its models', () => {
  const hints = { stt: 'assemblyai/universal', llm: 'acme/own', tts: 'acme/voice' };

  it("gives way to LiveKit's metadata", () => {
    const models = turns(track(replay('A-G', { hints })))
      .flatMap(({ stages }) => stages)
      .map(({ provider, model }) => `${provider}/${model}`);
    expect(new Set(models)).toEqual(
      new Set(['deepgram/nova-3', 'openai/gpt-4.1-mini', 'cartesia/sonic-2', 'undefined/undefined']),
    );
  });
});
