import { describe, expect, it } from 'vitest';
import type { OtlpKeyValue, OtlpSpan, OtlpTraceRequest } from '../../../src/exporters/otlp-json.js';
import { normalizeSpans } from '../../../src/gateway/normalise/normalizer.js';
import { random } from './random.js';
import { bodiesOf, expectedOf, SCENARIOS, type SeenTurn, spansOf, turnsOf } from './support.js';

/** Without turn tracking there is no conversation to vary. */
const CONVERSATIONS = SCENARIOS.filter((scenario) => scenario !== 'no-turn-tracking');

type Flat = OtlpSpan & {
  readonly place: Omit<OtlpTraceRequest['resourceSpans'][number], 'scopeSpans'> & Place;
};
interface Place {
  readonly scope: OtlpTraceRequest['resourceSpans'][number]['scopeSpans'][number]['scope'];
}

/** What a listener would tell of the call; latencies to the millisecond. */
function told(bodies: readonly OtlpTraceRequest[]): object[] {
  return turnsOf(spansOf(normalizeSpans(bodies))).map(
    ({ speaker, transcript, interrupted, replyTo, bargeInOn, responseLatencyMs, span }) => ({
      speaker,
      transcript,
      interrupted,
      replyTo,
      bargeInOn,
      end: span.attributes['voice.turn.end_reason'],
      latencyMs: responseLatencyMs === null ? null : Math.round(responseLatencyMs),
    }),
  );
}

function flat(bodies: readonly OtlpTraceRequest[]): Flat[] {
  return bodies.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans, ...resource }) =>
      scopeSpans.flatMap(({ scope, spans }) =>
        spans.map((span) => ({ ...span, place: { ...resource, scope } })),
      ),
    ),
  );
}

function body(spans: readonly Flat[]): OtlpTraceRequest {
  return {
    resourceSpans: spans.map(({ place: { scope, ...resource }, ...span }) => ({
      ...resource,
      scopeSpans: [{ scope, spans: [span] }],
    })),
  };
}

/** The same call with every span changed by itself. */
function each(change: (span: Flat) => Flat): (scenario: string) => OtlpTraceRequest[] {
  return (scenario) => bodiesOf(scenario).map((one) => body(flat([one]).map(change)));
}

function attributes(change: (attribute: OtlpKeyValue) => OtlpKeyValue | undefined): (span: Flat) => Flat {
  return (span) => ({ ...span, attributes: span.attributes.flatMap((one) => change(one) ?? []) });
}

function shifted<Span extends OtlpSpan>(span: Span, ms: number): Span {
  const at = (time: string): string => String(BigInt(time) + BigInt(Math.round(ms)) * 1_000_000n);
  return {
    ...span,
    startTimeUnixNano: at(span.startTimeUnixNano),
    endTimeUnixNano: at(span.endTimeUnixNano),
  };
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = Math.floor(next() * (at + 1));
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
  return all;
}

/** Keys that say nothing of who spoke when: an older version, or another service, has none of them. */
const INCIDENTAL =
  /^(settings\.|param\.|extra\.|tools$|tool_count$|tool_choice$|stream$|is_final$|vad_enabled$|voice_id$|user_id$|language$|turn\.type$|turn\.number$|conversation\.type$|gen_ai\.(output\.type|request\.(?!model)|system_instructions|operation\.name))/;

const OLDER: Readonly<Record<string, string>> = {
  'gen_ai.provider.name': 'gen_ai.system',
  'gen_ai.usage.cache_read.input_tokens': 'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.cache_creation.input_tokens': 'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.reasoning.output_tokens': 'gen_ai.usage.reasoning_tokens',
  'gen_ai.system_instructions': 'system',
};

