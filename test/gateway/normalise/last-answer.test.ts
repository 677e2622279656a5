import { describe, expect, it } from 'vitest';
import type { OtlpSpan, OtlpTraceRequest } from '../../../src/exporters/otlp-json.js';
import { normalizeSpans } from '../../../src/gateway/normalise/normalizer.js';
import { checkConformance } from '../../../src/testing/index.js';
import { readableSpans } from './readable.js';
import { type SeenTurn, spansOf, turnsOf } from './support.js';

const TRACE = 'a1'.repeat(16);
const CONVERSATION = 'c0'.repeat(8);
const TURN = 'd0'.repeat(8);

interface LastTurn {
  /** Seconds from the start of the call. */
  readonly hungUpAt: number;
  readonly latency?: number;
  readonly text?: string;
  /** `undefined`: the synthesiser is not traced. */
  readonly tts?: { readonly end: number; readonly ttfb: number; readonly interrupted?: boolean } | undefined;
  readonly failedModel?: boolean;
}

/**
 * The only turn of a call as Pipecat 1.14.0 writes it: one question that ends at 1.5 s, its transcript at 1.8 s, a
 * model from 2.2 s to 2.5 s, a synthesis from 2.5 s on, and the end of the call.
 */
function call({ hungUpAt, latency, text = 'Yes, we have medium.', tts, failedModel }: LastTurn): SeenTurn[] {
  const spans = [
    span('conversation', CONVERSATION, undefined, 0, hungUpAt + 0.01, { 'conversation.id': 'call-1' }),
    span('turn', TURN, CONVERSATION, 0.01, hungUpAt, {
      'turn.number': 1,
      'turn.duration_seconds': hungUpAt - 0.01,
      'turn.was_interrupted': true,
      ...(latency === undefined ? {} : { 'turn.user_bot_latency_seconds': latency }),
    }),
    span('stt', 'e1'.repeat(8), TURN, 0.5, 1.8, {
      transcript: 'Do you have medium?',
      'metrics.ttfb': 0.3,
      'metrics.audio_seconds': 1.6,
    }),
    {
      ...span('llm', 'e2'.repeat(8), TURN, 2.2, 2.5, {
        input: '[{"role": "user", "content": "Do you have medium?"}]',
        ...(failedModel === true ? {} : { output: text, 'gen_ai.usage.output_tokens': 6 }),
      }),
      ...(failedModel === true ? { status: { code: 2 } } : {}),
    },
    ...(tts === undefined
      ? []
      : [
          span('tts', 'e3'.repeat(8), TURN, 2.5, tts.end, {
            text,
            'metrics.ttfb': tts.ttfb,
            ...(tts.interrupted === true ? { 'tts.interrupted': true } : {}),
          }),
        ]),
  ];
  const turnScope = { scope: { name: 'pipecat.turn' }, spans: spans.slice(0, 2) };
  const serviceScope = { scope: { name: 'pipecat' }, spans: spans.slice(2) };
  const request: OtlpTraceRequest = {
    resourceSpans: [
      { resource: { attributes: [], droppedAttributesCount: 0 }, scopeSpans: [turnScope, serviceScope] },
    ],
  };
  const written = normalizeSpans([request]);
  expect(checkConformance(readableSpans(written))).toEqual([]);
  return turnsOf(spansOf(written));
}

function span(
  name: string,
  spanId: string,
  parentSpanId: string | undefined,
  from: number,
  to: number,
  attributes: Readonly<Record<string, string | number | boolean>>,
): OtlpSpan {
  const nano = (seconds: number): string => `${1_795_398_770_000_000 + Math.round(seconds * 1e6)}000`;
  return {
    traceId: TRACE,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: 1,
    startTimeUnixNano: nano(from),
    endTimeUnixNano: nano(to),
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value:
        typeof value === 'string'
          ? { stringValue: value }
          : typeof value === 'boolean'
            ? { boolValue: value }
            : { doubleValue: value },
    })),
    status: { code: 0 },
    flags: 0,
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
  };
}

/** The agent's turn: why it ended, what was heard, what was to be said, and what its synthesis says. */
function answer(turns: readonly SeenTurn[]): unknown {
  const agent = turns.find(({ speaker }) => speaker === 'agent');
  if (agent === undefined) return undefined;
  const { attributes } = agent.span;
  return {
    end: attributes['voice.turn.end_reason'],
    heard: agent.transcript,
    generated: attributes['voice.turn.generated_transcript'],
    latencyMs: agent.responseLatencyMs,
    firstAudio: attributes['voice.turn.first_audio_offset'],
  };
}

const UNKNOWN = {
  end: 'session_closed',
  heard: null,
  generated: 'Yes, we have medium.',
  latencyMs: null,
  firstAudio: undefined,
};

describe('the last answer of a call', () => {
  it('was heard where Pipecat measured its latency', () => {
    const turns = call({ hungUpAt: 4, latency: 1.15, tts: { end: 2.64, ttfb: 0.14 } });
    expect(answer(turns)).toEqual({
      end: 'completed',
      heard: 'Yes, we have medium.',
      generated: undefined,
      latencyMs: 1150,
      // 1.5 s + 1.15 s, from the commit at 2.2 s.
      firstAudio: 0.45,
    });
  });

  // Hung up a second and a half after the synthesis: heard and not measured, or not heard, the spans are the same.
  it.each([
    ['whose sound came in one piece, or failed', { end: 2.641, ttfb: 0.14 }],
    ['that went on after its first byte', { end: 3.1, ttfb: 0.14 }],
  ])('is neither heard nor failed where nothing says so: a synthesis %s', (_what, tts) => {
    expect(answer(call({ hungUpAt: 4.1, tts }))).toEqual(UNKNOWN);
  });

  it('is neither where the synthesiser has no spans', () => {
    expect(answer(call({ hungUpAt: 4.1 }))).toEqual(UNKNOWN);
  });

  it('failed where it would long have been over: a turn that was heard ends by itself', () => {
    // 20 characters take 8 s at the longest, and Pipecat waits 2.5 s after them.
    expect(answer(call({ hungUpAt: 16, tts: { end: 2.641, ttfb: 0.14 } }))).toEqual({
      ...UNKNOWN,
      end: 'error',
      generated: undefined,
    });
  });

  it('failed where the model did', () => {
    expect(answer(call({ hungUpAt: 4.1, failedModel: true }))).toMatchObject({ end: 'error', heard: null });
  });

  it('was thrown away where the call ended before there was any sound', () => {
    const turns = call({ hungUpAt: 2.7, tts: { end: 2.64, ttfb: 0.14 } });
    expect(turns.map(({ speaker }) => speaker)).toEqual(['user']);
  });
});
