import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  deepgramAgentEvents,
  type EventMap,
  type EventSource,
  elevenLabsEvents,
  observeEvents,
  retellEvents,
  vapiEvents,
} from '../../../src/events.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { outlineOf, turnsOf } from '../livekit/outline.js';
import { recorder, SetClock } from '../pipeline/conversation.js';

const START = 1_800_000_000_000;

/** What happened: milliseconds since the start, the event, and what its listener is given. */
type Happened = readonly [at: number, event: string, ...payload: unknown[]];

/** Plays a call by the events of an emitter. */
function emitted(
  map: EventMap,
  happened: readonly Happened[],
  emitter = new EventEmitter(),
): ReadableSpanLike[] {
  return play(emitter, map, happened, (event, payload) => emitter.emit(event, ...payload));
}

/** Plays a call by callbacks, as a library calls them. */
function calledBack(map: EventMap, happened: readonly Happened[]): ReadableSpanLike[] {
  const callbacks: { [name: string]: (...payload: unknown[]) => void } = {};
  let copied: typeof callbacks | undefined;
  return play(callbacks, map, happened, (event, payload) => {
    copied ??= { ...callbacks };
    copied[event]?.(...payload);
  });
}

function play(
  source: EventSource,
  map: EventMap,
  happened: readonly Happened[],
  emit: (event: string, payload: readonly unknown[]) => void,
): ReadableSpanLike[] {
  const clock = new SetClock();
  clock.now = START;
  const { tracer, spans } = recorder(clock);
  const observation = observeEvents(source, map, { agentId: 'hosted', tracer });
  for (const [at, event, ...payload] of happened) {
    clock.now = START + at;
    emit(event, payload);
  }
  clock.now += 5000;
  observation.stop();
  return spans;
}

function seconds(spans: readonly ReadableSpanLike[], turn: number, key: string): unknown {
  const value = turnsOf(spans)[turn]?.attributes[`voice.turn.${key}`];
  return typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value;
}

describe('ElevenLabs', () => {
  const mode = (of: 'speaking' | 'listening') => ({ mode: of });

  it('gives turns, a tool, a barge-in and what was heard of the reply that it cut off', () => {
    const spans = calledBack(elevenLabsEvents(), [
      [0, 'onConnect', { conversationId: 'conv_1' }],
      [300, 'onMessage', { role: 'agent', source: 'ai', message: 'Hello!' }],
      [400, 'onModeChange', mode('speaking')],
      [1400, 'onModeChange', mode('listening')],
      [3000, 'onMessage', { role: 'user', source: 'user', message: 'Where is my order?' }],
      [
        3100,
        'onAgentToolRequest',
        { tool_name: 'find', tool_call_id: 'c1', tool_type: 'webhook', event_id: 1 },
      ],
      [
        3400,
        'onAgentToolResponse',
        { tool_name: 'find', tool_call_id: 'c1', is_error: false, is_called: true },
      ],
      [
        3900,
        'onMessage',
        { role: 'agent', source: 'ai', message: 'It left on Monday and arrives tomorrow.' },
      ],
      [4000, 'onModeChange', mode('speaking')],
      [5000, 'onInterruption', { event_id: 2 }],
      [5000, 'onModeChange', mode('listening')],
      [
        5010,
        'onAgentResponseCorrection',
        {
          original_agent_response: 'It left on Monday and arrives tomorrow.',
          corrected_agent_response: 'It left on',
          event_id: 2,
        },
      ],
      [6000, 'onMessage', { role: 'user', source: 'user', message: 'Cancel it.' }],
      [6500, 'onMessage', { role: 'agent', source: 'ai', message: 'Done.' }],
      [6600, 'onModeChange', mode('speaking')],
      [7000, 'onModeChange', mode('listening')],
      [8000, 'onDisconnect', { reason: 'user' }],
    ]);
    expect(outlineOf(spans)).toEqual([
      'session user_left',
      '0 agent "Hello!" completed []',
      '1 user "Where is my order?" completed [stt]',
      '2 agent "It left on" interrupted answers 1 [tool]',
      '3 user "Cancel it." completed cuts 2 barge_in [stt]',
      '4 agent "Done." completed answers 3 []',
    ]);
    // From the transcript, by which the user's turn is over, to the first sound.
    expect(seconds(spans, 2, 'time_to_first_audio')).toBe(1);
    expect(seconds(spans, 2, 'response_latency')).toBeUndefined();
    // When the user began is not said.
    expect(seconds(spans, 3, 'interruption_latency')).toBeUndefined();
    expect(spans.find(({ name }) => name === 'execute_tool find')?.duration).toEqual([0, 300_000_000]);
  });

  it('knows when the user began where the agent sends voice scores', () => {
    const spans = calledBack(elevenLabsEvents(), [
      [0, 'onConnect', {}],
      [1000, 'onVadScore', { vadScore: 0.1 }],
      [2000, 'onVadScore', { vadScore: 0.9 }],
      [2100, 'onVadScore', { vadScore: 0.8 }],
      [2900, 'onVadScore', { vadScore: 0.2 }],
      [3500, 'onMessage', { role: 'user', message: 'Hello?' }],
      [4000, 'onModeChange', mode('speaking')],
      [4500, 'onModeChange', mode('listening')],
    ]);
    const [user] = turnsOf(spans);
    expect(user?.startTime).toEqual([START / 1000 + 2, 0]);
  });
});

