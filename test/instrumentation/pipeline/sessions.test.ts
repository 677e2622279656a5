import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { observePipeline } from '../../../src/instrumentation/pipeline/observe.js';
import { hrTimeToMs } from '../../../src/otel/time.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { parentId } from '../../support/spans.js';
import { durationOf, stagesOf } from '../livekit/outline.js';
import { recorder } from './conversation.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function observed(): {
  push(frame: object): void;
  stop(): void;
  spans: ReadableSpanLike[];
  named(name: string): ReadableSpanLike[];
} {
  const { tracer, spans } = recorder();
  const processor = { push(_frame: object): void {} };
  const { stop } = observePipeline(processor, { agentId: 'agent', tracer });
  return {
    push: (frame) => processor.push(frame),
    stop,
    spans,
    named: (name) => spans.filter((span) => span.name === name),
  };
}

const exchange = [
  { kind: 'userStartedSpeaking' },
  { kind: 'transcript', text: 'Hello?' },
  { kind: 'userStoppedSpeaking' },
  { kind: 'llmStarted' },
  { kind: 'llmText', text: 'Hi.' },
  { kind: 'llmEnded' },
  { kind: 'ttsStarted' },
  { kind: 'botStartedSpeaking' },
];

describe('a session', () => {
  it('begins with the first frame, not before', async () => {
    const { push, stop, named } = observed();
    await vi.advanceTimersByTimeAsync(5000);
    push({ kind: 'start' });
    await vi.advanceTimersByTimeAsync(300);
    stop();
    expect(named('voice.session').map(durationOf)).toEqual([300]);
  });

  it('of which no frame was seen is none', () => {
    const { stop, spans } = observed();
    stop();
    expect(spans).toEqual([]);
  });

  it('writes turns while it goes on', async () => {
    const { push, stop, named } = observed();
    for (const frame of exchange) push(frame);
    await vi.advanceTimersByTimeAsync(900);
    push({ kind: 'ttsEnded' });
    push({ kind: 'botStoppedSpeaking' });
    expect(named('voice.agent_turn')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1100);
    expect(named('voice.user_turn')).toHaveLength(1);
    const [agentTurn] = named('voice.agent_turn');
    expect(agentTurn?.attributes['voice.turn.last_audio_offset']).toBe(0.9);
    stop();
  });

  it('ends a moment after the end frame, with the usage that comes after it', async () => {
    const { push, named, spans } = observed();
    for (const frame of exchange) push(frame);
    push({ kind: 'ttsEnded' });
    push({ kind: 'botStoppedSpeaking' });
    await vi.advanceTimersByTimeAsync(2000);
    push({ kind: 'end', reason: 'the caller hung up' });
    push({
      kind: 'metrics',
      data: [
        { class: 'STTUsageMetricsData', processor: 'DeepgramSTTService#0', value: { audio_seconds: 2 } },
      ],
    });
    expect(named('voice.session')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1100);
    const [session] = named('voice.session');
    expect(session?.attributes['voice.session.end_detail']).toBe('the caller hung up');
    expect(session === undefined ? 0 : durationOf(session)).toBe(2000);
    const [userTurn] = named('voice.user_turn');
    const late = userTurn === undefined ? [] : stagesOf(spans, userTurn);
    expect(late.map(({ attributes }) => attributes['voice.stt.audio_duration'])).toContain(2);
  });

  it('does not end before what was said last has been heard', async () => {
    const { push, named } = observed();
    for (const frame of exchange) push(frame);
    push({ kind: 'end' });
    await vi.advanceTimersByTimeAsync(4000);
    expect(named('voice.session')).toEqual([]);
    push({ kind: 'ttsEnded' });
    push({ kind: 'botStoppedSpeaking' });
    await vi.advanceTimersByTimeAsync(2100);
    expect(named('voice.session')).toHaveLength(1);
    expect(named('voice.agent_turn').map(({ attributes }) => attributes['voice.turn.end_reason'])).toEqual([
      'completed',
    ]);
  });

  it.each([
    ['cancel', 1100],
    ['end', 70_000],
  ])('whose last words are never heard is ended %s after %i ms at most', async (kind, ms) => {
    const { push, named } = observed();
    for (const frame of exchange) push(frame);
    push({ kind });
    await vi.advanceTimersByTimeAsync(ms);
    expect(named('voice.session')).toHaveLength(1);
    expect(named('voice.agent_turn').map(({ attributes }) => attributes['voice.turn.end_reason'])).toEqual([
      'session_closed',
    ]);
  });

  it('follows another when the pipeline is started again', async () => {
    const { push, stop, named } = observed();
    for (const _ of [1, 2]) {
      push({ kind: 'start' });
      for (const frame of exchange) push({ ...frame });
      push({ kind: 'botStoppedSpeaking' });
      push({ kind: 'end' });
    }
    stop();
    expect(named('voice.session')).toHaveLength(2);
    expect(named('voice.agent_turn')).toHaveLength(2);
  });

  it('leaves no timer behind', async () => {
    const { push, stop } = observed();
    for (const frame of exchange) push(frame);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hangs under the span that was active when it was observed', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const processor = { push(_frame: object): void {} };
    const { tracer, spans } = recorder();
    const call = trace.wrapSpanContext({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    });
    const observation = context.with(trace.setSpan(context.active(), call), () =>
      observePipeline(processor, { agentId: 'agent', tracer }),
    );
    processor.push({ kind: 'start' });
    observation.stop();
    context.disable();
    const [session] = spans;
    expect(session?.name).toBe('voice.session');
    expect(session === undefined ? undefined : parentId(session)).toBe('b7ad6b7169203331');
  });
});

it('a clock that is set in the middle changes no duration', async () => {
  const { push, stop, named } = observed();
  for (const frame of exchange) push(frame);
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(700);
  push({ kind: 'ttsEnded' });
  push({ kind: 'botStoppedSpeaking' });
  stop();
  const [turn] = named('voice.agent_turn');
  expect(turn?.attributes['voice.turn.last_audio_offset']).toBe(0.7);
  expect(turn === undefined ? 0 : hrTimeToMs(turn.duration)).toBe(700);
});
