import { initializeLogger, llm } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { now, sleep } from './fakes/audio.js';
import { Call } from './fakes/call.js';
import { FakeRealtimeModel, type FakeRealtimeSession } from './fakes/realtime.js';
import { expectNear, ms, outlineOf, stagesOf, turnsOf } from './outline.js';

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

async function realtimeCall(
  tools: llm.ToolContextLike = [],
): Promise<{ call: Call; server: FakeRealtimeSession }> {
  const model = new FakeRealtimeModel();
  const call = await new Call({ realtime: model, tools }).start();
  const [server] = model.sessions;
  if (server === undefined) throw new Error('the model was not asked for a session');
  return { call, server };
}

describe.concurrent('a speech-to-speech model that detects turns itself', () => {
  it('turns without recogniser and synthesiser, audio tokens, late transcripts, barge-in', async () => {
    const { call, server } = await realtimeCall();
    server.speechStarted();
    await sleep(600);
    server.speechStopped();
    const announced = now();
    await sleep(150);
    server.answer({ responseId: 'resp_1', text: 'Hello, how can I help?', audioMs: 1500 });
    await call.agentIs('speaking');
    const { startedAt } = call.speaker.last;
    server.transcribed('item_u1', 'hi there');
    server.responseDone('resp_1');
    await sleep(500);
    server.speechStarted();
    await sleep(400);
    server.speechStopped();
    server.transcribed('item_u2', 'wait');
    await sleep(150);
    server.answer({ responseId: 'resp_2', text: 'Sure.', audioMs: 400 });
    await call.agentIs('speaking');
    server.responseDone('resp_2');
    await call.agentIs('listening');
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "hi there" completed []',
      '1 agent "Hello, how can I help?" interrupted answers 0 [llm]',
      '2 user "wait" completed cuts 1 barge_in []',
      '3 agent "Sure." completed answers 2 [llm]',
    ]);
    expectNear(
      ms(spans, 1, 'voice.turn.time_to_first_audio'),
      startedAt - announced,
      call.microphone.stallMs,
    );
    expect(turnsOf(spans)[1]?.attributes).not.toHaveProperty('voice.turn.response_latency');
    const agent = turnsOf(spans)[1];
    const [stage] = agent === undefined ? [] : stagesOf(spans, agent);
    expect(stage?.name).toBe('generate_content gpt-realtime');
    expect(stage?.attributes).toMatchObject({
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.audio.input_tokens': 80,
      'gen_ai.usage.output_tokens': 60,
      'gen_ai.usage.audio.output_tokens': 50,
      'gen_ai.response.time_to_first_chunk': 0.18,
      'voice.cost.currency': 'USD',
    });
  });

  it('a tool call and the answer to its result are one turn', async () => {
    const weather = llm.tool({
      name: 'lookupWeather',
      description: 'weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      execute: async ({ city }: { city: string }) => `sunny in ${city}`,
    });
    const { call, server } = await realtimeCall([weather]);
    server.replies.push({ responseId: 'resp_2', text: 'It is sunny.', audioMs: 400 });
    server.speechStarted();
    await sleep(300);
    server.speechStopped();
    server.transcribed('item_u1', 'What is the weather?');
    await sleep(100);
    server.answer({
      responseId: 'resp_1',
      text: '',
      audioMs: 0,
      calls: [llm.FunctionCall.create({ callId: 'call_1', name: 'lookupWeather', args: '{"city":"Paris"}' })],
    });
    server.responseDone('resp_1');
    await call.agentIs('speaking');
    server.responseDone('resp_2');
    await call.agentIs('listening');
    const spans = await call.close();
    const [head, user, agent, ...rest] = outlineOf(spans);
    expect([head, user, ...rest]).toEqual([
      'session user_initiated',
      '0 user "What is the weather?" completed []',
    ]);
    expect(agent).toMatch(/^1 agent "It is sunny\." completed answers 0 \[(llm tool llm|llm llm tool)\]$/);
    expect(turnsOf(spans)[1]?.attributes).toHaveProperty('voice.turn.time_to_first_audio');
  });
});
