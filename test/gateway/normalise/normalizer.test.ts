import { describe, expect, it } from 'vitest';
import type { OtlpSpan, OtlpTraceRequest } from '../../../src/exporters/otlp-json.js';
import { createSpanNormalizer, normalizeSpans } from '../../../src/gateway/normalise/normalizer.js';
import type { SpanRecord } from '../../../src/report/otlp.js';
import { checkConformance } from '../../../src/testing/index.js';
import { readableSpans } from './readable.js';
import { bodiesOf, SCENARIOS, spansOf, turnsOf } from './support.js';

/** The first body of a recording, for tests that need one. */
function firstOf(scenario: string): OtlpTraceRequest {
  const [first] = bodiesOf(scenario);
  if (first === undefined) throw new Error(`${scenario} has no body`);
  return first;
}

function withSpans(request: OtlpTraceRequest, keep: (span: OtlpSpan) => boolean): OtlpTraceRequest {
  return {
    resourceSpans: request.resourceSpans.map((resource) => ({
      ...resource,
      scopeSpans: resource.scopeSpans.map((scope) => ({ ...scope, spans: scope.spans.filter(keep) })),
    })),
  };
}

function named(requests: readonly OtlpTraceRequest[], name: string): SpanRecord[] {
  return spansOf(requests).filter((span) => span.name === name);
}

describe('spans that need nothing', () => {
  it('that carry the vocabulary are returned as they came, the very object', () => {
    const voice = normalizeSpans(bodiesOf('barge-in'));
    const normalizer = createSpanNormalizer();
    for (const request of voice) expect(normalizer.push(request)).toEqual([request]);
    expect(normalizer.push(voice[0] ?? firstOf('barge-in'))[0]).toBe(voice[0]);
    expect(normalizer.flush()).toEqual([]);
  });

  it('of others too, also in a body with Pipecat’s', () => {
    const others: OtlpTraceRequest = {
      resourceSpans: firstOf('barge-in').resourceSpans.map((resource) => ({
        ...resource,
        scopeSpans: resource.scopeSpans.map((scope) => ({
          ...scope,
          scope: { name: 'my-app', version: '3' },
          spans: scope.spans.map((span) => ({ ...span, traceId: 'f'.repeat(32), name: 'work' })),
        })),
      })),
    };
    const normalizer = createSpanNormalizer();
    expect(normalizer.push(others)[0]).toBe(others);
    const mixed = { resourceSpans: [...others.resourceSpans, ...firstOf('barge-in').resourceSpans] };
    expect(normalizer.push(mixed)).toEqual([others]);
  });
});

describe('a call in progress', () => {
  it('has its turns written as they become certain', () => {
    let now = 0;
    const normalizer = createSpanNormalizer({ graceMs: 1000, now: () => now });
    const [one, two, three, four] = bodiesOf('greeting-two-turns').map((body) => {
      now += 5000;
      return normalizer.push(body);
    });
    // Greeting: its turn came with the first body; the grace is over when the second comes.
    expect(turnsOf(spansOf(one ?? []))).toEqual([]);
    expect(turnsOf(spansOf(two ?? [])).map(({ speaker }) => speaker)).toEqual(['agent']);
    expect(turnsOf(spansOf(three ?? []))).toEqual([]);
    expect(turnsOf(spansOf(four ?? [])).map(({ speaker }) => speaker)).toEqual(['user', 'agent']);
    expect(normalizer.nextDeadline).toBe(now + 1000);
    now += 1000;
    const last = spansOf(normalizer.poll());
    expect(turnsOf(last).map(({ speaker }) => speaker)).toEqual(['user', 'agent']);
    expect(last.filter(({ name }) => name === 'voice.session')).toHaveLength(1);
    expect(normalizer.nextDeadline).toBeUndefined();
  });

  it('does not take the end of a call for a barge-in, nor wait for it', () => {
    let now = 0;
    const normalizer = createSpanNormalizer({ graceMs: 1000, idleMs: 30_000, now: () => now });
    const bodies = bodiesOf('barge-in').slice(0, 2);
    const early = bodies.flatMap((body) => normalizer.push(body));
    now = 1000;
    early.push(...normalizer.poll());
    // The next turn is known by the spans of its services: it cut the first off. What it cut is written with it.
    expect(turnsOf(spansOf(early)).map(({ speaker }) => speaker)).toEqual(['user']);
    // The second turn's own span has not come: it is written when the conversation was idle for long.
    expect(normalizer.nextDeadline).toBe(30_000);
    now = 30_000;
    const idle = turnsOf(spansOf(normalizer.poll()));
    expect(idle.map(({ speaker, transcript, interrupted }) => [speaker, transcript, interrupted])).toEqual([
      ['agent', 'Our return policy is simple. You can send back', true],
      ['user', 'Sorry, I meant exchanges.', false],
      ['agent', 'Exchanges are free as well.', false],
    ]);
  });

  it('that crashed is closed when nothing came for longer than Pipecat lives, under the id that its session had', () => {
    let now = 0;
    const normalizer = createSpanNormalizer({ now: () => now });
    const out = bodiesOf('process-killed').flatMap((body) => normalizer.push(body));
    expect(named(out, 'voice.session')).toEqual([]);
    now = 329_999;
    out.push(...normalizer.poll());
    expect(named(out, 'voice.session')).toEqual([]);
    expect(turnsOf(spansOf(out))).toHaveLength(4);
    now = 330_000;
    out.push(...normalizer.poll());
    const [turn] = named(bodiesOf('process-killed'), 'turn');
    expect(named(out, 'voice.session').map(({ spanId }) => spanId)).toEqual([turn?.parentSpanId]);
    expect(normalizer.nextDeadline).toBeUndefined();
    expect(checkConformance(readableSpans(out))).toEqual([]);
  });

  it('takes a span that comes late to its turn', () => {
    let now = 0;
    const normalizer = createSpanNormalizer({ graceMs: 1000, now: () => now });
    const bodies = bodiesOf('tool-call');
    const isLate = ({ name }: OtlpSpan): boolean => name === 'tts';
    const out = bodies.flatMap((body) => normalizer.push(withSpans(body, (span) => !isLate(span))));
    now = 1000;
    out.push(...normalizer.poll());
    const late = bodies.flatMap((body) => normalizer.push(withSpans(body, isLate)));
    const stages = spansOf(late).filter(({ name }) => name.startsWith('text_to_speech'));
    expect(stages).toHaveLength(3);
    // The session is over; what comes after that hangs under it.
    const [session] = named(out, 'voice.session');
    expect(stages.map(({ parentSpanId }) => parentSpanId)).toEqual(
      [session, session, session].map((s) => s?.spanId),
    );
    expect(checkConformance(readableSpans([...out, ...late]))).toEqual([]);
  });

  it('keeps what is held within bounds', () => {
    const normalizer = createSpanNormalizer({ maxHeldBytes: 5000, now: () => 0 });
    const out = bodiesOf('pii').flatMap((body) => normalizer.push(body));
    // Nothing is due by the clock: the turns are there because too much was held.
    expect(turnsOf(spansOf(out)).length).toBeGreaterThan(0);
    expect(checkConformance(readableSpans([...out, ...normalizer.flush()]))).toEqual([]);
  });
});

