import type { OtlpResourceSpans, OtlpSpan, OtlpTraceRequest } from '../../exporters/otlp-json.js';

/** A request without the spans that nobody can use, and why they were taken out. */
export interface ValidRequest {
  readonly request: OtlpTraceRequest;
  /** Spans left. */
  readonly count: number;
  readonly rejected: number;
  /** For the partial success; empty when nothing was rejected. */
  readonly reason: string;
}

/** 16 and 8 bytes in hex, not all zero (OTLP, trace.proto). */
const TRACE_ID = /^(?!0{32}$)[\da-f]{32}$/;
const SPAN_ID = /^(?!0{16}$)[\da-f]{16}$/;

/** Rejects spans without valid ids, and those beyond `maxSpans`. */
export function validRequest(request: OtlpTraceRequest, maxSpans: number): ValidRequest {
  let count = 0;
  let invalid = 0;
  let surplus = 0;
  const wanted = (span: OtlpSpan): boolean => {
    if (!TRACE_ID.test(span.traceId) || !SPAN_ID.test(span.spanId)) invalid += 1;
    else if (count >= maxSpans) surplus += 1;
    else {
      count += 1;
      return true;
    }
    return false;
  };
  const resourceSpans = request.resourceSpans
    .map((resource): OtlpResourceSpans => {
      const scopeSpans = resource.scopeSpans
        .map((scope) => ({ ...scope, spans: scope.spans.filter(wanted) }))
        .filter(({ spans }) => spans.length > 0);
      return { ...resource, scopeSpans };
    })
    .filter(({ scopeSpans }) => scopeSpans.length > 0);
  const reasons = [
    ...(invalid === 0 ? [] : [`${invalid} spans have no valid trace id or span id`]),
    ...(surplus === 0 ? [] : [`${surplus} spans are beyond the limit of ${maxSpans} a request`]),
  ];
  return {
    request: { ...request, resourceSpans },
    count,
    rejected: invalid + surplus,
    reason: reasons.join('; '),
  };
}
