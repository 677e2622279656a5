import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpanLike } from '../../src/otel/types.js';

const RESOURCE = { attributes: { 'service.name': 'delivery-test' } };
const SCOPE = { name: 'delivery-test' };

let made = 0;

/** A finished span as a processor would hand it over. */
export function span(name: string, attributes: Attributes = {}): ReadableSpanLike {
  made += 1;
  const spanContext = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: made.toString(16).padStart(16, '0'),
    traceFlags: 1,
  };
  return {
    name,
    kind: SpanKind.INTERNAL,
    spanContext: () => spanContext,
    startTime: [1_700_000_000, 0],
    endTime: [1_700_000_001, 0],
    duration: [1, 0],
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes,
    links: [],
    events: [],
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
