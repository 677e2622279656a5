/**
 * Grafana Tempo. Source: grafana.com/docs/tempo, read 2026-11: dimensions of span metrics are span attributes listed by
 * name, a series for each combination of their values; TraceQL takes percentiles over numeric span attributes.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { converse, named, type ReceivedSpan } from './conversation.js';

/** The configuration that docs/back-ends.md shows. */
const { dimensions } = spanMetricsOf(
  /```yaml\n(.*?)```/s.exec(readFileSync(new URL('../../docs/back-ends.md', import.meta.url), 'utf8'))?.[1],
);

function spanMetricsOf(yaml = ''): { dimensions: string[] } {
  return parse(yaml).metrics_generator.processor.span_metrics;
}

/** The labels of the series that a span counts in; a dimension that it does not have is empty. */
function labels({ name, attributes }: ReceivedSpan): string {
  return [name, ...dimensions.map((key) => attributes[key] ?? '')].join('|');
}

describe('Grafana Tempo', () => {
  const spans = converse();

  it('finds the dimensions of span metrics on the spans that they are about', () => {
    const having = (key: string) =>
      new Set(spans.filter(({ attributes }) => key in attributes).map(({ name }) => name));
    const stages = spans.filter(({ name }) => !/^voice\.(session|user_turn|agent_turn)$/.test(name));
    expect(having('gen_ai.agent.name').size).toBe(new Set(spans.map(({ name }) => name)).size);
    expect(having('voice.stage.type')).toEqual(new Set(stages.map(({ name }) => name)));
    expect(having('voice.turn.speaker')).toEqual(
      new Set(spans.filter(({ name }) => name !== 'voice.session').map(({ name }) => name)),
    );
    expect(having('voice.turn.end_reason')).toEqual(new Set(['voice.user_turn', 'voice.agent_turn']));
    for (const key of ['gen_ai.provider.name', 'gen_ai.request.model']) {
      expect(having(key)).toEqual(
        new Set(['speech_to_text nova-3', 'chat gpt-4.1-mini', 'text_to_speech sonic-2']),
      );
    }
  });

  it('makes no new series of another call: no dimension holds an id or a measurement', () => {
    const again = converse();
    expect(new Set(again.map(labels))).toEqual(new Set(spans.map(labels)));
    expect(dimensions.filter((key) => /(^|\.)id$/.test(key))).toEqual([]);
  });

  it('takes percentiles of the latencies, which are numbers on the turn that answers', () => {
    const [greeting, answer] = named(spans, 'voice.agent_turn');
    expect(greeting?.attributes).not.toHaveProperty('voice.turn.response_latency');
    // 5 + 300 + 20 + 20 + 200 + 150 ms after the turn was committed, which took 10 ms after its announcement.
    expect(answer?.attributes['voice.turn.time_to_first_audio']).toBe(0.705);
    expect(answer?.attributes['voice.turn.response_latency']).toBe(1.055);
  });

  it('sums cost over stages to what the session says', () => {
    const amounts = spans.map(({ attributes }) => Number(attributes['voice.cost.amount'] ?? 0));
    const [session] = named(spans, 'voice.session');
    const total = amounts.reduce((sum, amount) => sum + amount, 0);
    expect(session?.attributes['voice.session.cost.total']).toBeCloseTo(total, 12);
    expect(session?.attributes['voice.session.cost.missing_count']).toBe(0);
  });
});
