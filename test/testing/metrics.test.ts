import type { Attributes, Meter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { checkConformance, type Finding, type MetricDataLike } from '../../src/testing/index.js';

/** What a real meter provider collects of what `record` does. */
async function collected(record: (meter: Meter) => void, scope = 'voice-otel'): Promise<ResourceMetrics[]> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: 3_600_000,
    exportTimeoutMillis: 5_000,
  });
  const provider = new MeterProvider({ readers: [reader] });
  record(provider.getMeter(scope));
  await provider.forceFlush();
  // A copy: shutting down collects once more.
  const metrics = [...exporter.getMetrics()];
  await provider.shutdown();
  return metrics;
}

const ids = (findings: readonly Finding[]): string[] => findings.map(({ id, key }) => `${id} ${key}`);

async function found(record: (meter: Meter) => void, scope?: string): Promise<string[]> {
  return ids(checkConformance([], { metrics: await collected(record, scope) }));
}

const AGENT: Attributes = { 'gen_ai.agent.name': 'support_v3', 'gen_ai.agent.version': 'v42' };
const STAGE: Attributes = {
  ...AGENT,
  'voice.stage.type': 'llm',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4.1-mini',
  'voice.stage.end_reason': 'completed',
};

describe('metrics', () => {
  test('as the vocabulary has them', async () => {
    const metrics = await collected((meter) => {
      const seconds = { unit: 's' };
      for (const name of ['time_to_first_audio', 'response_latency', 'interruption_latency']) {
        meter
          .createHistogram(`voice.turn.${name}`, seconds)
          .record(0.84, { ...AGENT, 'voice.turn.latency_source': 'measured' });
      }
      meter
        .createHistogram('voice.stage.duration', seconds)
        .record(0.4, { ...STAGE, 'error.type': 'TimeoutError' });
      meter.createHistogram('voice.stage.time_to_first_output', seconds).record(0.32, STAGE);
      meter
        .createHistogram('voice.session.duration', seconds)
        .record(184, { ...AGENT, 'voice.session.end_reason': 'user_left' });
      meter
        .createCounter('voice.cost', { unit: '{currency}' })
        .add(0.000296, { ...STAGE, 'voice.cost.currency': 'USD' });
      meter
        .createCounter('voice.usage.tokens', { unit: '{token}' })
        .add(420, { ...STAGE, 'voice.usage.token_type': 'input' });
      meter.createCounter('voice.usage.audio', seconds).add(2.4, STAGE);
      meter.createCounter('voice.usage.characters', { unit: '{character}' }).add(32, STAGE);
      meter
        .createCounter('voice.export.dropped_spans', { unit: '{span}' })
        .add(3, { 'error.type': 'queue_full' });
    });
    expect(metrics[0]?.scopeMetrics[0]?.metrics).toHaveLength(11);
    expect(checkConformance([], { metrics })).toEqual([]);
    expect(checkConformance([], { metrics: metrics[0] })).toEqual([]);
  });

  test('a metric that the registry does not have', async () => {
    const record = (meter: Meter): void => meter.createCounter('voice.turns').add(1);
    expect(await found(record)).toEqual(['missing_metric voice.turns']);
    expect(await found(record, 'app')).toEqual(['missing_metric voice.turns']);
    expect(await found((meter) => meter.createCounter('app.turns').add(1))).toEqual([
      'missing_metric app.turns',
    ]);
  });

  test('a metric of somebody else', async () => {
    expect(await found((meter) => meter.createCounter('app.turns').add(1, { 'voice.x': 1 }), 'app')).toEqual(
      [],
    );
  });

  test('another unit', async () => {
    expect(
      await found((meter) => meter.createHistogram('voice.stage.duration', { unit: 'ms' }).record(400)),
    ).toEqual(['unit_mismatch voice.stage.duration']);
  });

  test('another instrument', async () => {
    const unit = { unit: 's' };
    expect(await found((meter) => meter.createCounter('voice.stage.duration', unit).add(1))).toEqual([
      'unexpected_instrument voice.stage.duration',
    ]);
    expect(await found((meter) => meter.createGauge('voice.usage.audio', unit).record(1))).toEqual([
      'unexpected_instrument voice.usage.audio',
    ]);
    expect(await found((meter) => meter.createUpDownCounter('voice.usage.audio', unit).add(1))).toEqual([
      'unexpected_instrument voice.usage.audio',
    ]);
    expect(await found((meter) => meter.createHistogram('voice.usage.audio', unit).record(1))).toEqual([
      'unexpected_instrument voice.usage.audio',
    ]);
  });

  test('an attribute that is not allowed', async () => {
    const record = (meter: Meter): void =>
      meter
        .createHistogram('voice.session.duration', { unit: 's' })
        .record(1, { ...AGENT, 'voice.session.id': 's_1' });
    expect(await found(record)).toEqual(['unexpected_metric_attribute voice.session.id']);
  });

  test('a value outside an enumeration', async () => {
    const record = (meter: Meter): void =>
      meter
        .createHistogram('voice.session.duration', { unit: 's' })
        .record(1, { 'voice.session.end_reason': 'bored' });
    expect(await found(record)).toEqual(['undefined_enum_variant voice.session.end_reason']);
  });

  test('numbers that cannot be', () => {
    const metric = (value: unknown): MetricDataLike => ({
      descriptor: { name: 'voice.stage.duration', unit: 's' },
      dataPointType: 0,
      dataPoints: [{ attributes: {}, value }],
    });
    const check = (value: unknown): string[] =>
      ids(
        checkConformance([], {
          metrics: { scopeMetrics: [{ scope: { name: 'voice-otel' }, metrics: [metric(value)] }] },
        }),
      );
    expect(check({ sum: 3, min: 1, max: 2, count: 2 })).toEqual([]);
    expect(check({ sum: Number.NaN, count: 1 })).toEqual(['non_finite_number voice.stage.duration']);
    expect(check({ sum: 1, min: -1, max: 2, count: 2 })).toEqual(['negative_duration voice.stage.duration']);
  });
});
