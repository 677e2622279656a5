import type { MetricDefinition } from '../semconv/definitions.js';
import { METRIC_DEFINITIONS, SCOPE_NAME } from '../semconv/generated.js';
import { type AttributeBag, checkValues, isVoiceKey, presentKeys } from './attributes.js';
import type { Report } from './finding.js';

/** One metric as the metrics SDK (2.x and 3.x) collects it. */
export interface MetricDataLike {
  readonly descriptor: { readonly name: string; readonly unit: string };
  /** 0 histogram, 1 exponential histogram, 2 gauge, 3 sum. */
  readonly dataPointType: number;
  readonly isMonotonic?: boolean;
  readonly dataPoints: readonly { readonly attributes: AttributeBag; readonly value: unknown }[];
}

/** What a metric reader collects. */
export interface ResourceMetricsLike {
  readonly scopeMetrics: readonly {
    readonly scope: { readonly name: string };
    readonly metrics: readonly MetricDataLike[];
  }[];
}

/** Holds every metric of ours against its definition. */
export function checkMetrics(
  metrics: ResourceMetricsLike | readonly ResourceMetricsLike[],
  reportFor: (name: string) => Report,
): void {
  const all: readonly ResourceMetricsLike[] = 'scopeMetrics' in metrics ? [metrics] : metrics;
  for (const { scope, metrics: found } of all.flatMap((one) => one.scopeMetrics)) {
    for (const metric of found) {
      if (scope.name !== SCOPE_NAME && !isVoiceKey(metric.descriptor.name)) continue;
      checkMetric(metric, reportFor(metric.descriptor.name));
    }
  }
}

function checkMetric(metric: MetricDataLike, report: Report): void {
  const { name, unit } = metric.descriptor;
  const definition = Object.hasOwn(METRIC_DEFINITIONS, name) ? METRIC_DEFINITIONS[name] : undefined;
  if (definition === undefined) {
    report('missing_metric', `'${name}' is not in the registry`, { key: name });
    return;
  }
  if (unit !== definition.unit) {
    report('unit_mismatch', `the unit is '${unit}', expected '${definition.unit}'`, { key: name });
  }
  if (!isInstrument(metric, definition.instrument)) {
    report('unexpected_instrument', `the data points are not those of a ${definition.instrument}`, {
      key: name,
    });
  }
  for (const point of metric.dataPoints) {
    for (const key of presentKeys(point.attributes)) {
      if (definition.attributes.includes(key)) continue;
      report('unexpected_metric_attribute', `'${key}' is no attribute of this metric`, { key });
    }
    checkValues(point.attributes, report);
    for (const value of measurements(point.value)) {
      if (!Number.isFinite(value)) report('non_finite_number', `a data point is ${value}`, { key: name });
      else if (value < 0 && definition.unit === 's') {
        report('negative_duration', `a data point is ${value} s`, { key: name });
      }
    }
  }
}

function isInstrument(metric: MetricDataLike, instrument: MetricDefinition['instrument']): boolean {
  switch (instrument) {
    case 'histogram':
      return metric.dataPointType === 0 || metric.dataPointType === 1;
    case 'gauge':
      return metric.dataPointType === 2;
    case 'counter':
      return metric.dataPointType === 3 && metric.isMonotonic === true;
    case 'updowncounter':
      return metric.dataPointType === 3 && metric.isMonotonic !== true;
  }
}

/** The measured numbers of a data point: the value of a sum, the least, the greatest and the sum of a histogram. */
function measurements(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const { sum, min, max }: AttributeBag = { ...value };
  return [sum, min, max].filter((one) => typeof one === 'number');
}