const VARIATIONS: Readonly<Record<string, (scenario: string) => OtlpTraceRequest[]>> = {
  'ten hours later': each((span) => shifted(span, 36_000_000)),
  'under another service name': each((span) => ({
    ...span,
    place: { ...span.place, resource: { attributes: [], droppedAttributesCount: 0 } },
  })),
  'without what is incidental': each(attributes((one) => (INCIDENTAL.test(one.key) ? undefined : one))),
  'with the names of older versions': each(attributes((one) => ({ ...one, key: OLDER[one.key] ?? one.key }))),
  'with models that nobody knows': each(
    attributes((one) =>
      one.key === 'gen_ai.request.model' ? { ...one, value: { stringValue: 'house-model-3' } } : one,
    ),
  ),
  'with attributes of a version to come': each((span) => ({
    ...span,
    attributes: [
      ...span.attributes,
      { key: 'turn.mood', value: { stringValue: 'calm' } },
      { key: 'metrics.ttfat', value: { doubleValue: 0.5 } },
    ],
  })),
  'with whole seconds as integers': each(
    attributes((one) =>
      typeof one.value.doubleValue === 'number' && Number.isInteger(one.value.doubleValue)
        ? { ...one, value: { intValue: String(one.value.doubleValue) } }
        : one,
    ),
  ),
  'without the span of the conversation': (scenario) =>
    bodiesOf(scenario).map((one) => body(flat([one]).filter(({ name }) => name !== 'conversation'))),
  'under a span of the application': each((span) =>
    span.name === 'conversation' ? { ...span, parentSpanId: 'abababababababab' } : span,
  ),
  'with the spans of a turn after the turn': (scenario) => {
    const spans = flat(bodiesOf(scenario));
    const isTurn = ({ name }: Flat): boolean => name === 'turn';
    return [body(spans.filter(isTurn)), body(spans.filter((span) => !isTurn(span)))];
  },
};

describe.each(Object.entries(VARIATIONS))('a call %s', (_name, vary) => {
  it.each(CONVERSATIONS)('is told as %s is', (scenario) => {
    expect(told(vary(scenario))).toEqual(told(bodiesOf(scenario)));
  });
});

/** Attributes without which nothing of this is lost: there is another way to the same. */
const LOST: Readonly<Record<string, (span: Flat) => Flat>> = {
  'the first byte of recognisers, models and synthesisers': without(/^metrics\.ttfb$/),
  'the first byte of synthesisers': (span) => (span.name === 'tts' ? without(/^metrics\.ttfb$/)(span) : span),
  usage: without(/^gen_ai\.usage\./),
  'the length of turns': without(/^turn\.duration_seconds$/),
};

function without(keys: RegExp): (span: Flat) => Flat {
  return attributes((one) => (keys.test(one.key) ? undefined : one));
}

/** Tolerance of a latency against ground truth (issue 7). */
const TOLERANCE_MS = 20;

describe.each(Object.entries(LOST))('without %s', (_name, lose) => {
  it.each(CONVERSATIONS)('the turns of %s are the same, and no latency is wrong', (scenario) => {
    const seen = turnsOf(spansOf(normalizeSpans(each(lose)(scenario))));
    const outline = (turns: readonly SeenTurn[]): object[] =>
      turns.map(({ speaker, transcript, interrupted, replyTo, bargeInOn }) => ({
        speaker,
        transcript,
        interrupted,
        replyTo,
        bargeInOn,
      }));
    expect(outline(seen)).toEqual(outline(turnsOf(spansOf(normalizeSpans(bodiesOf(scenario))))));
    expectLatenciesRight(scenario, seen);
  });
});

describe('without the latency of turns', () => {
  it.each(CONVERSATIONS)(
    '%s has the same turns; only whether the last was heard may be unknown',
    (scenario) => {
      const whole = turnsOf(spansOf(normalizeSpans(bodiesOf(scenario))));
      const seen = turnsOf(spansOf(normalizeSpans(each(without(/latency_seconds$/))(scenario))));
      expect(
        seen.map(({ speaker, interrupted, replyTo, bargeInOn }) => [
          speaker,
          interrupted,
          replyTo,
          bargeInOn,
        ]),
      ).toEqual(
        whole.map(({ speaker, interrupted, replyTo, bargeInOn }) => [
          speaker,
          interrupted,
          replyTo,
          bargeInOn,
        ]),
      );
      seen.forEach(({ transcript, span }, index) => {
        const isUnknown = span.attributes['voice.turn.end_reason'] === 'session_closed';
        if (isUnknown) expect(index).toBe(seen.length - 1);
        else
          expect(span.attributes['voice.turn.end_reason']).toBe(
            whole[index]?.span.attributes['voice.turn.end_reason'],
          );
        expect(transcript).toBe(isUnknown ? null : whole[index]?.transcript);
      });
      expectLatenciesRight(scenario, seen);
      for (const { responseLatencyMs, span } of seen) {
        if (responseLatencyMs !== null)
          expect(span.attributes['voice.turn.latency_source']).toBe('estimated');
      }
    },
  );
});