describe('what a span becomes', () => {
  const spans = spansOf(
    normalizeSpans(bodiesOf('tool-call'), { session: { agentId: 'shop', transport: 'webrtc' } }),
  );
  const calls = spans.filter(({ attributes }) => attributes['voice.stage.type'] === 'llm');

  it('has who and where on every span', () => {
    for (const { attributes } of spans) {
      expect(attributes).toMatchObject({
        'voice.session.id': 'conv-tools-0001',
        'gen_ai.agent.name': 'shop',
        'voice.session.transport': 'webrtc',
      });
    }
  });

  it('has messages and tools in the words of the conventions', () => {
    const input: unknown = JSON.parse(String(calls[1]?.attributes['gen_ai.input.messages']));
    expect(input).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'Where is my order?' }] },
      {
        role: 'assistant',
        parts: [
          {
            type: 'tool_call',
            id: 'call_order_1',
            name: 'get_order_status',
            arguments: '{"order_id": "A1007"}',
          },
        ],
      },
      {
        role: 'tool',
        parts: [
          {
            type: 'tool_call_response',
            id: 'call_order_1',
            response: '{"order_id": "A1007", "status": "shipped", "eta": "2026-11-25"}',
          },
        ],
      },
    ]);
    expect(calls[1]?.attributes['gen_ai.output.messages']).toBe(
      '[{"role":"assistant","parts":[{"type":"text","content":"Your order has shipped and arrives on Wednesday."}]}]',
    );
    const tools = spans.filter(({ attributes }) => attributes['voice.stage.type'] === 'tool');
    expect(tools.map(({ name }) => name)).toEqual([
      'execute_tool get_order_status',
      'execute_tool get_order_status',
      'execute_tool get_store_hours',
    ]);
  });

  it('decodes what Pipecat escapes, and leaves out settings that were not given', () => {
    const [first] = spansOf(normalizeSpans(bodiesOf('multi-language'))).filter(({ name }) =>
      name.startsWith('chat'),
    );
    expect(first?.attributes['gen_ai.input.messages']).toContain('¿Puedo cambiar mi cita a mañana?');
    expect(Object.values(first?.attributes ?? {})).not.toContain('NOT_GIVEN');
    expect(first?.attributes).not.toHaveProperty('input');
    expect(first?.attributes).not.toHaveProperty('output');
  });

  it('says the model asked for, and the one that answered', () => {
    expect(calls.map(({ name }) => name)).toEqual(Array.from({ length: 4 }, () => 'chat gpt-4.1-mini'));
    expect(calls.map(({ attributes }) => attributes['gen_ai.response.model'])).toEqual([
      undefined,
      'gpt-4.1-mini-2025-04-14',
      'gpt-4.1-mini-2025-04-14',
      'gpt-4.1-mini-2025-04-14',
    ]);
  });

  it('counts what a call used once, cache included, though the SDK says it again', () => {
    const cached = spansOf(normalizeSpans(bodiesOf('prompt-cache')));
    const used = cached.filter(({ attributes }) => attributes['gen_ai.usage.input_tokens'] !== undefined);
    // As the provider billed them: 41 + 1200 written, 23 + 1200 read, 31 + 1200 read.
    expect(used.map(({ name, attributes }) => [name, attributes['gen_ai.usage.input_tokens']])).toEqual([
      ['chat claude-sonnet-4-5', 1241],
      ['chat claude-sonnet-4-5', 1223],
      ['chat claude-sonnet-4-5', 1231],
    ]);
    const sdk = cached.filter(({ name }) => name === 'anthropic.messages.create');
    expect(sdk).toHaveLength(3);
    expect(sdk.map(({ parentSpanId }) => parentSpanId)).toEqual(used.map(({ spanId }) => spanId));
  });

  it('has no number that was not measured', () => {
    const metrics = spansOf(normalizeSpans(bodiesOf('no-metrics')));
    const [, agent] = turnsOf(metrics);
    expect(agent?.span.attributes).toMatchObject({
      'voice.turn.response_latency': 1.106081724,
      'voice.turn.latency_source': 'measured',
    });
    expect(agent?.span.attributes).not.toHaveProperty('voice.turn.first_audio_offset');
    const [user] = turnsOf(metrics);
    expect(user?.span.attributes).not.toHaveProperty('voice.turn.speech_end_offset');
    // A synthesiser that gave no sound has no first byte, though Pipecat says one.
    const errors = spansOf(normalizeSpans(bodiesOf('tts-error'))).filter(({ name }) =>
      name.startsWith('text_to_'),
    );
    expect(errors.map(({ attributes }) => attributes['error.type'] ?? 'none')).toEqual([
      'no_audio',
      'no_audio',
      'none',
    ]);
    expect(errors.map(({ attributes }) => attributes['voice.stage.time_to_first_output'])).toEqual([
      undefined,
      undefined,
      0.136836767,
    ]);
  });

  it('marks a barge-in, with its latency where a detector heard the onset', () => {
    const [, , cut] = turnsOf(spansOf(normalizeSpans(bodiesOf('barge-in'))));
    // Detector's onset at 5.338 s, silent at 5.540 s of the call.
    expect(cut?.span.attributes).toMatchObject({
      'voice.turn.interruption_latency': 0.201604492,
      'voice.turn.latency_source': 'derived',
    });
    const [, , unheard] = turnsOf(spansOf(normalizeSpans(bodiesOf('no-local-vad'))));
    expect(unheard?.bargeInOn).toBe(1);
    expect(unheard?.span.attributes).not.toHaveProperty('voice.turn.interruption_latency');
    const [, noise] = turnsOf(spansOf(normalizeSpans(bodiesOf('false-interruption'))));
    expect(noise?.span.events.map(({ name }) => name)).toContain('failed_interrupt');
  });
});

