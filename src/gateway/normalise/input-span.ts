import type {
  OtlpResourceSpans,
  OtlpScopeSpans,
  OtlpSpan,
  OtlpTraceRequest,
} from '../../exporters/otlp-json.js';
import { readSpans, type SpanRecord } from '../../report/otlp.js';

/** Where a span came from, without the spans. */
export interface Envelope {
  readonly resource: Omit<OtlpResourceSpans, 'scopeSpans'>;
  readonly scope: Omit<OtlpScopeSpans, 'spans'>;
}

/** A span of a request: as it came, and read. Times in epoch milliseconds. */
export interface InputSpan extends SpanRecord {
  readonly raw: OtlpSpan;
  readonly envelope: Envelope;
  readonly endTime: number;
}

/** A span of a request that has not been read yet. */
export interface RawSpan {
  readonly raw: OtlpSpan;
  readonly envelope: Envelope;
}

/** The spans of a request with their resource and scope. What is no list counts as empty. */
export function rawSpans(request: OtlpTraceRequest): RawSpan[] {
  return list(request.resourceSpans).flatMap(({ scopeSpans, ...resource }) =>
    list(scopeSpans).flatMap(({ spans, ...scope }) => {
      const envelope = { resource, scope };
      return list(spans).map((raw) => ({ raw, envelope }));
    }),
  );
}

/** Reads a span; `undefined` where it has no ids or times that could be used. */
export function readSpan({ raw, envelope }: RawSpan): InputSpan | undefined {
  const { scope } = envelope;
  const [record] = readSpans({
    resourceSpans: [{ scopeSpans: [{ scope: scope.scope, spans: [raw] }] }],
  }).spans;
  if (record === undefined || record.traceId === '' || record.endTime === undefined) return undefined;
  return { ...record, raw, envelope, endTime: record.endTime };
}

function list<T>(items: readonly T[] | undefined): readonly T[] {
  return Array.isArray(items) ? items : [];
}

/** The first of these attributes that is a string with something in it. */
export function textOf(span: InputSpan, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = span.attributes[key];
    // Pipecat writes settings that were not given as this word, also where a number belongs.
    if (typeof value === 'string' && value !== '' && value !== 'NOT_GIVEN') return value;
  }
  return undefined;
}

/** The first of these attributes that is a number. */
export function numberOf(span: InputSpan, ...keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = span.attributes[key];
    if (typeof value === 'number') return value;
  }
  return undefined;
}

export function isTrue(span: InputSpan, key: string): boolean {
  return span.attributes[key] === true;
}

/** Roughly how many bytes a span takes, by its text. */
export function sizeOf({ raw }: InputSpan): number {
  let size = 512;
  for (const { key, value } of raw.attributes ?? [])
    size += key.length + (value?.stringValue?.length ?? 16) * 2;
  for (const event of raw.events ?? []) {
    for (const { value } of event.attributes ?? []) size += 64 + (value?.stringValue?.length ?? 16) * 2;
  }
  return size;
}
