import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyBudget } from '../../src/report/budget.js';
import { readSpans } from '../../src/report/otlp.js';
import { readSessions } from '../../src/report/read.js';
import { renderSessionList } from '../../src/report/text/session-list.js';
import { Theme } from '../../src/report/text/theme.js';
import { renderTimeline } from '../../src/report/text/timeline.js';
import { columns } from '../../src/report/text/width.js';
import * as semconv from '../../src/semconv/generated.js';
import { CONVERSATION, OPEN_CALL_REQUESTS } from './conversation.js';
import { otlpRequest, otlpSpan, type Value } from './spans.js';

const KEYS = Object.entries(semconv).flatMap(([name, value]) =>
  name.startsWith('ATTR_') && typeof value === 'string' ? [value] : [],
);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    'user',
    'agent',
    'stt',
    'llm',
    'tts',
    'tool',
    'interrupted',
    'discarded',
    '\u001b[2J',
    '\u202e',
    '会',
  ),
);
const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: 0, max: 60 }),
  fc.constantFrom(1e300, -1, 0, Number.MAX_SAFE_INTEGER),
);
const anyValue = fc.oneof(
  fc.record({ stringValue: anyText }),
  fc.record({ doubleValue: fc.oneof(anyNumber, fc.constantFrom('NaN', 'Infinity', '1e3', '')) }),
  fc.record({ intValue: fc.oneof(fc.bigInt().map(String), fc.integer(), anyText) }),
  fc.record({ boolValue: fc.boolean() }),
  fc.record({ arrayValue: fc.record({ values: fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 }) }) }),
  fc.jsonValue({ maxDepth: 3 }),
);
const anyAttributes = fc.array(
  fc.record({ key: fc.oneof(fc.constantFrom(...KEYS), anyText, fc.constant('__proto__')), value: anyValue }),
  { maxLength: 12 },
);
const anyTime = fc.oneof(
  fc.bigInt({ min: 1_763_000_000_000_000_000n, max: 1_763_000_100_000_000_000n }).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String),
  fc.double(),
  anyText,
);
const anyId = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), anyText, fc.constant(7));
const anySpan = fc.record(
  {
    traceId: fc.oneof(fc.constant('t'), anyId),
    spanId: anyId,
    parentSpanId: anyId,
    name: fc.oneof(fc.constantFrom('voice.session', 'voice.user_turn', 'voice.agent_turn', 'chat'), anyText),
    startTimeUnixNano: anyTime,
    endTimeUnixNano: anyTime,
    attributes: anyAttributes,
    events: fc.array(fc.record({ name: anyText, timeUnixNano: anyTime, attributes: anyAttributes }), {
      maxLength: 3,
    }),
    status: fc.record({ code: fc.constantFrom(0, 1, 2, 'STATUS_CODE_ERROR'), message: anyText }),
  },
  { requiredKeys: [] },
);
const anyRequest = fc.oneof(
  { weight: 4, arbitrary: fc.array(anySpan, { maxLength: 12 }).map((spans) => otlpRequest(spans)) },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => ({ resourceSpans: value })) },
);

const seconds = fc.double({ min: 0, max: 10, noNaN: true });
const someSeconds = fc.option(seconds, { nil: undefined });

