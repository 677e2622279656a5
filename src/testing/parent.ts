import type { ReadableSpanLike } from '../otel/types.js';
import { ATTR_VOICE_SESSION_ID, ATTR_VOICE_TURN_ID } from '../semconv/generated.js';
import { type ClassifiedSpan, isTurnType } from './classify.js';
import type { Report } from './finding.js';

function spanKey(traceId: string, spanId: string): string {
  return `${traceId}:${spanId}`;
}

/** Finds the parent of a span among the given ones. */
export function parentFinder(
  all: readonly ClassifiedSpan[],
): (span: ReadableSpanLike) => ClassifiedSpan | undefined {
  const bySpan = new Map(
    all.map((one) => {
      const { traceId, spanId } = one.span.spanContext();
      return [spanKey(traceId, spanId), one];
    }),
  );
  return (span) => {
    const parent = span.parentSpanContext;
    return parent === undefined ? undefined : bySpan.get(spanKey(parent.traceId, parent.spanId));
  };
}

/** Whether a span stands where its type may stand. A parent that is not among the given spans says nothing. */
export function checkParent(
  { span, type, definition }: ClassifiedSpan,
  parent: ClassifiedSpan | undefined,
  report: Report,
): void {
  if (definition === undefined || definition.parents.includes('any')) return;
  if (parent === undefined) {
    if (span.parentSpanContext === undefined && !definition.parents.includes('none')) {
      report('unexpected_parent', `${type} is a root, expected under ${definition.parents.join(' or ')}`);
    }
    return;
  }
  if (parent.type === undefined || !definition.parents.includes(parent.type)) {
    report(
      'unexpected_parent',
      `${type} stands under '${parent.span.name}', expected under ${definition.parents.join(' or ')}`,
    );
    return;
  }
  const shared = isTurnType(parent.type)
    ? [ATTR_VOICE_SESSION_ID, ATTR_VOICE_TURN_ID]
    : [ATTR_VOICE_SESSION_ID];
  for (const key of shared) {
    const here = span.attributes[key];
    const there = parent.span.attributes[key];
    if (here !== undefined && there !== undefined && here !== there) {
      report('identity_mismatch', `'${key}' is '${String(here)}', its parent's is '${String(there)}'`, {
        key,
      });
    }
  }
}
