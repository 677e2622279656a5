import type { OtlpTraceRequest } from '../../../exporters/otlp-json.js';
import { rawSpans } from '../../../gateway/normalise/input-span.js';
import { readSpans } from '../../../report/otlp.js';
import { roleOf, sessionIdOf } from '../../../report/role.js';
import { isFactKey } from '../scan/facts.js';

/** A request, taken apart. */
export interface BySession {
  /** One request a session, or a trace where its spans name no session. */
  readonly requests: readonly OtlpTraceRequest[];
  /** Spans that belong to no conversation, by scope. */
  readonly otherScopes: Readonly<Record<string, number>>;
}

/** Takes a request apart, so that the lines of a call hold nothing of another one. */
export function bySession(request: OtlpTraceRequest): BySession {
  const groups = new Map<string, ReturnType<typeof rawSpans>>();
  const scopes = new Map<string, number>();
  for (const span of rawSpans(request)) {
    const { raw, envelope } = span;
    const [record] = readSpans(
      { resourceSpans: [{ scopeSpans: [{ scope: envelope.scope.scope, spans: [raw] }] }] },
      isFactKey,
    ).spans;
    if (record === undefined) continue;
    if (roleOf(record) === undefined) {
      scopes.set(record.scopeName, (scopes.get(record.scopeName) ?? 0) + 1);
      continue;
    }
    const id = JSON.stringify([sessionIdOf(record) ?? null, record.traceId]);
    const group = groups.get(id) ?? [];
    group.push(span);
    groups.set(id, group);
  }
  return { requests: [...groups.values()].map(requestOf), otherScopes: Object.fromEntries(scopes) };
}

/** Spans with what stood around them; those that shared it share it again. */
function requestOf(spans: ReturnType<typeof rawSpans>): OtlpTraceRequest {
  const groups = new Map<
    string,
    { envelope: (typeof spans)[number]['envelope']; raws: (typeof spans)[number]['raw'][] }
  >();
  for (const { raw, envelope } of spans) {
    const key = JSON.stringify(envelope);
    const group = groups.get(key) ?? { envelope, raws: [] };
    group.raws.push(raw);
    groups.set(key, group);
  }
  return {
    resourceSpans: [...groups.values()].map(({ envelope: { resource, scope }, raws }) => ({
      ...resource,
      scopeSpans: [{ ...scope, spans: raws }],
    })),
  };
}