describe('whatever comes', () => {
  it('bad options are said loudly', () => {
    expect(() => createSpanNormalizer({ graceMs: -1 })).toThrow(
      new TypeError('graceMs: expected milliseconds, zero or more, got -1'),
    );
    expect(() => createSpanNormalizer({ maxConversations: 0 })).toThrow(TypeError);
    expect(() => createSpanNormalizer({ idleMs: Number.NaN })).toThrow(TypeError);
  });

  it('a request that is none is returned as it came', () => {
    const normalizer = createSpanNormalizer();
    for (const raw of [
      '{}',
      '{"resourceSpans":null}',
      '{"resourceSpans":[{}]}',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}',
    ]) {
      const request: OtlpTraceRequest = JSON.parse(raw);
      expect(normalizer.push(request)).toEqual([request]);
    }
  });

  it('spans that lack anything are handed on, and never thrown at anybody', () => {
    const next = random(20_261_124);
    for (const scenario of SCENARIOS) {
      const normalizer = createSpanNormalizer({ now: () => 0 });
      for (const body of bodiesOf(scenario)) {
        const text = JSON.stringify(withSpans(body, () => next() > 0.2));
        // A value of another type in place of one: numbers become strings, text becomes numbers, ids vanish.
        const mutated = text.replaceAll(/"(?:doubleValue|intValue|stringValue|parentSpanId)": ?/g, (key) =>
          next() > 0.9 ? '"boolValue":' : key,
        );
        expect(() => normalizer.push(JSON.parse(mutated))).not.toThrow();
      }
      expect(() => normalizer.flush()).not.toThrow();
    }
  });

  it.each(SCENARIOS)('%s: what is left when spans are lost keeps to the vocabulary', (scenario) => {
    const next = random(SCENARIOS.indexOf(scenario) + 1);
    for (let round = 0; round < 5; round += 1) {
      const out = normalizeSpans(bodiesOf(scenario).map((body) => withSpans(body, () => next() > 0.25)));
      const findings = checkConformance(readableSpans(out)).filter(({ level }) => level !== 'warning');
      expect(findings).toEqual([]);
      const ids = spansOf(out).map(({ traceId, spanId }) => `${traceId}${spanId}`);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
