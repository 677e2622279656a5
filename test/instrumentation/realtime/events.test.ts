import { describe, expect, it } from 'vitest';
import { observeRealtime, type TimedRealtimeEvent } from '../../../src/events.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { outlineOf, turnsOf } from '../livekit/outline.js';
import { recorder, SetClock } from '../pipeline/conversation.js';
import { audioOf, SERVER_VAD } from './server.js';

const START = 1_800_000_000_000;

type Event = { readonly type: string; readonly [field: string]: unknown };

/** Events as a recording holds them: milliseconds since its start, and the event. */
async function replay(events: readonly [at: number, event: Event][]): Promise<ReadableSpanLike[]> {
  const clock = new SetClock();
  clock.now = START;
  const { tracer, spans } = recorder(clock);
  function* recording(): Generator<TimedRealtimeEvent> {
    for (const [at, event] of events) {
      clock.now = START + at;
      yield { event, time: START + at };
    }
  }
  await observeRealtime(recording(), { agentId: 'recorded', tracer }).done;
  return spans;
}

const session = (more: object = {}): Event => ({
  type: 'session.created',
  session: { id: 's', ...SERVER_VAD, ...more },
});
const spoke = (item: string, start: number, stop: number): [number, Event][] => [
  [start, { type: 'input_audio_buffer.speech_started', item_id: item, audio_start_ms: start - 400 }],
  [stop, { type: 'input_audio_buffer.speech_stopped', item_id: item, audio_end_ms: stop - 50 }],
  [stop + 5, { type: 'input_audio_buffer.committed', item_id: item }],
];
const heard = (item: string, transcript: string): Event => ({
  type: 'conversation.item.input_audio_transcription.completed',
  item_id: item,
  transcript,
});
const created = (id: string, more: object = {}): Event => ({
  type: 'response.created',
  response: { id, ...more },
});
const text = (id: string, words: string): Event => ({
  type: 'response.output_audio_transcript.done',
  response_id: id,
  item_id: `item_${id}`,
  transcript: words,
});
const done = (id: string, more: object = {}): Event => ({
  type: 'response.done',
  response: { id, status: 'completed', output: [], ...more },
});
const played = (type: string, id: string): Event => ({
  type: `output_audio_buffer.${type}`,
  response_id: id,
});

