import type { SessionReport } from './model.js';
import { type OtlpTraceRequest, readSpans, type SpanRecord } from './otlp.js';
import { roleOf, sessionIdOf, spanKey } from './role.js';
import { readSession } from './session.js';

/**
 * Gathers the spans of conversations from OTLP export requests, one after the other, so that a large file need
 * not be held as a whole. Spans may come in any order and more than once. Never throws.
 */
export class SessionReader {
  readonly #spans = new Map<string, SpanRecord>();
  readonly #scopes = new Map<string, number>();
  readonly #keep: ((span: SpanRecord) => boolean) | undefined;
  #unreadable = 0;

  /** @param keep which spans are taken in; default: all */
  constructor(keep?: (span: SpanRecord) => boolean) {
    this.#keep = keep;
  }

  /** Takes in one export request. */
  push(request: OtlpTraceRequest): void {
    const { spans, unreadable } = readSpans(request);
    this.#unreadable += unreadable;
    for (const span of spans) {
      if (this.#keep?.(span) === false) continue;
      if (roleOf(span) === undefined) {
        this.#scopes.set(span.scopeName, (this.#scopes.get(span.scopeName) ?? 0) + 1);
        continue;
      }
      const key = spanKey(span.traceId, span.spanId);
      const before = this.#spans.get(key);
      if (before === undefined || isFuller(span, before)) this.#spans.set(key, span);
    }
  }

  /** Spans of conversations taken in so far, each counted once. */
  get voiceSpans(): number {
    return this.#spans.size;
  }

  /** Spans without an id or a start time; they are left out. */
  get unreadableSpans(): number {
    return this.#unreadable;
  }

  /** Spans that belong to no conversation, counted by the name of their instrumentation scope. */
  get otherScopes(): ReadonlyMap<string, number> {
    return this.#scopes;
  }

  /** The sessions so far, by start. */
  sessions(): SessionReport[] {
    const spans = [...this.#spans.values()];
    const sessionOfTrace = new Map<string, string>();
    for (const span of spans) {
      const id = sessionIdOf(span);
      const known = sessionOfTrace.get(span.traceId);
      if (id !== undefined && (known === undefined || id < known)) sessionOfTrace.set(span.traceId, id);
    }
    const bySession = new Map<string, SpanRecord[]>();
    for (const span of spans) {
      // A span that lost its session id belongs to the session of its trace, else the trace stands for one.
      const id = sessionIdOf(span) ?? sessionOfTrace.get(span.traceId) ?? span.traceId;
      const group = bySession.get(id);
      if (group === undefined) bySession.set(id, [span]);
      else group.push(span);
    }
    return [...bySession]
      .map(([id, group]) => readSession(id, group))
      .sort((a, b) => a.startTime - b.startTime || (a.sessionId < b.sessionId ? -1 : 1));
  }
}

/**
 * Turns OTLP JSON export requests into sessions, by start. Duplicates (by trace and span id) count once; spans
 * of other instrumentations are passed over. Never throws.
 */
export function readSessions(requests: Iterable<OtlpTraceRequest>): SessionReport[] {
  const reader = new SessionReader();
  for (const request of requests) reader.push(request);
  return reader.sessions();
}

/** Of two deliveries of one span the later end says more, then the one with more attributes. */
function isFuller(span: SpanRecord, than: SpanRecord): boolean {
  const ends = (span.endTime ?? 0) - (than.endTime ?? 0);
  if (ends !== 0) return ends > 0;
  return Object.keys(span.attributes).length > Object.keys(than.attributes).length;
}
