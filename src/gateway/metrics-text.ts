import type { WireSpanExporter } from './forward/span-exporter.js';
import type { Allowance } from './http/allowance.js';
import { type Counters, metricLines, type Sample } from './http/counters.js';
import type { QueueState } from './pipeline/delivery.js';

interface Forwarding {
  readonly name: string;
  readonly exporter: WireSpanExporter;
}

/** The gateway's own metrics in the text format of Prometheus. No label comes from a request. */
export function metricsText(
  counters: Counters,
  allowance: Allowance,
  processed: number,
  queues: readonly QueueState[],
  forwarding: readonly Forwarding[],
): string {
  const each = (value: (queue: QueueState) => number): Sample[] =>
    queues.map((queue) => ({ labels: { target: queue.name }, value: value(queue) }));
  const forwarded = (value: (exporter: WireSpanExporter) => number): Sample[] =>
    forwarding.map(({ name, exporter }) => ({ labels: { target: name }, value: value(exporter) }));
  const dropped: Sample[] = queues.flatMap(({ name, dropped: byReason }) =>
    Object.entries(byReason).map(([reason, value]) => ({ labels: { target: name, reason }, value })),
  );
  const lines = [
    ...counters.lines(),
    ...metricLines('counter', 'voice_otel_gateway_processed_spans_total', [{ value: processed }]),
    ...metricLines(
      'counter',
      'voice_otel_gateway_forwarded_spans_total',
      forwarded((one) => one.delivered),
    ),
    ...metricLines(
      'counter',
      'voice_otel_gateway_back_end_rejected_spans_total',
      forwarded((one) => one.rejected),
    ),
    ...metricLines('counter', 'voice_otel_gateway_dropped_spans_total', dropped),
    ...metricLines(
      'gauge',
      'voice_otel_gateway_queue_spans',
      each(({ spans }) => spans),
    ),
    ...metricLines(
      'gauge',
      'voice_otel_gateway_queue_bytes',
      each(({ bytes }) => bytes),
    ),
    ...metricLines('gauge', 'voice_otel_gateway_requests_in_flight', [{ value: allowance.requests }]),
    ...metricLines('gauge', 'voice_otel_gateway_bytes_in_flight', [{ value: allowance.bytes }]),
    ...metricLines('gauge', 'process_resident_memory_bytes', [{ value: process.memoryUsage.rss() }]),
  ];
  return `${lines.join('\n')}\n`;
}