describe('raw events', () => {
  it('over WebRTC, where the server says what it plays, are a barge-in with its latency', async () => {
    const spans = await replay([
      [0, session()],
      ...spoke('u1', 1000, 2500),
      [2510, created('r1')],
      [2600, heard('u1', 'Tell me all.')],
      [3000, played('started', 'r1')],
      [3200, text('r1', 'There once was a story.')],
      [3300, done('r1')],
      [5000, { type: 'input_audio_buffer.speech_started', item_id: 'u2', audio_start_ms: 4600 }],
      [5040, played('cleared', 'r1')],
      [5045, { type: 'conversation.item.truncated', item_id: 'item_r1', audio_end_ms: 2000 }],
      [6000, { type: 'input_audio_buffer.speech_stopped', item_id: 'u2', audio_end_ms: 5950 }],
      [6005, { type: 'input_audio_buffer.committed', item_id: 'u2' }],
      [6010, created('r2')],
      [6100, heard('u2', 'Stop!')],
      [6400, played('started', 'r2')],
      [6500, text('r2', 'Sorry.')],
      [6600, done('r2')],
      [7000, played('stopped', 'r2')],
      [9000, { type: 'rate_limits.updated' }],
    ]);
    expect(outlineOf(spans)).toEqual([
      'session ',
      '0 user "Tell me all." completed [stt]',
      '1 agent "There once was a story." interrupted answers 0 [llm]',
      '2 user "Stop!" completed cuts 1 barge_in [stt]',
      '3 agent "Sorry." completed answers 2 [llm]',
    ]);
    const [, answer, barge, sorry] = turnsOf(spans);
    expect(barge?.attributes['voice.turn.interruption_latency']).toBeCloseTo(0.04, 6);
    expect(answer?.endTime).toEqual([START / 1000 + 5, 40_000_000]);
    expect(sorry?.endTime).toEqual([START / 1000 + 7, 0]);
    // The silence of the detector is known, the way of its word is not.
    expect(answer?.attributes['voice.turn.response_latency']).toBeCloseTo(1, 6);
    expect(answer?.attributes['voice.turn.latency_source']).toBe('estimated');
    expect(answer?.attributes['voice.turn.time_to_first_audio']).toBeCloseTo(0.5, 6);
  });

  it('have no response latency where the detector says nothing of its delay', async () => {
    const spans = await replay([
      [0, session({ audio: { input: { turn_detection: { type: 'semantic_vad' } } } })],
      ...spoke('u1', 1000, 2500),
      [2510, created('r1')],
      [3000, played('started', 'r1')],
      [3300, done('r1')],
      [3500, played('stopped', 'r1')],
    ]);
    const [, answer] = turnsOf(spans);
    expect(answer?.attributes).not.toHaveProperty('voice.turn.response_latency');
    expect(answer?.attributes['voice.turn.time_to_first_audio']).toBeCloseTo(0.5, 6);
  });

  it('cancelled while heard, without a word of how much was, are a barge-in without a latency', async () => {
    const spans = await replay([
      [0, session()],
      ...spoke('u1', 1000, 2500),
      [2510, created('r1')],
      [
        2900,
        { type: 'response.output_audio.delta', response_id: 'r1', item_id: 'item_r1', delta: audioOf(4000) },
      ],
      [2950, text('r1', 'There once')],
      [4000, { type: 'input_audio_buffer.speech_started', item_id: 'u2', audio_start_ms: 3600 }],
      [4010, done('r1', { status: 'cancelled', status_details: { reason: 'turn_detected' } })],
      [5000, { type: 'input_audio_buffer.speech_stopped', item_id: 'u2', audio_end_ms: 4950 }],
      [5005, { type: 'input_audio_buffer.committed', item_id: 'u2' }],
    ]);
    expect(outlineOf(spans).slice(1)).toEqual([
      '0 user completed []',
      '1 agent "There once" interrupted answers 0 [llm]',
      '2 user completed cuts 1 barge_in []',
    ]);
    expect(turnsOf(spans)[2]?.attributes).not.toHaveProperty('voice.turn.interruption_latency');
  });

  it('make no turn of the silence after which the server speaks up', async () => {
    const spans = await replay([
      [0, session()],
      [
        8000,
        {
          type: 'input_audio_buffer.timeout_triggered',
          item_id: 'u1',
          audio_start_ms: 2000,
          audio_end_ms: 8000,
        },
      ],
      [8005, { type: 'input_audio_buffer.committed', item_id: 'u1' }],
      [8010, created('r1')],
      [8300, played('started', 'r1')],
      [8400, text('r1', 'Are you still there?')],
      [8500, done('r1')],
      [9000, played('stopped', 'r1')],
    ]);
    expect(outlineOf(spans)).toEqual(['session ', '0 agent "Are you still there?" completed [llm]']);
  });

  it('make a turn of typed text that is answered, and none of a history', async () => {
    const message = (role: string, type: string, words: string): Event => ({
      type: 'conversation.item.added',
      item: { id: `m_${words}`, type: 'message', role, content: [{ type, text: words }] },
    });
    const spans = await replay([
      [0, session()],
      [10, message('user', 'input_text', 'Before')],
      [20, message('assistant', 'output_text', 'Long ago')],
      [30, created('r0')],
      [200, { type: 'response.output_text.done', response_id: 'r0', item_id: 'i0', text: 'Welcome back.' }],
      [210, done('r0', { output_modalities: ['text'] })],
      [1000, message('user', 'input_text', 'Hello')],
      [1010, created('r1')],
      [1300, { type: 'response.output_text.done', response_id: 'r1', item_id: 'i1', text: 'Hi.' }],
      [1310, done('r1')],
    ]);
    expect(outlineOf(spans).slice(1)).toEqual([
      '0 agent "Welcome back." completed [llm]',
      '1 user "Hello" completed []',
      '2 agent "Hi." completed answers 1 [llm]',
    ]);
  });

  it('record failures on the stage that failed', async () => {
    const spans = await replay([
      [0, session()],
      ...spoke('u1', 1000, 2500),
      [2510, created('r1')],
      [
        2600,
        {
          type: 'conversation.item.input_audio_transcription.failed',
          item_id: 'u1',
          error: { code: 'audio_unintelligible', message: 'The audio could not be transcribed.' },
        },
      ],
      [
        2800,
        done('r1', {
          status: 'failed',
          status_details: { error: { type: 'server_error', code: 'overloaded' } },
        }),
      ],
      [2900, { type: 'error', error: { type: 'invalid_request_error', code: 'x', message: 'no' } }],
    ]);
    expect(outlineOf(spans)).toEqual([
      'session  error',
      '0 user completed [stt:error:audio_unintelligible]',
      '1 agent error answers 0 [llm:error:overloaded]',
    ]);
  });

  it('of the beta have other names and say the same', async () => {
    const spans = await replay([
      [
        0,
        {
          type: 'session.created',
          session: {
            id: 's',
            model: 'gpt-4o-realtime-preview',
            output_audio_format: 'g711_ulaw',
            turn_detection: { type: 'server_vad', silence_duration_ms: 200 },
            input_audio_transcription: { model: 'whisper-1' },
          },
        },
      ],
      ...spoke('u1', 1000, 2500),
      [2510, created('r1')],
      [2600, heard('u1', 'Hello?')],
      // 8000 bytes of G.711 are a second.
      [
        2900,
        {
          type: 'response.audio.delta',
          response_id: 'r1',
          item_id: 'i1',
          delta: Buffer.alloc(8000).toString('base64'),
        },
      ],
      [2910, { type: 'response.audio_transcript.done', response_id: 'r1', item_id: 'i1', transcript: 'Hi.' }],
      [2920, { type: 'response.audio.done', response_id: 'r1', item_id: 'i1' }],
      [2930, done('r1')],
      [6000, { type: 'rate_limits.updated' }],
    ]);
    expect(outlineOf(spans).slice(1)).toEqual([
      '0 user "Hello?" completed [stt]',
      '1 agent "Hi." completed answers 0 [llm]',
    ]);
    const [, answer] = turnsOf(spans);
    expect(answer?.endTime).toEqual([START / 1000 + 3, 900_000_000]);
    expect(answer?.attributes['voice.turn.response_latency']).toBeCloseTo(0.6, 6);
    expect(spans.map(({ name }) => name)).toContain('generate_content gpt-4o-realtime-preview');
    expect(spans.map(({ name }) => name)).toContain('speech_to_text whisper-1');
  });

  it('of a server tool are a tool stage of the reply', async () => {
    const item = { id: 'm1', type: 'mcp_call', name: 'search', server_label: 'docs', arguments: '{}' };
    const spans = await replay([
      [0, session()],
      ...spoke('u1', 1000, 2500),
      [2510, created('r1')],
      [2700, { type: 'response.output_item.added', response_id: 'r1', item }],
      [3000, { type: 'response.output_item.done', response_id: 'r1', item: { ...item, output: 'found' } }],
      [3100, text('r1', 'Found it.')],
      [3100, played('started', 'r1')],
      [3200, done('r1')],
      [3500, played('stopped', 'r1')],
    ]);
    expect(outlineOf(spans).slice(1)).toEqual([
      '0 user completed []',
      '1 agent "Found it." completed answers 0 [llm tool]',
    ]);
    expect(spans.find(({ name }) => name === 'execute_tool search')?.duration).toEqual([0, 300_000_000]);
  });

  it('beside the conversation are a stage and no turn', async () => {
    const spans = await replay([
      [0, session()],
      ...spoke('u1', 1000, 2500),
      [2510, created('aside', { conversation_id: null })],
      [2700, done('aside', { conversation_id: null, usage: { input_tokens: 5, output_tokens: 1 } })],
      [2710, heard('u1', 'Hello?')],
    ]);
    expect(outlineOf(spans).slice(1)).toEqual(['0 user "Hello?" completed [stt llm]']);
  });
});
