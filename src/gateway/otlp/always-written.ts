/**
 * Fields that the JSON form of a message always has, also with their default: those that `OtlpTraceRequest` names
 * without a question mark. All others are left out when empty, as the protobuf mapping has it.
 */
export const ALWAYS_WRITTEN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    'collector.trace.v1.ExportTraceServiceRequest': ['resourceSpans'],
    'collector.logs.v1.ExportLogsServiceRequest': ['resourceLogs'],
    'collector.metrics.v1.ExportMetricsServiceRequest': ['resourceMetrics'],
    'resource.v1.Resource': ['attributes', 'droppedAttributesCount'],
    'trace.v1.ResourceSpans': ['resource', 'scopeSpans'],
    'trace.v1.ScopeSpans': ['scope', 'spans'],
    'trace.v1.Span': [
      ...['traceId', 'spanId', 'flags', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano', 'attributes'],
      ...['droppedAttributesCount', 'events', 'droppedEventsCount', 'links', 'droppedLinksCount', 'status'],
    ],
    'trace.v1.Span.Event': ['name', 'timeUnixNano', 'attributes', 'droppedAttributesCount'],
    'trace.v1.Span.Link': ['traceId', 'spanId', 'flags', 'attributes', 'droppedAttributesCount'],
    'trace.v1.Status': ['code'],
    'common.v1.InstrumentationScope': ['name'],
    'common.v1.KeyValue': ['key', 'value'],
    'common.v1.ArrayValue': ['values'],
    'common.v1.KeyValueList': ['values'],
  }).map(([name, fields]) => [`opentelemetry.proto.${name}`, new Set(fields)]),
);