describe('Deepgram Voice Agent', () => {
  const message = (at: number, type: string, more: object = {}): Happened => [
    at,
    'message',
    { type, ...more },
  ];
  // 48 bytes of 16 bits at 24 kHz are a millisecond.
  const audio = (at: number, ms: number): Happened => [at, 'message', new Uint8Array(ms * 48).buffer];

  it('gives turns, functions of either side, and a barge-in into audio that was sent long before', () => {
    const emitter = Object.assign(new EventEmitter(), { sendFunctionCallResponse: () => 'sent' });
    const answers: unknown[] = [];
    emitter.on('message', (said) => {
      if (said.type === 'FunctionCallRequest')
        answers.push(
          Reflect.apply(emitter.sendFunctionCallResponse, emitter, [
            { id: 'f1', name: 'find', content: '{}' },
          ]),
        );
    });
    const spans = emitted(
      deepgramAgentEvents(),
      [
        message(0, 'Welcome', { request_id: 'r' }),
        message(1000, 'UserStartedSpeaking'),
        message(2500, 'ConversationText', { role: 'user', content: 'Where is it?' }),
        message(2510, 'AgentThinking', { content: '' }),
        message(2700, 'FunctionCallRequest', {
          functions: [{ id: 'f1', name: 'find', arguments: '{"id":7}', client_side: true }],
        }),
        message(3000, 'ConversationText', { role: 'assistant', content: 'It is on its way.' }),
        audio(3100, 1000),
        audio(3120, 4000),
        message(3130, 'AgentAudioDone'),
        // 5 s of audio play until 8.1 s.
        message(6000, 'UserStartedSpeaking'),
        message(7000, 'ConversationText', { role: 'user', content: 'Thanks.' }),
        audio(7500, 500),
        message(7510, 'AgentAudioDone'),
      ],
      emitter,
    );
    expect(answers).toEqual(['sent']);
    expect(outlineOf(spans)).toEqual([
      'session ',
      '0 user "Where is it?" completed [stt]',
      '1 agent "It is on its way." interrupted answers 0 [tool]',
      '2 user "Thanks." completed cuts 1 barge_in [stt]',
      '3 agent completed answers 2 []',
    ]);
    expect(seconds(spans, 1, 'time_to_first_audio')).toBe(0.6);
    expect(turnsOf(spans)[3]?.endTime).toEqual([START / 1000 + 8, 0]);
    expect(Object.hasOwn(emitter, 'sendFunctionCallResponse')).toBe(true);
    expect(Reflect.apply(emitter.sendFunctionCallResponse, emitter, [])).toBe('sent');
    expect(emitter.listenerCount('message')).toBe(1);
  });

  it('is no barge-in where all of the audio had been played', () => {
    const spans = emitted(deepgramAgentEvents({ encoding: 'mulaw', sampleRate: 8000 }), [
      message(0, 'Welcome'),
      [100, 'message', new Uint8Array(8000)],
      [110, 'message', JSON.stringify({ type: 'AgentAudioDone' })],
      message(1500, 'UserStartedSpeaking'),
      message(2500, 'ConversationText', { role: 'user', content: 'Hello?' }),
    ]);
    expect(outlineOf(spans).slice(1)).toEqual(['0 agent completed []', '1 user "Hello?" completed [stt]']);
    expect(turnsOf(spans)[0]?.endTime).toEqual([START / 1000 + 1, 100_000_000]);
  });

  it('is told what is wrong', () => {
    expect(() => deepgramAgentEvents({ sampleRate: 0 })).toThrow(/sampleRate/);
  });
});

