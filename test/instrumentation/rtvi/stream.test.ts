import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RtviMessage } from '../../../src/instrumentation/rtvi/messages.js';
import { observeRtvi } from '../../../src/instrumentation/rtvi/observe.js';
import { hrTimeToMs } from '../../../src/otel/time.js';
import { turnsOf } from '../livekit/outline.js';
import { comparable, expectedOf, recorder, turnsSeen } from '../pipeline/conversation.js';
import { recordedMessages } from './replay.js';

afterEach(() => vi.restoreAllMocks());

const scenario = 'barge-in';
const timed = recordedMessages(scenario).map(({ t, message }) => ({ message, time: t * 1000 }));

async function* slowly<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) {
    await new Promise((resolve) => setImmediate(resolve));
    yield item;
  }
}

describe('messages with their times', () => {
  it.each([
    ['in a list', () => timed],
    ['as they come', () => slowly(timed)],
    ['as lines of JSON', () => slowly(timed.map((item) => JSON.stringify(item)))],
    [
      'as a stream of lines, which is also an emitter',
      () => createInterface({ input: Readable.from(timed.map((item) => `${JSON.stringify(item)}\n`)) }),
    ],
    [
      'with lines that are none',
      () => ['{', '', '[]', 'null', ...timed.map((item) => JSON.stringify(item)), '7'],
    ],
  ])('%s, long after, give the turns at the times at which they were', async (_, source) => {
    const { tracer, spans } = recorder();
    await observeRtvi(source(), { agentId: 'recorded', tracer }).done;
    const { seen, expected } = comparable(turnsSeen(spans), expectedOf(scenario), 'rtvi');
    expect(seen).toEqual(expected);
    const [first] = turnsOf(spans);
    const started = timed.find(({ message }) => message.type === 'user-started-speaking');
    expect(hrTimeToMs(first?.startTime ?? [0, 0])).toBeCloseTo(started?.time ?? 0, 1);
  });

  it('mark a latency that was worked out of other times', async () => {
    const { tracer, spans } = recorder();
    await observeRtvi(timed, { agentId: 'recorded', tracer }).done;
    expect(turnsOf(spans).map(({ attributes }) => attributes['voice.turn.latency_source'])).toEqual([
      undefined,
      'derived',
      undefined,
      'derived',
    ]);
  });
});

describe('a stream', () => {
  const hello: RtviMessage[] = [
    { type: 'user-started-speaking' },
    { type: 'user-transcription', data: { text: 'Hello.', final: true } },
    { type: 'user-stopped-speaking' },
  ];

  it('that fails ends the session with what is known', async () => {
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { tracer, spans } = recorder();
    async function* failing(): AsyncGenerator<RtviMessage> {
      yield* hello;
      throw new Error('the line is dead');
    }
    await expect(observeRtvi(failing(), { agentId: 'agent', tracer }).done).resolves.toBeUndefined();
    expect(turnsSeen(spans)).toMatchObject([{ transcript: 'Hello.' }]);
    expect(spans.find(({ name }) => name === 'voice.session')?.attributes['voice.session.end_reason']).toBe(
      'error',
    );
    expect(warnings.mock.calls.flat().join()).toContain('the line is dead');
  });

  it('that never ends is left by stop', async () => {
    const { tracer, spans } = recorder();
    let left = false;
    async function* endless(): AsyncGenerator<RtviMessage> {
      try {
        yield* hello;
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          yield { type: 'user-audio-level', data: { value: 0 } };
        }
      } finally {
        left = true;
      }
    }
    const observation = observeRtvi(endless(), { agentId: 'agent', tracer });
    await vi.waitFor(() => expect(spans.length).toBeGreaterThanOrEqual(0));
    await new Promise((resolve) => setTimeout(resolve, 20));
    observation.stop();
    await observation.done;
    await vi.waitFor(() => expect(left).toBe(true));
    expect(turnsSeen(spans)).toMatchObject([{ transcript: 'Hello.' }]);
  });

  it('without a message records nothing', async () => {
    const { tracer, spans } = recorder();
    await observeRtvi([], { agentId: 'agent', tracer }).done;
    expect(spans).toEqual([]);
  });

  it.each([[undefined], [null], [7], [{}]])('is not %j', (source) => {
    expect(() => observeRtvi(source as never, { agentId: 'agent' })).toThrow(
      'observeRtvi: the source must have on(event, listener), or be an iterable of messages',
    );
  });

  it.each([[0], [2], ['loud']])('heardFromLevel is not %j', (heardFromLevel) => {
    expect(() => observeRtvi([], { agentId: 'agent', heardFromLevel: heardFromLevel as never })).toThrow(
      'observeRtvi: heardFromLevel must be a boolean or a level above 0, up to 1',
    );
  });
});
