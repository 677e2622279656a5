import { type Attributes, type HrTime, TraceFlags } from '@opentelemetry/api';
import type { OtlpKeyValue, OtlpTraceRequest } from '../../../src/exporters/otlp-json.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';

/** The spans of requests as processors and the conformance checker see spans. */
export function readableSpans(requests: readonly OtlpTraceRequest[]): ReadableSpanLike[] {
  return requests.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ scope, spans }) =>
        spans.map((span): ReadableSpanLike => {
          const startTime = hrTime(span.startTimeUnixNano);
          const endTime = hrTime(span.endTimeUnixNano);
          const { traceId, spanId, parentSpanId, status } = span;
          return {
            name: span.name,
            kind: Math.max(0, span.kind - 1),
            spanContext: () => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED }),
            parentSpanContext: parentSpanId
              ? { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED }
              : undefined,
            startTime,
            endTime,
            status: { code: status.code ?? 0, ...(status.message ? { message: status.message } : {}) },
            attributes: attributesOf(span.attributes),
            links: (span.links ?? []).map((link) => ({
              context: { traceId: link.traceId, spanId: link.spanId, traceFlags: 0 },
              attributes: attributesOf(link.attributes),
            })),
            events: (span.events ?? []).map((event) => ({
              name: event.name,
              time: hrTime(event.timeUnixNano),
              attributes: attributesOf(event.attributes),
            })),
            duration: [endTime[0] - startTime[0], endTime[1] - startTime[1]],
            ended: true,
            resource: { attributes: attributesOf(resource.attributes) },
            instrumentationScope: { name: scope.name, version: scope.version },
            droppedAttributesCount: 0,
            droppedEventsCount: 0,
            droppedLinksCount: 0,
          };
        }),
      ),
    ),
  );
}

function hrTime(nanoseconds: string): HrTime {
  return [Number(nanoseconds.slice(0, -9)), Number(nanoseconds.slice(-9))];
}

function attributesOf(attributes: readonly OtlpKeyValue[] = []): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ??
        value.boolValue ??
        (value.intValue === undefined ? undefined : Number(value.intValue)) ??
        (value.doubleValue === undefined ? undefined : Number(value.doubleValue)) ??
        value.arrayValue?.values.map((item) => item.stringValue ?? null),
    ]),
  );
}
