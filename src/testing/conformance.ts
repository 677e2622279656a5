import type { ReadableSpanLike } from '../otel/types.js';
import { checkUnknownKeys } from './attributes.js';
import { classify, isVoiceSpan } from './classify.js';
import { type Finding, reporter } from './finding.js';
import { checkLogRecord, type LogRecordLike } from './logs.js';
import { checkMetrics, type ResourceMetricsLike } from './metrics.js';
import { checkParent, parentFinder } from './parent.js';
import { checkSpan } from './span.js';

export interface ConformanceOptions {
  /** What a metric reader collected. */
  readonly metrics?: ResourceMetricsLike | readonly ResourceMetricsLike[] | undefined;
  readonly logRecords?: readonly LogRecordLike[] | undefined;
  /** Whether content may be there. Default: true. */
  readonly captureContent?: boolean | undefined;
}

/**
 * Holds finished spans, and metrics and log records where given, against the vocabulary. A conversation as the
 * vocabulary describes it has no findings, also no warnings. Spans, metrics and records of others are left alone,
 * except for keys in the `voice.*` namespace that the registry does not have.
 *
 * @param spans Finished spans of SDK 2.x or 3.x, in any order, of any number of sessions. A span's place in the
 *   tree is checked where its parent is among them.
 */
export function checkConformance(
  spans: readonly ReadableSpanLike[],
  options: ConformanceOptions = {},
): Finding[] {
  const findings: Finding[] = [];
  const captureContent = options.captureContent ?? true;
  const classified = spans.map((span) => (isVoiceSpan(span) ? classify(span) : { span }));
  const parentOf = parentFinder(classified);
  for (const one of classified) {
    const { span } = one;
    const report = reporter(findings, `span '${span.name}'`, `${span.name} ${span.spanContext().spanId}`);
    if (!isVoiceSpan(span)) {
      checkUnknownKeys(span.attributes, report);
      continue;
    }
    const parent = parentOf(span);
    checkSpan(one, parent, captureContent, report);
    checkParent(one, parent, report);
  }
  if (options.metrics !== undefined) {
    checkMetrics(options.metrics, (name) => reporter(findings, `metric '${name}'`));
  }
  for (const record of options.logRecords ?? []) {
    const name = record.eventName === undefined ? 'log record' : `log record '${record.eventName}'`;
    checkLogRecord(record, captureContent, reporter(findings, name));
  }
  return findings;
}
