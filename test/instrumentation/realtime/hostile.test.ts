import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import { ScriptedRealtimeTransport } from '@openai/agents-realtime/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { observeRealtime } from '../../../src/events.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import { outlineOf } from '../livekit/outline.js';
import { recorder, SetClock } from '../pipeline/conversation.js';
import { SERVER_VAD } from './server.js';

const TYPES = [
  'session.created',
  'session.updated',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'input_audio_buffer.cleared',
  'input_audio_buffer.timeout_triggered',
  'conversation.item.input_audio_transcription.delta',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
  'conversation.item.added',
  'conversation.item.truncated',
  'response.created',
  'response.output_audio.delta',
  'response.output_audio.done',
  'response.output_audio_transcript.delta',
  'response.output_audio_transcript.done',
  'response.output_item.added',
  'response.output_item.done',
  'response.done',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
  'error',
];

/** Real ids, so that events meet each other, and values of any kind elsewhere. */
const id = fc.constantFrom('a', 'b', undefined);
const anyEvent = fc.record(
  {
    type: fc.constantFrom(...TYPES),
    item_id: id,
    response_id: id,
    delta: fc.oneof(fc.string(), fc.anything()),
    transcript: fc.oneof(fc.string(), fc.anything()),
    audio_start_ms: fc.oneof(fc.double(), fc.anything()),
    audio_end_ms: fc.oneof(fc.double(), fc.anything()),
    session: fc.oneof(fc.constant(SERVER_VAD), fc.anything()),
    item: fc.oneof(
      fc.record({
        id,
        type: fc.constantFrom('function_call', 'mcp_call', 'message'),
        call_id: id,
        content: fc.anything(),
      }),
      fc.anything(),
    ),
    response: fc.oneof(
      fc.record({
        id,
        status: fc.constantFrom('completed', 'cancelled', 'failed'),
        output: fc.anything(),
        usage: fc.anything(),
      }),
      fc.anything(),
    ),
    error: fc.anything(),
  },
  { requiredKeys: ['type'] },
);

describe('a realtime source that keeps no rule', () => {
  beforeEach(() => {
    resetWarnings();
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });

  it('gives spans of the vocabulary, and no error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 40 }), async (events) => {
        const clock = new SetClock();
        clock.now = 1_800_000_000_000;
        const { tracer, spans } = recorder(clock);
        const timed = events.map((event, index) => ({ event, time: clock.now + index * 100 }));
        await observeRealtime(timed, { agentId: 'a', tracer }).done;
        expect(spans.filter(({ name }) => name === 'voice.session')).toHaveLength(
          events.length === 0 ? 0 : 1,
        );
        if (events.length > 0) outlineOf(spans);
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(console.warn).not.toHaveBeenCalled();
  });

  it('takes messages of a socket as they are, and leaves it as it was', () => {
    const clock = new SetClock();
    clock.now = 1_800_000_000_000;
    const { tracer, spans } = recorder(clock);
    const socket = Object.assign(new EventTarget(), { binaryType: 'blob', send: () => {} });
    const send = socket.send;
    const observation = observeRealtime(socket, { agentId: 'a', tracer });
    const message = (data: unknown): boolean =>
      socket.dispatchEvent(Object.assign(new Event('message'), { data }));
    for (const data of ['{"type":', 'null', '7', new ArrayBuffer(3), undefined, '']) message(data);
    message(JSON.stringify({ type: 'session.created', session: SERVER_VAD }));
    expect(() => Reflect.apply(socket.send, socket, ['{ "input_audio_buffer.append"'])).not.toThrow();
    message(JSON.stringify({ type: 'input_audio_buffer.committed', item_id: 'u1' }));
    socket.dispatchEvent(new Event('close'));
    message(JSON.stringify({ type: 'input_audio_buffer.committed', item_id: 'u2' }));
    observation.stop();
    expect(outlineOf(spans)).toEqual(['session ', '0 user completed []']);
    expect(socket.send).toBe(send);
  });

  it('begins a session with each connection, and tells of hand-offs', async () => {
    const clock = new SetClock();
    clock.now = 1_800_000_000_000;
    const { tracer, spans } = recorder(clock);
    const orders = new RealtimeAgent({ name: 'orders', instructions: '' });
    const transport = new ScriptedRealtimeTransport();
    const session = new RealtimeSession(orders, { transport });
    const observation = observeRealtime(session, { agentId: 'orders', tracer });
    for (const call of ['one', 'two']) {
      await session.connect({ apiKey: 'test' });
      transport.emit('*', { type: 'session.created', session: { ...SERVER_VAD, id: call } });
      transport.emit('*', { type: 'response.created', response: { id: call } });
      if (call === 'two') await session.updateAgent(new RealtimeAgent({ name: 'refunds', instructions: '' }));
      transport.emit('*', { type: 'output_audio_buffer.started', response_id: call });
      clock.now += 1000;
      session.close();
    }
    observation.stop();
    const agents = spans
      .filter(({ name }) => name === 'voice.agent_turn')
      .map(({ attributes }) => attributes['voice.turn.agent.name']);
    expect(agents).toEqual([undefined, 'refunds']);
    const [first, second] = spans.filter(({ name }) => name === 'voice.session');
    expect([first?.events, second?.events].map((events) => events?.map(({ name }) => name))).toEqual([
      [],
      ['agent_handoff'],
    ]);
  });

  it('is told what is wrong with its options', () => {
    const options = { agentId: 'a', voice: 'x' };
    expect(() => observeRealtime([], options)).toThrow(/there is no option voice/);
    expect(() => Reflect.apply(observeRealtime, undefined, [7, { agentId: 'a' }])).toThrow(TypeError);
  });
});