describe('Vapi', () => {
  const update = (at: number, role: string, status: string): Happened => [
    at,
    'message',
    { type: 'speech-update', role, status },
  ];
  const words = (at: number, role: string, transcript: string, transcriptType = 'final'): Happened => [
    at,
    'message',
    { type: 'transcript', role, transcriptType, transcript },
  ];

  it('gives turns, tools, a barge-in and why the call ended', () => {
    const spans = emitted(vapiEvents(), [
      [0, 'call-start'],
      update(500, 'assistant', 'started'),
      words(1400, 'assistant', 'Hello, this is the bank.'),
      update(1500, 'assistant', 'stopped'),
      [2500, 'speech-end'],
      update(3000, 'user', 'started'),
      words(3500, 'user', 'What is', 'partial'),
      update(4000, 'user', 'stopped'),
      words(4200, 'user', 'What is my balance?'),
      [
        4400,
        'message',
        {
          type: 'tool-calls',
          toolCallList: [{ id: 't1', type: 'function', function: { name: 'balance', arguments: '{}' } }],
        },
      ],
      [
        4900,
        'message',
        { type: 'tool-calls-result', toolCallResult: { toolCallId: 't1', name: 'balance', result: '12' } },
      ],
      update(5200, 'assistant', 'started'),
      words(6000, 'assistant', 'It is twelve'),
      update(6500, 'user', 'started'),
      [6550, 'message', { type: 'user-interrupted' }],
      update(6700, 'assistant', 'stopped'),
      update(7200, 'user', 'stopped'),
      words(7300, 'user', 'Thank you!'),
      update(8000, 'assistant', 'started'),
      words(8400, 'assistant', 'Goodbye.'),
      update(8500, 'assistant', 'stopped'),
      [9000, 'message', { type: 'status-update', status: 'ended', endedReason: 'customer-ended-call' }],
      [9010, 'call-end'],
    ]);
    expect(outlineOf(spans)).toEqual([
      'session customer-ended-call',
      '0 agent "Hello, this is the bank." completed []',
      '1 user "What is my balance?" completed [stt]',
      '2 agent "It is twelve" interrupted answers 1 [tool]',
      '3 user "Thank you!" completed cuts 2 barge_in [stt]',
      '4 agent "Goodbye." completed answers 3 []',
    ]);
    expect(seconds(spans, 2, 'time_to_first_audio')).toBe(1.2);
    expect(seconds(spans, 3, 'interruption_latency')).toBe(0.2);
    expect(seconds(spans, 2, 'response_latency')).toBeUndefined();
  });
});

describe('Retell', () => {
  const update = (at: number, ...transcript: [role: string, content: string][]): Happened => [
    at,
    'update',
    { event_type: 'update', transcript: transcript.map(([role, content]) => ({ role, content })) },
  ];

  it('gives turns out of a transcript that grows and forgets', () => {
    const spans = emitted(retellEvents(), [
      [0, 'call_started'],
      [500, 'agent_start_talking'],
      update(600, ['agent', 'Hello']),
      update(1400, ['agent', 'Hello, who is there?']),
      [1500, 'agent_stop_talking'],
      update(3000, ['agent', 'Hello, who is there?'], ['user', 'It']),
      update(3600, ['agent', 'Hello, who is there?'], ['user', 'It is Ana.']),
      [4500, 'agent_start_talking'],
      update(5500, ['user', 'It is Ana.'], ['agent', 'Hi Ana, how can I']),
      update(5800, ['user', 'It is Ana.'], ['agent', 'Hi Ana, how can I'], ['user', 'Stop']),
      [6000, 'agent_stop_talking'],
      update(6500, ['agent', 'Hi Ana, how can I'], ['user', 'Stop talking.']),
      [7500, 'agent_start_talking'],
      update(8000, ['user', 'Stop talking.'], ['agent', 'Sorry.']),
      [8200, 'agent_stop_talking'],
      [9000, 'call_ended'],
    ]);
    expect(outlineOf(spans)).toEqual([
      'session ',
      '0 agent "Hello, who is there?" completed []',
      '1 user "It is Ana." completed [stt]',
      '2 agent "Hi Ana, how can I" interrupted answers 1 []',
      '3 user "Stop talking." completed cuts 2 barge_in [stt]',
      '4 agent "Sorry." completed answers 3 []',
    ]);
    expect(seconds(spans, 2, 'time_to_first_audio')).toBe(0.9);
    expect(seconds(spans, 3, 'interruption_latency')).toBeUndefined();
  });
});