/** Calls whose spans are well-formed, but whose times were drawn by lot. */
const anyCall = fc
  .record({
    turns: fc.array(
      fc.record({
        speaker: fc.constantFrom('user', 'agent'),
        from: seconds,
        to: seconds,
        speech_end_offset: someSeconds,
        announced_end_offset: someSeconds,
        first_audio_offset: someSeconds,
        last_audio_offset: someSeconds,
        response_latency: someSeconds,
        time_to_first_audio: someSeconds,
        'reply_to.id': fc.option(fc.constantFrom('t_0', 't_1', 't_2'), { nil: undefined }),
        'interrupted_turn.id': fc.option(fc.constantFrom('t_0', 't_1', 't_2'), { nil: undefined }),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    stages: fc.array(
      fc.record({
        turn: fc.nat(4),
        kind: fc.constantFrom('stt', 'llm', 'tts', 'tool', 'vad', 'nlu'),
        from: seconds,
        to: seconds,
        first: someSeconds,
        discarded: fc.boolean(),
      }),
      { maxLength: 8 },
    ),
  })
  .map(({ turns, stages }) =>
    otlpRequest([
      ...turns.map(({ speaker, from, to, ...rest }, i) =>
        otlpSpan({
          id: `t${i}`,
          name: `voice.${speaker}_turn`,
          from,
          to,
          attributes: { ...inTurn(i, speaker), ...defined(rest, 'voice.turn.') },
        }),
      ),
      ...stages.map(({ turn, kind, from, to, first, discarded }, i) =>
        otlpSpan({
          id: `s${i}`,
          name: kind,
          from,
          to,
          attributes: {
            ...inTurn(turn, turns[turn]?.speaker ?? 'agent'),
            ...defined({ time_to_first_output: first }, 'voice.stage.'),
            'voice.stage.type': kind,
            'voice.stage.end_reason': discarded ? 'discarded' : 'completed',
          },
        }),
      ),
    ]),
  );

function inTurn(index: number, speaker: string): Record<string, Value> {
  return { 'voice.session.id': 's_1', 'voice.turn.id': `t_${index}`, 'voice.turn.speaker': speaker };
}

function defined(values: Readonly<Record<string, Value | undefined>>, prefix: string): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [[`${prefix}${key}`, value]],
    ),
  );
}

/** Whatever is in the spans, a line holds no control characters and fits. */
function isTame(text: string, width: number): boolean {
  return text
    .split('\n')
    .every((line) => !/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u.test(line) && columns(line) <= width);
}

describe('whatever the spans hold', () => {
  it('reading and printing never throws, and the output stays within its lines', () => {
    fc.assert(
      fc.property(
        fc.array(anyRequest, { maxLength: 3 }),
        fc.integer({ min: 60, max: 160 }),
        (requests, width) => {
          const theme = new Theme({ width, ascii: false, style: undefined });
          const sessions = readSessions(requests);
          const text = sessions.map((session) => renderTimeline(session, theme)).join('');
          expect(isTame(text, width), text).toBe(true);
          if (sessions.length > 0) expect(renderSessionList(sessions, theme)).not.toMatch(/[^\P{Cc}\n]/u);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('in ASCII nothing else comes out', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const theme = new Theme({ width: 80, ascii: true, style: undefined });
        const text = readSessions([request])
          .map((session) => renderTimeline(session, theme))
          .join('');
        expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      }),
      { numRuns: 200 },
    );
  });

  it('requests that are none are passed over', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (values) => {
        for (const value of values) expect(readSpans(value)).toEqual({ spans: [], unreadable: 0 });
      }),
      { numRuns: 200 },
    );
  });

  it('a latency budget adds up to the latency, without gaps', () => {
    let budgets = 0;
    fc.assert(
      fc.property(anyCall, (request) => {
        for (const session of readSessions([request])) {
          for (const turn of session.turns) {
            const budget = latencyBudget(turn, session);
            if (budget === undefined) continue;
            budgets += 1;
            const latency = turn.responseLatencyMs ?? turn.timeToFirstAudioMs ?? Number.NaN;
            expect(Math.abs(budget.endMs - budget.startMs - latency)).toBeLessThan(0.01);
            let cursor = budget.startMs;
            for (const { startMs, endMs } of budget.segments) {
              expect(startMs).toBe(cursor);
              expect(endMs).toBeGreaterThan(startMs);
              cursor = endMs;
            }
            expect(Math.abs(cursor - budget.endMs)).toBeLessThan(0.01);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(budgets).toBeGreaterThan(100);
  });
});

describe('the order of arrival', () => {
  const spans = CONVERSATION.map(otlpSpan);
  const expected = readSessions([otlpRequest(spans), ...OPEN_CALL_REQUESTS]);

  it('changes nothing, nor do duplicates', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(spans, { minLength: spans.length }),
        fc.subarray(spans),
        fc.integer({ min: 0, max: spans.length }),
        (shuffled, again, cut) => {
          const requests = [
            otlpRequest(shuffled.slice(0, cut)),
            ...OPEN_CALL_REQUESTS,
            otlpRequest(again),
            otlpRequest(shuffled.slice(cut)),
          ];
          expect(readSessions(requests)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});
