import { initializeLogger, llm } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { now, sleep } from './fakes/audio.js';
import { Call } from './fakes/call.js';
import { answers, STORY, story } from './fakes/replies.js';
import { durationOf, expectNear, ms, outlineOf, sessionOf, stagesOf, turnsOf } from './outline.js';

const HELLO = 'Hello there how can I help';

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

/** The latest exchange was as long as microphone, detector and speaker say. */
function expectTrueLatencies(
  call: Call,
  spans: ReadableSpanLike[],
  agentTurn: number,
  playback = call.speaker.last,
): void {
  expectNear(
    ms(spans, agentTurn, 'voice.turn.response_latency'),
    playback.startedAt - call.microphone.last.stop,
    call.microphone.stallMs,
  );
  expectNear(
    ms(spans, agentTurn, 'voice.turn.time_to_first_audio'),
    playback.startedAt - call.vad.lastEnd,
    call.microphone.stallMs,
  );
}

describe.concurrent('a call on a real AgentSession', () => {
  it('a greeting answers nobody and lasts as long as it was heard', async () => {
    const call = await new Call().start();
    await call.session.say(HELLO).waitForPlayout();
    const { startedAt, heardUntil } = call.speaker.last;
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual(['session user_initiated', `0 agent "${HELLO}" completed [tts]`]);
    const heard =
      ms(spans, 0, 'voice.turn.last_audio_offset') - ms(spans, 0, 'voice.turn.first_audio_offset');
    expectNear(heard, heardUntil - startedAt, call.microphone.stallMs);
    expect(turnsOf(spans)[0]?.attributes).not.toHaveProperty('voice.turn.time_to_first_audio');
  });

  it('a plain turn', async () => {
    const call = await new Call({ hears: ['I cannot log in'] }).start();
    await call.exchange(1000);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "I cannot log in" completed [stt vad]',
      '1 agent "I see what you mean." completed answers 0 [llm tts]',
    ]);
    expectTrueLatencies(call, spans, 1);
    const [user, agent] = turnsOf(spans);
    const [stt] = user === undefined ? [] : stagesOf(spans, user);
    expect(stt?.attributes).toMatchObject({
      'gen_ai.provider.name': 'deepgram',
      'gen_ai.request.model': 'nova-3',
      'voice.stage.mode': 'stream',
      'voice.stt.audio_duration': call.stt.usedMs / 1000,
      'voice.stt.transcript': 'I cannot log in',
      'voice.stt.confidence': 0.97,
      'voice.stt.language': 'en',
    });
    const [model, speech] = agent === undefined ? [] : stagesOf(spans, agent);
    expect(model?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 10,
      'gen_ai.input.messages': JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: 'I cannot log in' }] },
      ]),
      'gen_ai.output.messages': JSON.stringify([
        { role: 'assistant', parts: [{ type: 'text', content: 'I see what you mean.' }] },
      ]),
    });
    expect(speech?.attributes).toMatchObject({
      'voice.tts.characters': 20,
      'voice.tts.text': 'I see what you mean.',
      'voice.tts.audio_duration': 0.6,
    });
  });

  it('a tool call is one agent turn with both calls of the model', async () => {
    let tookMs = Number.NaN;
    const weather = llm.tool({
      name: 'lookupWeather',
      description: 'weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      execute: async ({ city }: { city: string }) => {
        const startedAt = now();
        await sleep(120);
        tookMs = now() - startedAt;
        return `sunny in ${city}`;
      },
    });
    const call = await new Call({
      hears: ['What is the weather in Paris'],
      tools: [weather],
      replies: answers(
        [/^tool:/, { text: 'It is sunny in Paris today.' }],
        [/weather/, { text: 'One moment please.', tool: { name: 'lookupWeather', args: { city: 'Paris' } } }],
      ),
    }).start();
    await call.microphone.say(900);
    await call.agentIs('speaking');
    const first = call.speaker.last;
    await call.agentIs('thinking');
    await call.agentIs('speaking');
    await call.agentIs('listening');
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "What is the weather in Paris" completed [stt vad]',
      '1 agent "One moment please. It is sunny in Paris today." completed answers 0 [llm tts tool llm tts]',
    ]);
    expectTrueLatencies(call, spans, 1, first);
    const agent = turnsOf(spans)[1];
    const stages = agent === undefined ? [] : stagesOf(spans, agent);
    const tool = stages.find(({ name }) => name === 'execute_tool lookupWeather');
    expect(tool?.attributes).toMatchObject({
      'gen_ai.tool.name': 'lookupWeather',
      'gen_ai.tool.call.id': 'call_chatcmpl-1',
      'gen_ai.tool.call.arguments': '{"city":"Paris"}',
      'gen_ai.tool.call.result': '"sunny in Paris"',
    });
    expectNear(tool === undefined ? Number.NaN : durationOf(tool), tookMs, call.microphone.stallMs);
  });

  it('a tool that fails is a failed stage', async () => {
    const broken = llm.tool({
      name: 'broken',
      description: 'fails',
      parameters: { type: 'object', properties: {} },
      execute: async () => {
        throw new llm.ToolError('no such city');
      },
    });
    const call = await new Call({
      hears: ['Try it'],
      tools: [broken],
      replies: answers([/^tool:/, { text: 'That failed.' }], [/Try/, { tool: { name: 'broken', args: {} } }]),
    }).start();
    await call.exchange(600);
    expect(outlineOf(await call.close())).toEqual([
      'session user_initiated',
      '0 user "Try it" completed [stt vad]',
      '1 agent "That failed." completed answers 0 [llm tool:error:tool_error llm tts]',
    ]);
  });

  it.each([
    ['can pause', true],
    ['cannot pause', false],
  ])('barge-in with an output that %s', async (_, canPause) => {
    const call = await new Call({
      hears: ['Tell me a story', 'Please stop'],
      replies: story,
      speaker: { canPause },
    }).start();
    await call.microphone.say(800);
    await call.agentIs('speaking');
    await sleep(700);
    const cut = call.speaker.last;
    await call.exchange(900);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "Tell me a story" completed [stt vad]',
      `1 agent "${STORY}" interrupted answers 0 [llm tts]`,
      '2 user "Please stop" completed cuts 1 barge_in [stt vad]',
      '3 agent "Okay I stopped." completed answers 2 [llm tts]',
    ]);
    const { onset } = call.microphone.last;
    expectNear(
      ms(spans, 2, 'voice.turn.interruption_latency'),
      cut.heardUntil - onset,
      call.microphone.stallMs,
    );
    expectTrueLatencies(call, spans, 3);
  });

  it('of a reply that was cut off: what was heard, where the output knows it', async () => {
    const call = await new Call({
      hears: ['Tell me a story', 'Please stop'],
      replies: story,
      speaker: { heardText: () => 'Once upon a time' },
    }).start();
    await call.microphone.say(800);
    await call.agentIs('speaking');
    await sleep(500);
    await call.exchange(700);
    const spans = await call.close();
    expect(outlineOf(spans)[2]).toBe('1 agent "Once upon a time" interrupted answers 0 [llm tts]');
    const agent = turnsOf(spans)[1];
    const [model] = agent === undefined ? [] : stagesOf(spans, agent);
    expect(model?.attributes).not.toHaveProperty('gen_ai.output.messages');
  });

  it('barge-in while the agent thinks: nobody was interrupted', async () => {
    const call = await new Call({
      hears: ['slow question', 'never mind'],
      replies: answers([/slow/, { text: 'Slow answer here.', ttftMs: 1500 }]),
    }).start();
    await call.microphone.say(600);
    await call.agentIs('thinking');
    await sleep(400);
    await call.exchange(700);
    const spans = await call.close();
    const [head, slow, ...rest] = outlineOf(spans);
    expect([head, ...rest]).toEqual([
      'session user_initiated',
      '1 user "never mind" completed [stt vad]',
      '2 agent "I see what you mean." completed answers 1 [llm tts]',
    ]);
    // What it had thought, and perhaps spoken to nobody, is spent on the turn that set it off.
    expect(slow).toMatch(/^0 user "slow question" completed \[stt vad llm:discarded( tts:discarded)?\]$/);
    expectTrueLatencies(call, spans, 2);
  });

  it('a false interruption splits nothing, and a real one after it is measured from its own onset', async () => {
    const call = await new Call({ hears: ['Tell me a story', null, 'Please stop'], replies: story }).start();
    await call.microphone.say(800);
    await call.agentIs('speaking');
    await sleep(300);
    const told = call.speaker.last;
    await call.microphone.say(500);
    await call.agentIs('speaking');
    await sleep(200);
    await call.exchange(700);
    const spans = await call.close();
    expect(told.pauses).toBe(2);
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "Tell me a story" completed [stt vad]',
      `1 agent "${STORY}" interrupted answers 0 failed_interrupt [llm tts]`,
      '2 user "Please stop" completed cuts 1 barge_in [stt vad]',
      '3 agent "Okay I stopped." completed answers 2 [llm tts]',
    ]);
    expectNear(
      ms(spans, 2, 'voice.turn.interruption_latency'),
      told.heardUntil - call.microphone.last.onset,
      call.microphone.stallMs,
    );
    expectTrueLatencies(call, spans, 3);
  });

  it('a preemptive generation that was thrown away cost something and is no turn', async () => {
    const call = await new Call({ hears: ['tell me', 'a story'], replies: story }).start();
    await call.microphone.say(500);
    while (call.stt.finals === 0) await sleep(5);
    await call.exchange(500);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "tell me a story" completed [stt vad llm:discarded]',
      `1 agent "${STORY}" completed answers 0 [llm tts]`,
    ]);
    const { 'voice.session.cost.discarded': discarded, 'voice.session.cost.llm': total } =
      sessionOf(spans).attributes;
    expect(discarded).toBeGreaterThan(0);
    expect(discarded).toBeCloseTo(Number(total) / 2, 9);
    expectTrueLatencies(call, spans, 1);
  });

  it('a final transcript that comes after the detector heard the end', async () => {
    const call = await new Call({ hears: ['I cannot log in'], stt: { delayMs: 700 } }).start();
    await call.exchange(800);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "I cannot log in" completed [stt vad]',
      '1 agent "I see what you mean." completed answers 0 [llm tts]',
    ]);
    expectTrueLatencies(call, spans, 1);
  });

  it('speech that no detector heard: a turn, and no latency that was not measured', async () => {
    const call = await new Call({ hears: ['I cannot log in'], deafDetector: true }).start();
    await call.exchange(800);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "I cannot log in" completed [stt]',
      '1 agent "I see what you mean." completed answers 0 [llm tts]',
    ]);
    const agent = turnsOf(spans)[1];
    expect(agent?.attributes).not.toHaveProperty('voice.turn.response_latency');
    expect(agent?.attributes).toHaveProperty('voice.turn.time_to_first_audio');
  });

  it('a recogniser that also detects turns knows no true end: only what it said counts', async () => {
    const call = await new Call({
      hears: ['I cannot log in'],
      session: { vad: null, turnHandling: { turnDetection: 'stt', endpointing: { minDelay: 300 } } },
    }).start();
    await call.exchange(800);
    const spans = await call.close();
    expect(outlineOf(spans)[1]).toBe('0 user "I cannot log in" completed [stt]');
    const agent = turnsOf(spans)[1];
    expect(agent?.attributes).not.toHaveProperty('voice.turn.response_latency');
    expectNear(
      ms(spans, 1, 'voice.turn.time_to_first_audio'),
      call.speaker.last.startedAt - (call.stt.endSaidAt ?? Number.NaN),
      call.microphone.stallMs,
    );
  });

  it('noise makes no turn, and what the recogniser billed for it is kept', async () => {
    const call = await new Call({ hears: [null, 'Hello'] }).start();
    await call.microphone.say(400);
    await sleep(2400);
    await call.exchange(600);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "Hello" completed [stt vad]',
      '1 agent "I see what you mean." completed answers 0 [llm tts]',
    ]);
    expectTrueLatencies(call, spans, 1);
    const [user] = turnsOf(spans);
    const [stt] = user === undefined ? [] : stagesOf(spans, user);
    expect(stt?.attributes['voice.stt.audio_duration']).toBeCloseTo(call.stt.usedMs / 1000, 6);
    expectNear(
      user === undefined ? Number.NaN : durationOf(user),
      call.microphone.last.stop - call.microphone.last.onset,
      call.microphone.stallMs,
    );
  });

  it('an error of the model ends the turn with an error', async () => {
    const call = await new Call({
      hears: ['boom please', 'again'],
      replies: answers([/boom/, { error: new TypeError('model exploded') }]),
    }).start();
    await call.microphone.say(600);
    await sleep(900);
    await call.exchange(600);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "boom please" completed [stt vad]',
      '1 agent error answers 0 [llm:error:TypeError]',
      '2 user "again" completed [stt vad]',
      '3 agent "I see what you mean." completed answers 2 [llm tts]',
    ]);
    expectTrueLatencies(call, spans, 3);
  });

  it('an error of the synthesiser: what was to be said was not heard', async () => {
    const call = await new Call({ hears: ['Hello'] }).start();
    call.tts.error = new TypeError('voice lost');
    await call.microphone.say(600);
    await sleep(1500);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "Hello" completed [stt vad]',
      '1 agent error answers 0 [llm tts:error:TypeError]',
    ]);
    expect(turnsOf(spans)[1]?.attributes['voice.turn.generated_transcript']).toBe('I see what you mean.');
  });

  it('interrupted by the program: no barge-in; then typed input', async () => {
    const call = await new Call({ hears: ['Tell me a story'], replies: story }).start();
    await call.microphone.say(700);
    await call.agentIs('speaking');
    await sleep(400);
    await call.session.interrupt().await;
    await call.session.generateReply({ userInput: 'typed question' }).waitForPlayout();
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "Tell me a story" completed [stt vad]',
      `1 agent "${STORY}" interrupted answers 0 [llm tts]`,
      '2 user "typed question" completed []',
      '3 agent "I see what you mean." completed answers 2 [llm tts]',
    ]);
  });

  it('text only: nothing was heard', async () => {
    const call = await new Call({ session: { vad: null, turnHandling: { turnDetection: null } } }).start(
      false,
    );
    await call.session.run({ userInput: 'hi' }).wait();
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "hi" completed []',
      '1 agent "I see what you mean." completed answers 0 [llm]',
    ]);
    expect(turnsOf(spans)[1]?.attributes).not.toHaveProperty('voice.turn.first_audio_offset');
  });
});