function expectLatenciesRight(scenario: string, seen: readonly SeenTurn[]): void {
  const [expected] = Object.values(expectedOf(scenario));
  expect(seen).toHaveLength(expected?.turns.length ?? 0);
  seen.forEach(({ responseLatencyMs }, index) => {
    if (responseLatencyMs === null) return;
    const truth = expected?.turns[index]?.responseLatencyMs ?? Number.NaN;
    expect(Math.abs(responseLatencyMs - truth), `turn ${index}`).toBeLessThan(TOLERANCE_MS);
  });
}

describe('spans in any order, in any bodies, some of them twice', () => {
  it.each(CONVERSATIONS)('tell %s the same', (scenario) => {
    const spans = flat(bodiesOf(scenario));
    const expected = told(bodiesOf(scenario));
    for (let seed = 1; seed <= 20; seed += 1) {
      const next = random(seed);
      const sent = shuffled([...spans, ...spans.filter(() => next() < 0.3)], next);
      const bodies: OtlpTraceRequest[] = [];
      while (sent.length > 0) bodies.push(body(sent.splice(0, 1 + Math.floor(next() * 5))));
      expect(told(bodies), `seed ${seed}`).toEqual(expected);
    }
  });
});

describe('a call that goes on later', () => {
  it.each(CONVERSATIONS)('tells the turns of %s that come after a long silence', (scenario) => {
    const spans = flat(bodiesOf(scenario));
    const turns = spans.filter(({ name }) => name === 'turn');
    const [, ...later] = turns.sort((a, b) => a.startTimeUnixNano.localeCompare(b.startTimeUnixNano));
    // Only between turns that one another did not begin.
    const begun = later.filter(
      ({ startTimeUnixNano: start }) =>
        !turns.some(({ endTimeUnixNano: end }) => Math.abs(Number(end) - Number(start)) < 200e6),
    );
    for (const { startTimeUnixNano, spanId } of begun) {
      const isLater = (span: Flat): boolean =>
        span.spanId === spanId ||
        span.parentSpanId === spanId ||
        (span.name !== 'conversation' && Number(span.startTimeUnixNano) > Number(startTimeUnixNano));
      const moved = spans.map((span) => (isLater(span) ? shifted(span, 120_000) : span));
      expect(told([body(moved)])).toEqual(told(bodiesOf(scenario)));
    }
  });
});

describe('two calls in one conversation', () => {
  /** The second call goes on in the trace of the first, a while after it. */
  function joined(first: string, second: string): OtlpTraceRequest[] {
    const before = flat(bodiesOf(first)).filter(({ name }) => name !== 'conversation');
    const after = flat(bodiesOf(second)).filter(({ name }) => name !== 'conversation');
    const root = before.find(({ name }) => name === 'turn');
    const ownRoot = after.find(({ name }) => name === 'turn')?.parentSpanId;
    if (root?.parentSpanId === undefined) throw new Error(`${first} has no turn`);
    const { traceId, parentSpanId } = root;
    const ms = (nano: string): number => Number(nano) / 1e6;
    const end = Math.max(...before.map(({ endTimeUnixNano }) => ms(endTimeUnixNano)));
    const start = Math.min(...after.map(({ startTimeUnixNano }) => ms(startTimeUnixNano)));
    const moved = after.map((span) => ({
      ...shifted(span, end - start + 3000),
      traceId,
      ...(span.parentSpanId === ownRoot ? { parentSpanId } : {}),
    }));
    return [body(before), body(moved)];
  }

  const pairs = CONVERSATIONS.map((first, index): [string, string] => [
    first,
    CONVERSATIONS[(index + 7) % CONVERSATIONS.length] ?? first,
  ]).filter((pair) => !pair.includes('speech-to-speech') && !pair.includes('custom-services'));

  it.each(pairs)('are told as %s and then %s are', (first, second) => {
    const one = told(bodiesOf(first));
    const index = (value: unknown): unknown => (typeof value === 'number' ? value + one.length : value);
    const two = told(bodiesOf(second)).map((turn) => ({
      ...turn,
      replyTo: index(Reflect.get(turn, 'replyTo')),
      bargeInOn: index(Reflect.get(turn, 'bargeInOn')),
    }));
    expect(told(joined(first, second))).toEqual([...one, ...two]);
  });
});
