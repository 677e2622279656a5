import { describe, expect, it } from 'vitest';
import type { OtlpTraceRequest } from '../../../src/exporters/otlp-json.js';
import { createSpanNormalizer, normalizeSpans } from '../../../src/gateway/normalise/normalizer.js';
import { checkConformance } from '../../../src/testing/index.js';
import { readableSpans } from './readable.js';
import { bodiesOf, SCENARIOS, spansOf } from './support.js';

/** Every span in full, in an order that does not depend on when it was written. */
function sorted(requests: readonly OtlpTraceRequest[]): string[] {
  return requests
    .flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ resource, scopeSpans }) =>
        scopeSpans.flatMap(({ scope, spans }) =>
          spans.map((span) => JSON.stringify({ span, scope, resource })),
        ),
      ),
    )
    .sort();
}

/** Pushes bodies one by one, `gapMs` apart by the clock, with the polls that a gateway would make in between. */
function oneByOne(bodies: readonly OtlpTraceRequest[], gapMs: number): OtlpTraceRequest[] {
  let now = 0;
  const normalizer = createSpanNormalizer({ now: () => now });
  const out: OtlpTraceRequest[] = [];
  for (const body of bodies) {
    out.push(...normalizer.push(body));
    const until = now + gapMs;
    for (
      let due = normalizer.nextDeadline;
      due !== undefined && due <= until;
      due = normalizer.nextDeadline
    ) {
      now = Math.max(due, now);
      out.push(...normalizer.poll());
    }
    now = until;
  }
  return [...out, ...normalizer.flush()];
}

describe.each(SCENARIOS)('%s', (scenario) => {
  const bodies = bodiesOf(scenario);
  const whole = normalizeSpans(bodies);

  it('keeps to the vocabulary', () => {
    const findings = checkConformance(readableSpans(whole));
    // Providers of one's own are none that the registry knows.
    const known = findings.filter(
      ({ id, key }) => id !== 'undefined_enum_variant' || key !== 'gen_ai.provider.name',
    );
    expect(known).toEqual([]);
    if (!scenario.startsWith('custom-services')) expect(findings).toEqual([]);
  });

  it('loses no span of Pipecat’s and of nobody else’s, and keeps their ids', () => {
    const before = spansOf(bodies).map(({ spanId }) => spanId);
    const after = new Set(spansOf(whole).map(({ spanId }) => spanId));
    const lost = spansOf(bodies).filter(({ spanId }) => !after.has(spanId));
    // The requests and transcripts of a speech-to-speech model are part of what they belong to.
    expect(lost.map(({ name }) => name).filter((name) => name !== 'llm_request' && name !== 'stt')).toEqual(
      [],
    );
    if (scenario !== 'speech-to-speech') expect(lost).toEqual([]);
    expect(new Set(before).size).toBe(before.length);
    expect(after.size).toBe(spansOf(whole).length);
  });

  it.each([0, 1000, 10_000])('gives the same when bodies come one by one, %i ms apart', (gapMs) => {
    expect(sorted(oneByOne(bodies, gapMs))).toEqual(sorted(whole));
  });

  it('gives the same when everything comes in one body', () => {
    const body = { resourceSpans: bodies.flatMap(({ resourceSpans }) => resourceSpans) };
    expect(sorted(normalizeSpans([body]))).toEqual(sorted(whole));
  });

  it('gives the same when every span comes alone, as it ended', () => {
    const alone = bodies
      .flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap((resource) =>
          resource.scopeSpans.flatMap((scope) =>
            scope.spans.map((span) => ({
              at: span.endTimeUnixNano,
              body: { resourceSpans: [{ ...resource, scopeSpans: [{ ...scope, spans: [span] }] }] },
            })),
          ),
        ),
      )
      .sort((a, b) => a.at.localeCompare(b.at))
      .map(({ body }) => body);
    expect(sorted(normalizeSpans(alone))).toEqual(sorted(whole));
    expect(sorted(oneByOne(alone, 100))).toEqual(sorted(whole));
    expect(sorted(normalizeSpans([...alone].reverse()))).toEqual(sorted(whole));
  });

  // Without turn tracking spans are no conversation's, and passed on as they come.
  it.skipIf(scenario === 'no-turn-tracking')('adds nothing when bodies come twice', () => {
    expect(sorted(normalizeSpans(bodies.flatMap((body) => [body, body])))).toEqual(sorted(whole));
    expect(
      sorted(
        oneByOne(
          bodies.flatMap((body) => [body, body]),
          10_000,
        ),
      ),
    ).toEqual(sorted(whole));
  });

  it('gives the same when a body overtakes the one before it', () => {
    for (let at = 1; at < bodies.length; at += 1) {
      const swapped = [...bodies];
      const [before, after] = [bodies[at - 1], bodies[at]];
      if (before === undefined || after === undefined) continue;
      swapped.splice(at - 1, 2, after, before);
      expect(sorted(normalizeSpans(swapped)), `bodies ${at} and ${at + 1}`).toEqual(sorted(whole));
      expect(sorted(oneByOne(swapped, 100)), `bodies ${at} and ${at + 1}`).toEqual(sorted(whole));
    }
  });
});

describe('all recordings at once', () => {
  it('keeps conversations apart whose bodies come in turn', () => {
    const all = SCENARIOS.map(bodiesOf);
    const longest = Math.max(...all.map(({ length }) => length));
    const interleaved = Array.from({ length: longest }, (_, at) =>
      all.flatMap((bodies) => bodies[at] ?? []),
    ).flat();
    const alone = all.flatMap((bodies) => normalizeSpans(bodies));
    expect(sorted(normalizeSpans(interleaved))).toEqual(sorted(alone));
    expect(sorted(oneByOne(interleaved, 50))).toEqual(sorted(alone));
  });

  it('is bounded: the conversation that was idle longest is closed', () => {
    const normalizer = createSpanNormalizer({ maxConversations: 2, now: () => 0 });
    const first = bodiesOf('process-killed').flatMap((body) => normalizer.push(body));
    expect(spansOf(first).filter(({ name }) => name === 'voice.session')).toEqual([]);
    const others = ['barge-in', 'tool-call'].map((scenario) => bodiesOf(scenario)[0]);
    const closed = others.flatMap((body) => (body === undefined ? [] : normalizer.push(body)));
    expect(spansOf(closed).filter(({ name }) => name === 'voice.session')).toHaveLength(1);
    expect(spansOf(closed).filter(({ name }) => name === 'voice.agent_turn')).toHaveLength(2);
  });
});
