import { trace } from '@opentelemetry/api';
import { asId, read } from '../../conversation/read.js';
import { addSpanReview, type SpanVerdict } from '../../otel/span-review.js';
import type { ReadableSpanLike } from '../../otel/types.js';
import type { LiveKitSession } from './livekit-types.js';

/**
 * What becomes of the spans that LiveKit writes itself, to the global tracer provider, about a call that is recorded
 * here. `drop`: exporters of ours leave them out. `keep`: they are shipped without their usage.
 */
export type LiveKitSpans = 'drop' | 'keep';

const LIVEKIT_SCOPE = 'livekit-agents';

/** Spans that may stand alone: the session's own, and that of the job around it. Any other lost its parent. */
const ROOTS = ['agent_session', 'job_entrypoint'];

/** Calls that are over whose trace is remembered, for spans that end late. */
const MAX_PAST = 256;

const VERDICTS: Readonly<Record<LiveKitSpans, SpanVerdict>> = {
  drop: 'leave out',
  keep: 'ship without usage',
};

/** Calls that are under way, and the traces of those that are over. */
const open = new Map<LiveKitSession, LiveKitSpans>();
const past = new Map<string, LiveKitSpans>();
let reviewing = false;

/** From now on LiveKit's spans about this session are ours to judge. */
export function claimOwnSpans(session: LiveKitSession, wish: LiveKitSpans): void {
  open.set(session, wish);
  if (reviewing) return;
  reviewing = true;
  addSpanReview(review);
}

/** The call is over; what LiveKit still ends of it is ours. */
export function keepClaim(session: LiveKitSession): void {
  const wish = open.get(session);
  const traceId = traceOf(session);
  open.delete(session);
  if (wish === undefined || traceId === undefined) return;
  past.delete(traceId);
  past.set(traceId, wish);
  if (past.size > MAX_PAST) past.delete(past.keys().next().value ?? '');
}

/** Nothing is recorded here any more, so that LiveKit's spans are the only account of the call. */
export function dropClaim(session: LiveKitSession): void {
  open.delete(session);
}

/**
 * A span of LiveKit's belongs to the session in whose trace it stands. Without a context manager most of them stand
 * alone; those are of the session that is under way.
 */
function review(span: ReadableSpanLike): SpanVerdict | undefined {
  if (span.instrumentationScope.name !== LIVEKIT_SCOPE) return undefined;
  const { traceId } = span.spanContext();
  for (const [session, wish] of open) if (traceOf(session) === traceId) return VERDICTS[wish];
  const wish = past.get(traceId) ?? (isLost(span) ? anyOpen() : undefined);
  return wish === undefined ? undefined : VERDICTS[wish];
}

function isLost(span: ReadableSpanLike): boolean {
  return span.parentSpanContext === undefined && !ROOTS.includes(span.name);
}

function anyOpen(): LiveKitSpans | undefined {
  return open.values().next().value;
}

/** LiveKit keeps the context of a session's span on the session while it lasts (1.9). */
function traceOf(session: LiveKitSession): string | undefined {
  const root = read(session, 'rootSpanContext');
  if (typeof read(root, 'getValue') !== 'function') return undefined;
  return asId(trace.getSpanContext(root as Parameters<typeof trace.getSpanContext>[0])?.traceId);
}
