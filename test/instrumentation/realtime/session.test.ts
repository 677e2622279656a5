import { RealtimeAgent, tool } from '@openai/agents-realtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { observeRealtime, type RealtimeObservation } from '../../../src/events.js';
import { outlineOf, turnsOf } from '../livekit/outline.js';
import { recorder, SetClock } from '../pipeline/conversation.js';
import { audioOf, Line, SERVER_VAD } from './server.js';

const START = 1_800_000_000_000;

/** Lets the tool give its result. */
let found: () => void = () => {};
const running = vi.fn();

const findOrder = tool({
  name: 'find_order',
  description: 'Finds an order.',
  parameters: z.object({ number: z.string() }),
  execute: async () => {
    running();
    await new Promise<void>((resolve) => {
      found = resolve;
    });
    return 'arrives tomorrow';
  },
});

describe('the RealtimeSession of @openai/agents-realtime', () => {
  const clock = new SetClock();
  let line: Line;
  let observation: RealtimeObservation;
  let spans: ReturnType<typeof recorder>['spans'];

  beforeEach(async () => {
    // Only the date: the SDK reckons by it how much was played.
    vi.useFakeTimers({ toFake: ['Date'], now: START });
    clock.now = START;
    const kept = recorder(clock);
    spans = kept.spans;
    line = new Line(
      new RealtimeAgent({ name: 'order-line', instructions: 'Help.', tools: [findOrder] }),
      clock,
    );
    observation = observeRealtime(line.session, { agentId: 'order-line', tracer: kept.tracer });
    await line.connect(SERVER_VAD);
  });

  afterEach(() => {
    observation.stop();
    vi.useRealTimers();
  });

  const at = (ms: number): void => {
    line.at(ms);
    vi.setSystemTime(clock.now);
  };
  const server = (ms: number, event: { type: string; [field: string]: unknown }): void => {
    at(ms);
    line.server(ms, event);
  };

  /** A response that says `text` for `audioMs`, all of it sent at `from`. */
  const respond = (id: string, text: string, audioMs: number, from: number): void => {
    server(from, {
      type: 'response.created',
      response: { id, status: 'in_progress', conversation_id: 'conv_1' },
    });
    server(from + 300, {
      type: 'response.output_audio_transcript.delta',
      response_id: id,
      item_id: `item_${id}`,
      output_index: 0,
      content_index: 0,
      delta: text,
    });
    server(from + 300, {
      type: 'response.output_audio.delta',
      response_id: id,
      item_id: `item_${id}`,
      output_index: 0,
      content_index: 0,
      delta: audioOf(audioMs),
    });
  };

  const done = (id: string, text: string, at: number, more: object = {}): void => {
    server(at, {
      type: 'response.output_audio.done',
      response_id: id,
      item_id: `item_${id}`,
      output_index: 0,
      content_index: 0,
    });
    server(at, {
      type: 'response.done',
      response: {
        id,
        status: 'completed',
        output: [
          {
            id: `item_${id}`,
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_audio', transcript: text }],
          },
        ],
        usage: {
          total_tokens: 300,
          input_tokens: 200,
          output_tokens: 100,
          input_token_details: {
            text_tokens: 120,
            audio_tokens: 80,
            cached_tokens: 64,
            cached_tokens_details: { text_tokens: 64, audio_tokens: 0 },
          },
          output_token_details: { text_tokens: 20, audio_tokens: 80 },
        },
        ...more,
      },
    });
  };

  /** The user says something from `from` to `to`; the server tells of the end 540 ms later. */
  const say = (item: string, from: number, to: number): void => {
    const before = line.socket.sent.filter(({ type }) => type === 'input_audio_buffer.append').length * 10;
    line.microphone(before, from + 150);
    server(from + 160, {
      type: 'input_audio_buffer.speech_started',
      item_id: item,
      audio_start_ms: from - 300,
    });
    line.microphone(from + 150, to + 520);
    server(to + 540, { type: 'input_audio_buffer.speech_stopped', item_id: item, audio_end_ms: to + 500 });
    server(to + 550, { type: 'input_audio_buffer.committed', item_id: item, previous_item_id: null });
  };

  const transcribed = (item: string, transcript: string, at: number): void =>
    server(at, {
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: item,
      content_index: 0,
      transcript,
      usage: {
        type: 'tokens',
        total_tokens: 30,
        input_tokens: 20,
        output_tokens: 10,
        input_token_details: { text_tokens: 0, audio_tokens: 20 },
      },
    });

  it('gives a greeting, a question and its answer with times, usage and costs', async () => {
    respond('resp_1', 'Hello!', 1000, 100);
    done('resp_1', 'Hello!', 450);
    say('item_u1', 3000, 4000);
    respond('resp_2', 'It is on its way.', 2000, 4560);
    transcribed('item_u1', 'Where is my order?', 4900);
    done('resp_2', 'It is on its way.', 5000);
    at(9000);
    line.session.close();

    expect(outlineOf(spans)).toEqual([
      'session ',
      '0 agent "Hello!" completed [llm]',
      '1 user "Where is my order?" completed [vad stt]',
      '2 agent "It is on its way." completed answers 1 [llm]',
    ]);
    const [greeting, user, answer] = turnsOf(spans);
    expect(greeting?.attributes).not.toHaveProperty('voice.turn.time_to_first_audio');
    // The microphone truly heard speech from 3.0 to 4.0 s; by its own word the server knew at 4.54 s.
    expect(user?.startTime).toEqual([START / 1000 + 3, 0]);
    expect(user?.attributes['voice.turn.speech_end_offset']).toBeCloseTo(1, 6);
    expect(user?.attributes['voice.turn.announced_end_offset']).toBeCloseTo(1.54, 6);
    // First audio at 4.86 s, 2 s of it.
    expect(answer?.attributes['voice.turn.response_latency']).toBeCloseTo(0.86, 6);
    expect(answer?.attributes['voice.turn.latency_source']).toBe('derived');
    expect(answer?.attributes['voice.turn.time_to_first_audio']).toBeCloseTo(0.32, 6);
    expect(answer?.endTime).toEqual([START / 1000 + 6, 860_000_000]);

    const [first] = spans.filter(({ name }) => name === 'generate_content gpt-realtime');
    expect(first?.attributes).toMatchObject({
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': 200,
      'gen_ai.usage.output_tokens': 100,
      'voice.stage.time_to_first_output': 0.3,
      'voice.cost.source': 'price_table',
    });
    // gpt-realtime: text 4, cached 0.4, out 16; audio 32, out 64 dollars a million.
    const cost = (56 * 4 + 64 * 0.4 + 80 * 32 + 20 * 16 + 80 * 64) / 1e6;
    expect(first?.attributes['voice.cost.amount']).toBeCloseTo(cost, 9);
    const [stt] = spans.filter(({ name }) => name === 'speech_to_text gpt-4o-mini-transcribe');
    // From 300 ms before the speech to 500 ms after it.
    expect(stt?.attributes['voice.stt.audio_duration']).toBeCloseTo(1.8, 9);
    expect(stt?.attributes['voice.stt.language']).toBe('en');
  });

  it('goes on with the same reply after a tool, whose own time is measured', async () => {
    say('item_u1', 1000, 2000);
    transcribed('item_u1', 'Order 7?', 2600);
    server(2600, { type: 'response.created', response: { id: 'resp_1', conversation_id: 'conv_1' } });
    const call = {
      id: 'item_call',
      type: 'function_call',
      status: 'completed',
      call_id: 'call_1',
      name: 'find_order',
      arguments: '{"number":"7"}',
    };
    server(2900, { type: 'response.output_item.done', response_id: 'resp_1', output_index: 0, item: call });
    await vi.waitFor(() => expect(running).toHaveBeenCalledOnce());
    server(2950, { type: 'response.done', response: { id: 'resp_1', status: 'completed', output: [call] } });
    at(3400);
    found();
    await vi.waitFor(() =>
      expect(line.socket.sent.map(({ type }) => type)).toContain('conversation.item.create'),
    );
    server(3410, {
      type: 'conversation.item.added',
      item: { id: 'item_out', type: 'function_call_output', call_id: 'call_1', output: 'arrives tomorrow' },
    });
    respond('resp_2', 'It arrives tomorrow.', 1000, 3500);
    done('resp_2', 'It arrives tomorrow.', 4000);
    at(6000);
    observation.stop();

    expect(outlineOf(spans)).toEqual([
      'session ',
      '0 user "Order 7?" completed [vad stt]',
      '1 agent "It arrives tomorrow." completed answers 0 [llm tool llm]',
    ]);
    const [run] = spans.filter(({ name }) => name === 'execute_tool find_order');
    expect(run?.attributes).toMatchObject({
      'gen_ai.tool.call.id': 'call_1',
      'gen_ai.tool.call.result': 'arrives tomorrow',
    });
    expect(run?.duration).toEqual([0, 500_000_000]);
  });

  it('takes a barge-in by what the client says was heard', async () => {
    say('item_u1', 1000, 2000);
    transcribed('item_u1', 'Tell me all.', 2600);
    respond('resp_1', 'There once was a very long story.', 5000, 2600);
    done('resp_1', 'There once was a very long story.', 3500);
    // Heard from 2.9 s on; cut off when the server hears the user, who began 160 ms before.
    say('item_u2', 4900, 5500);
    transcribed('item_u2', 'Stop!', 6100);
    respond('resp_2', 'Sorry.', 500, 6100);
    done('resp_2', 'Sorry.', 6500);
    at(9000);
    observation.stop();

    const [truncate] = line.socket.sent.filter(({ type }) => type === 'conversation.item.truncate');
    expect(truncate).toMatchObject({ item_id: 'item_resp_1', audio_end_ms: 2160 });
    expect(outlineOf(spans)).toEqual([
      'session ',
      '0 user "Tell me all." completed [vad stt]',
      '1 agent "There once was a very long story." interrupted answers 0 [llm]',
      '2 user "Stop!" completed cuts 1 barge_in [vad stt]',
      '3 agent "Sorry." completed answers 2 [llm]',
    ]);
    const [, cut, barge] = turnsOf(spans);
    expect(cut?.endTime).toEqual([START / 1000 + 5, 60_000_000]);
    expect(barge?.attributes['voice.turn.interruption_latency']).toBeCloseTo(0.16, 6);
  });

  it('throws away what was cancelled before a word of it was heard', async () => {
    say('item_u1', 1000, 2000);
    server(2560, { type: 'response.created', response: { id: 'resp_1', conversation_id: 'conv_1' } });
    line.microphone(2520, 2850);
    server(2860, { type: 'input_audio_buffer.speech_started', item_id: 'item_u2', audio_start_ms: 2400 });
    server(2865, {
      type: 'response.done',
      response: {
        id: 'resp_1',
        status: 'cancelled',
        status_details: { type: 'cancelled', reason: 'turn_detected' },
        output: [],
      },
    });
    transcribed('item_u1', 'I want', 3000);
    line.microphone(2850, 4020);
    server(4040, { type: 'input_audio_buffer.speech_stopped', item_id: 'item_u2', audio_end_ms: 4000 });
    server(4050, { type: 'input_audio_buffer.committed', item_id: 'item_u2' });
    transcribed('item_u2', 'to send it back.', 4100);
    respond('resp_2', 'Of course.', 500, 4100);
    done('resp_2', 'Of course.', 4500);
    at(7000);
    observation.stop();
    expect(outlineOf(spans)).toEqual([
      'session ',
      '0 user "I want" completed [vad stt llm:discarded]',
      '1 user "to send it back." completed [vad stt]',
      '2 agent "Of course." completed answers 1 [llm]',
    ]);
  });

  it('puts a late transcript on the turn that it belongs to', async () => {
    say('item_u1', 1000, 2000);
    respond('resp_1', 'Yes?', 300, 2560);
    done('resp_1', 'Yes?', 2900);
    line.microphone(2520, 3150);
    server(3160, { type: 'input_audio_buffer.speech_started', item_id: 'item_u2', audio_start_ms: 2700 });
    transcribed('item_u1', 'Hello?', 3200);
    line.microphone(3150, 4500);
    server(4540, { type: 'input_audio_buffer.speech_stopped', item_id: 'item_u2', audio_end_ms: 4500 });
    server(4550, { type: 'input_audio_buffer.committed', item_id: 'item_u2' });
    transcribed('item_u2', 'Are you there?', 5000);
    at(7000);
    observation.stop();
    expect(outlineOf(spans).slice(1)).toEqual([
      '0 user "Hello?" completed [vad stt]',
      '1 agent "Yes?" completed answers 0 [llm]',
      '2 user "Are you there?" completed [vad stt]',
    ]);
  });

  it('leaves the session and its transport as they were', () => {
    expect(Object.hasOwn(line.transport, 'sendEvent')).toBe(true);
    const events = ['transport_event', '*', 'event', 'agent_tool_start', 'agent_tool_end'] as const;
    observation.stop();
    expect(Object.hasOwn(line.transport, 'sendEvent')).toBe(false);
    for (const event of events) {
      const count = Reflect.apply(Reflect.get(line.session, 'listenerCount'), line.session, [event]);
      expect([event, count]).toEqual([event, 0]);
    }
  });
});
