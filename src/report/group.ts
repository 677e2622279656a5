import type { SpanRecord } from './otlp.js';
import { roleOf, type SpanRole, spanKey, turnIdOf } from './role.js';
import type { TurnParts } from './turn.js';

/** The spans of one session, sorted out. */
export interface SessionParts {
  /** All of them, by start. */
  readonly spans: readonly SpanRecord[];
  /** By start; normally one. */
  readonly sessionSpans: readonly SpanRecord[];
  readonly turns: readonly TurnParts[];
  /** Stages that belong to no turn. */
  readonly looseStages: readonly SpanRecord[];
}

/** How far up a stage's parents are searched for its turn; also what ends a cycle. */
const MAX_ANCESTORS = 64;

/** Sorts the spans of one session into turns. The result does not depend on the order of `spans`. */
export function groupSpans(spans: readonly SpanRecord[]): SessionParts {
  const ordered = [...spans].sort(byStart);
  const byRole: Record<SpanRole, SpanRecord[]> = { session: [], turn: [], stage: [] };
  for (const span of ordered) {
    const role = roleOf(span);
    if (role !== undefined) byRole[role].push(span);
  }
  const byKey = new Map(ordered.map((span) => [spanKey(span.traceId, span.spanId), span]));
  const turns = new Map<string, { turnId: string; span: SpanRecord | undefined; stageSpans: SpanRecord[] }>();
  const keyOfTurnSpan = new Map<SpanRecord, string>();
  for (const span of byRole.turn) {
    const turnId = turnIdOf(span) ?? span.spanId;
    // Two turns under one id are a mistake of the writer's, but both were spoken.
    const key = turns.has(turnId) ? `${turnId} ${span.spanId}` : turnId;
    turns.set(key, { turnId, span, stageSpans: [] });
    keyOfTurnSpan.set(span, key);
  }
  const looseStages: SpanRecord[] = [];
  for (const span of byRole.stage) {
    const turnId = turnIdOf(span) ?? turnOfAncestors(span, byKey, keyOfTurnSpan);
    if (turnId === undefined) {
      looseStages.push(span);
      continue;
    }
    const turn = turns.get(turnId) ?? { turnId, span: undefined, stageSpans: [] };
    turn.stageSpans.push(span);
    turns.set(turnId, turn);
  }
  return {
    spans: ordered,
    sessionSpans: byRole.session,
    turns: [...turns.values()],
    looseStages,
  };
}

function turnOfAncestors(
  span: SpanRecord,
  byKey: ReadonlyMap<string, SpanRecord>,
  keyOfTurnSpan: ReadonlyMap<SpanRecord, string>,
): string | undefined {
  let current: SpanRecord | undefined = span;
  for (let hops = 0; hops < MAX_ANCESTORS && current?.parentSpanId !== undefined; hops += 1) {
    current = byKey.get(spanKey(current.traceId, current.parentSpanId));
    if (current === undefined) return undefined;
    const turn = keyOfTurnSpan.get(current) ?? turnIdOf(current);
    if (turn !== undefined) return turn;
  }
  return undefined;
}

function byStart(a: SpanRecord, b: SpanRecord): number {
  return a.startTime - b.startTime || compareText(a.spanId, b.spanId) || compareText(a.traceId, b.traceId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
