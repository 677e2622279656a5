import { afterEach, describe, expect, it, vi } from 'vitest';
import { type StageFunctions, type WrapStagesOptions, wrapStages } from '../../../src/events.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import { outlineOf, stagesOf, turnsOf } from '../livekit/outline.js';
import { recorder, SetClock } from '../pipeline/conversation.js';

const START = 1_800_000_000_000;

afterEach(() => {
  vi.restoreAllMocks();
});

function loop<Functions extends StageFunctions>(
  functions: Functions,
  options: Partial<WrapStagesOptions> = {},
) {
  const clock = new SetClock();
  clock.now = START;
  const { tracer, spans } = recorder(clock);
  const stages = wrapStages(functions, {
    agentId: 'loop',
    sttModel: 'openai/whisper-1',
    llmModel: 'openai/gpt-4.1-mini',
    ttsModel: 'cartesia/sonic-2',
    tracer,
    ...options,
  });
  return { clock, spans, stages };
}

describe('a loop of plain functions', () => {
  it('gives turns with their stages, usage and costs', async () => {
    const answers = ['It arrives tomorrow.', 'Goodbye.'];
    const { clock, spans, stages } = loop(
      {
        async stt(audio: Uint8Array): Promise<{ text: string; duration: number }> {
          clock.now += 300;
          return { text: audio.length > 1 ? 'Where is it?' : 'Thanks.', duration: audio.length };
        },
        async llm(_messages: { role: string; content: string }[]) {
          clock.now += 500;
          return {
            choices: [{ message: { role: 'assistant', content: answers.shift() ?? '' } }],
            usage: { prompt_tokens: 100, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 0 } },
          };
        },
        async tts(_text: string): Promise<Uint8Array> {
          clock.now += 200;
          return new Uint8Array(48_000);
        },
      },
      {
        read: {
          tts: (audio) => ({
            audioBytes: 48_000,
            audioMs: audio instanceof Uint8Array ? audio.length / 48 : 0,
          }),
        },
      },
    );

    for (const audio of [new Uint8Array(2), new Uint8Array(1)]) {
      const { text } = await stages.stt(audio);
      const answer = await stages.llm([{ role: 'user', content: text }]);
      const sound = await stages.tts(answer.choices[0]?.message.content ?? '');
      expect(sound).toHaveLength(48_000);
      clock.now += 5000;
    }
    stages.stop('user_left');

    expect(outlineOf(spans)).toEqual([
      'session user_left',
      '0 user "Where is it?" completed [stt]',
      '1 agent "It arrives tomorrow." completed answers 0 [llm tts]',
      '2 user "Thanks." completed [stt]',
      '3 agent "Goodbye." completed answers 2 [llm tts]',
    ]);
    const [user, agent] = turnsOf(spans);
    // The first utterance lasted 2 s and was over when it was handed to the recogniser.
    expect(user?.startTime).toEqual([START / 1000 - 2, 0]);
    expect(user?.endTime).toEqual([START / 1000, 0]);
    // 300 ms recognition, 500 ms model, 200 ms synthesis, then a second of sound.
    expect(agent?.attributes['voice.turn.time_to_first_audio']).toBeCloseTo(1, 9);
    expect(agent?.attributes).not.toHaveProperty('voice.turn.response_latency');
    expect(agent?.endTime).toEqual([START / 1000 + 2, 0]);
    const [llm, tts] = agent === undefined ? [] : stagesOf(spans, agent);
    // 100 × 0.40 and 10 × 1.60 dollars a million tokens.
    expect(llm?.attributes['voice.cost.amount']).toBeCloseTo(0.000_056, 9);
    expect(tts?.attributes['voice.tts.characters']).toBe('It arrives tomorrow.'.length);
    const [stt] = user === undefined ? [] : stagesOf(spans, user);
    // Two seconds at 0.006 dollars a minute.
    expect(stt?.attributes['voice.cost.amount']).toBeCloseTo(0.0002, 9);
    expect(stt?.duration).toEqual([0, 300_000_000]);
  });

  it('follows streams as they are read, and gives them back as they were', async () => {
    const { clock, spans, stages } = loop({
      stt: async () => 'Tell me.',
      async *llm(): AsyncGenerator<{ choices: object[]; usage?: object }> {
        for (const content of ['One. ', 'Two.']) {
          clock.now += 400;
          yield { choices: [{ delta: { content } }] };
        }
        yield { choices: [], usage: { prompt_tokens: 5, completion_tokens: 4 } };
      },
      tts(_text: string): ReadableStream<Uint8Array> {
        return new ReadableStream({
          pull(controller) {
            clock.now += 150;
            controller.enqueue(new Uint8Array(10));
            controller.close();
          },
        });
      },
    });
    await stages.stt();
    const stream = stages.llm();
    expect(Object.prototype.toString.call(stream)).toBe('[object AsyncGenerator]');
    let pieces = 0;
    for await (const _ of stream) pieces += 1;
    expect(pieces).toBe(3);
    const sound = stages.tts('One. Two.');
    expect(sound).toBeInstanceOf(ReadableStream);
    const reader = sound.getReader();
    while (!(await reader.read()).done);
    stages.stop();

    expect(outlineOf(spans).slice(1)).toEqual([
      '0 user "Tell me." completed [stt]',
      '1 agent "One. Two." completed answers 0 [llm tts]',
    ]);
    const agent = turnsOf(spans)[1];
    const [llm, tts] = agent === undefined ? [] : stagesOf(spans, agent);
    expect(llm?.attributes).toMatchObject({
      'voice.stage.time_to_first_output': 0.4,
      'gen_ai.usage.output_tokens': 4,
    });
    expect(tts?.attributes['voice.stage.time_to_first_output']).toBeCloseTo(0.15, 9);
    expect(agent?.attributes['voice.turn.time_to_first_audio']).toBeCloseTo(0.95, 9);
  });

  it('tells failures from what was given up, and throws what the functions throw', async () => {
    const broken = new Error('503');
    const aborted = new DOMException('stopped', 'AbortError');
    const { spans, stages } = loop({
      stt: async () => 'Hello?',
      llm: async () => {
        throw broken;
      },
      tts: () => {
        throw aborted;
      },
    });
    await stages.stt();
    await expect(stages.llm()).rejects.toBe(broken);
    expect(() => stages.tts()).toThrow(aborted);
    stages.stop();
    expect(outlineOf(spans).slice(1)).toEqual([
      '0 user "Hello?" completed [stt]',
      '1 agent error answers 0 [llm:error:Error tts:discarded]',
    ]);
  });

  it('measures the response latency and a barge-in where it is told of them', async () => {
    const { clock, spans, stages } = loop(
      { stt: async () => 'Stop!', tts: async (_text: string) => new Uint8Array(4) },
      { read: { tts: () => ({ audioMs: 4000 }) } },
    );
    await stages.tts('Welcome to a very long greeting.');
    clock.now += 1000;
    stages.userStarted();
    clock.now += 120;
    stages.agentStopped();
    clock.now += 500;
    stages.userStopped();
    clock.now += 300;
    await stages.stt();
    clock.now += 600;
    await stages.tts('Sorry.');
    stages.stop();

    expect(outlineOf(spans).slice(1)).toEqual([
      '0 agent "Welcome to a very long greeting." interrupted [tts]',
      '1 user "Stop!" completed cuts 0 barge_in [stt]',
      '2 agent "Sorry." completed answers 1 [tts]',
    ]);
    const [, user, agent] = turnsOf(spans);
    expect(user?.attributes['voice.turn.interruption_latency']).toBeCloseTo(0.12, 9);
    expect(agent?.attributes['voice.turn.response_latency']).toBeCloseTo(0.9, 9);
    expect(agent?.attributes['voice.turn.latency_source']).toBe('measured');
  });

  it('makes no turn of a noise', async () => {
    const { clock, spans, stages } = loop({ stt: async () => '' });
    stages.userStarted();
    clock.now += 200;
    stages.userStopped();
    await stages.stt();
    stages.stop();
    expect(outlineOf(spans)).toEqual(['session  [stt]']);
  });

  it('works on when it is no longer traced, or a reader of one’s own fails', async () => {
    resetWarnings();
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { spans, stages } = loop(
      { stt: async () => 7, llm: () => 'yes' },
      {
        read: {
          stt: () => {
            throw new Error('a reader failed');
          },
        },
      },
    );
    await expect(stages.stt()).resolves.toBe(7);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('a reader failed'));
    stages.stop();
    stages.stop();
    stages.userStarted();
    expect(stages.llm()).toBe('yes');
    expect(spans.filter(({ name }) => name === 'voice.session')).toHaveLength(1);
  });

  it('keeps this, and is told what is wrong', () => {
    const { stages } = loop({
      llm(this: { name?: string }) {
        return this.name ?? 'none';
      },
    });
    expect(Reflect.apply(stages.llm, { name: 'mine' }, [])).toBe('mine');
    stages.stop();
    const wrap = (...args: unknown[]) => Reflect.apply(wrapStages, undefined, args);
    expect(() => wrap({ stt: 1 }, { agentId: 'a' })).toThrow(/stt must be a function/);
    expect(() => wrap({}, { agentId: 'a', read: { tts: 1 } })).toThrow(/read\.tts/);
    expect(() => wrap(undefined, { agentId: 'a' })).toThrow(TypeError);
  });
});
