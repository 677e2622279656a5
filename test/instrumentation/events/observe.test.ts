import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  deepgramAgentEvents,
  elevenLabsEvents,
  observeEvents,
  type PipelineEvent,
  retellEvents,
  vapiEvents,
} from '../../../src/events.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import type { TimeInput } from '../../../src/otel/time.js';
import { outlineOf } from '../livekit/outline.js';
import { recorder, SetClock } from '../pipeline/conversation.js';

function kept(): ReturnType<typeof recorder> & { clock: SetClock } {
  const clock = new SetClock();
  clock.now = 1_800_000_000_000;
  return { ...recorder(clock), clock };
}

const agentId = 'mine';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a table of one’s own', () => {
  beforeEach(() => {
    resetWarnings();
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });

  it('gives times in every form that a time may have', () => {
    const { tracer, spans, clock } = kept();
    const bot = new EventEmitter();
    const at = clock.now + 500;
    const forms: TimeInput[] = [at, new Date(at), [Math.floor(at / 1000), (at % 1000) * 1e6]];
    for (const time of forms) {
      const observation = observeEvents(
        bot,
        {
          events: {
            begun: () => ({ type: 'session_started' }),
            speaking: () => ({ event: { type: 'agent_speech_started' }, time }),
          },
        },
        { agentId, tracer },
      );
      clock.now = at - 500;
      bot.emit('begun');
      clock.now = at + 250;
      bot.emit('speaking');
      observation.stop();
    }
    const starts = spans
      .filter(({ name }) => name === 'voice.agent_turn')
      .map(({ startTime: [seconds, nanoseconds] }) => seconds * 1000 + nanoseconds / 1e6);
    expect(starts).toEqual([at, at, at]);
  });

  it('is all that a library needs', () => {
    const { tracer, spans, clock } = kept();
    const bot = new EventEmitter();
    const observation = observeEvents(
      bot,
      {
        events: {
          listening: (): PipelineEvent => ({ type: 'user_speech_started' }),
          heard: (text: string): PipelineEvent[] => [
            { type: 'user_speech_stopped' },
            { type: 'transcript', text, final: true },
          ],
          speaking: ({ text }: { text: string }): PipelineEvent[] => [
            { type: 'agent_speech_started' },
            { type: 'spoken_text', text },
          ],
          silent: (): PipelineEvent => ({ type: 'agent_speech_stopped' }),
          hangup: () => undefined,
        },
      },
      { agentId, tracer },
    );
    bot.emit('listening');
    clock.now += 1000;
    bot.emit('heard', 'Hello?');
    clock.now += 500;
    bot.emit('speaking', { text: 'Hi!' });
    clock.now += 700;
    bot.emit('silent');
    bot.emit('hangup');
    observation.stop();
    bot.emit('listening');
    expect(outlineOf(spans).slice(1)).toEqual([
      '0 user "Hello?" completed [stt]',
      '1 agent "Hi!" completed answers 0 []',
    ]);
    expect(bot.eventNames()).toEqual([]);
  });

  it('that throws does so beside the call, and what a callback returns goes back unchanged', () => {
    const { tracer } = kept();
    const given = { onMessage: (text: string) => text.length, onFrozen: 1 };
    const before = { ...given };
    const observation = observeEvents(
      given,
      {
        events: {
          onMessage: () => {
            throw new Error('a reader failed');
          },
        },
      },
      { agentId, tracer },
    );
    expect(given.onMessage('four')).toBe(4);
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining('a reader failed'));
    observation.stop();
    expect(given).toEqual(before);
  });

  it('listens to a frozen object in vain, and says so', () => {
    const { tracer, spans } = kept();
    const frozen = Object.freeze({ onConnect: () => 'yes' });
    const observation = observeEvents(frozen, elevenLabsEvents(), { agentId, tracer });
    expect(frozen.onConnect()).toBe('yes');
    observation.stop();
    expect(spans).toEqual([]);
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining('frozen'));
  });

  it('and what it is to be read from are checked', () => {
    const options = { agentId };
    const observe = (...args: unknown[]) => Reflect.apply(observeEvents, undefined, args);
    expect(() => observe(new EventEmitter(), {}, options)).toThrow(/must have events/);
    expect(() => observe(new EventEmitter(), { events: { a: 1 } }, options)).toThrow(/events\.a/);
    expect(() => observe(new EventEmitter(), { events: {}, calls: { b: 1 } }, options)).toThrow(/calls\.b/);
    expect(() => observe(undefined, vapiEvents(), options)).toThrow(/on\(event, listener\)/);
    expect(() => observe({}, vapiEvents(), { ...options, voice: 1 })).toThrow(/no option voice/);
  });
});

describe.each([
  ['ElevenLabs', elevenLabsEvents],
  ['Deepgram', deepgramAgentEvents],
  ['Vapi', vapiEvents],
  ['Retell', retellEvents],
])('%s', (_name, preset) => {
  const payload = fc.oneof(
    fc.anything(),
    fc.record(
      {
        type: fc.constantFrom(
          'speech-update',
          'transcript',
          'tool-calls',
          'ConversationText',
          'FunctionCallRequest',
          'AgentAudioDone',
          'UserStartedSpeaking',
        ),
        role: fc.constantFrom('user', 'assistant', 'agent'),
        status: fc.constantFrom('started', 'stopped'),
        mode: fc.constantFrom('speaking', 'listening'),
        message: fc.oneof(fc.string(), fc.anything()),
        content: fc.oneof(fc.string(), fc.anything()),
        transcript: fc.oneof(
          fc.string(),
          fc.array(fc.record({ role: fc.constantFrom('user', 'agent'), content: fc.string() })),
          fc.anything(),
        ),
        transcriptType: fc.constantFrom('partial', 'final'),
        toolCallList: fc.anything(),
        functions: fc.anything(),
        byteLength: fc.oneof(fc.nat(), fc.anything()),
      },
      { requiredKeys: [] },
    ),
  );

  it('keeps to the vocabulary whatever comes, and never fails', () => {
    resetWarnings();
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const names = Object.keys(preset().events);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), payload), { maxLength: 30 }), (happened) => {
        const { tracer, spans, clock } = kept();
        const emitter = new EventEmitter();
        const observation = observeEvents(emitter, preset(), { agentId, tracer });
        for (const [event, given] of happened) {
          clock.now += 100;
          emitter.emit(event, given);
        }
        observation.stop();
        if (spans.length > 0 && spans.filter(({ name }) => name === 'voice.session').length === 1)
          outlineOf(spans);
      }),
      { numRuns: 150, seed: 3 },
    );
    expect(warned).not.toHaveBeenCalled();
  });
});
