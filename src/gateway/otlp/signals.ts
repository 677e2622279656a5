import type { DescMessage } from '@bufbuild/protobuf';
import {
  ExportLogsServiceRequestSchema,
  ExportLogsServiceResponseSchema,
} from '../proto/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import {
  ExportMetricsServiceRequestSchema,
  ExportMetricsServiceResponseSchema,
} from '../proto/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.js';
import {
  ExportTraceServiceRequestSchema,
  ExportTraceServiceResponseSchema,
} from '../proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';

export type Signal = 'traces' | 'logs' | 'metrics';
export type Encoding = 'protobuf' | 'json';

/** What OTLP/HTTP has for one signal. */
export interface SignalDefinition {
  readonly path: string;
  readonly request: DescMessage;
  readonly response: DescMessage;
  /** The field of a partial success that says how many items were rejected. */
  readonly rejected: string;
}

export const SIGNALS: Readonly<Record<Signal, SignalDefinition>> = {
  traces: {
    path: '/v1/traces',
    request: ExportTraceServiceRequestSchema,
    response: ExportTraceServiceResponseSchema,
    rejected: 'rejectedSpans',
  },
  logs: {
    path: '/v1/logs',
    request: ExportLogsServiceRequestSchema,
    response: ExportLogsServiceResponseSchema,
    rejected: 'rejectedLogRecords',
  },
  metrics: {
    path: '/v1/metrics',
    request: ExportMetricsServiceRequestSchema,
    response: ExportMetricsServiceResponseSchema,
    rejected: 'rejectedDataPoints',
  },
};

export const SIGNAL_NAMES: readonly Signal[] = ['traces', 'logs', 'metrics'];

export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};
