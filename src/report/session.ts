import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_USER_ID,
  ATTR_VOICE_RECORDING_CODEC,
  ATTR_VOICE_RECORDING_DURATION,
  ATTR_VOICE_RECORDING_URL,
  ATTR_VOICE_ROOM_ID,
  ATTR_VOICE_SESSION_END_DETAIL,
  ATTR_VOICE_SESSION_END_REASON,
  ATTR_VOICE_SESSION_EXTERNAL_ID,
  ATTR_VOICE_SESSION_TRANSPORT,
  ATTR_VOICE_TENANT_ID,
  ATTR_VOICE_TRANSPORT_JITTER,
  ATTR_VOICE_TRANSPORT_MOS,
  ATTR_VOICE_TRANSPORT_PACKET_LOSS,
} from '../semconv/generated.js';
import { amountOf, durationMsOf, roundMs, textOf } from './attributes.js';
import { addCosts, costOfRollUp, costOfStages, saysCost } from './cost.js';
import { groupSpans } from './group.js';
import type { CostReport, SessionReport, StageReport, TurnReport } from './model.js';
import { sessionNotes } from './notes.js';
import type { AttributeRecord, SpanRecord } from './otlp.js';
import { readEvents, readStage } from './stage.js';
import { sessionTotals } from './totals.js';
import { readTurn } from './turn.js';

/** A session from its spans: at least one, in any order, each once. */
export function readSession(sessionId: string, spans: readonly SpanRecord[]): SessionReport {
  const parts = groupSpans(spans);
  const sessionSpan = parts.sessionSpans[0];
  const origin = sessionSpan?.startTime ?? parts.spans[0]?.startTime ?? 0;
  const turns = withInterruptions(
    parts.turns
      .map((turn) =>
        readTurn(
          turn,
          turn.stageSpans.map((span) => readStage(span, origin)),
          origin,
        ),
      )
      .sort(byStart),
  );
  const stages = parts.looseStages.map((span) => readStage(span, origin));
  const lastMs = [...turns, ...stages].reduce((last, { endMs }) => Math.max(last, endMs), 0);
  const durationMs = sessionSpan?.endTime === undefined ? lastMs : roundMs(sessionSpan.endTime - origin);
  const attributes: AttributeRecord = sessionSpan?.attributes ?? {};
  // Every span repeats who and where; so a call without its session span still has a head.
  const common = (key: string): string | undefined =>
    firstText([attributes, ...parts.spans.map((span) => span.attributes)], key);
  const cost = sessionCost(turns, stages, attributes);
  return {
    sessionId,
    traceIds: [...new Set([...parts.sessionSpans, ...spans].map((span) => span.traceId))].sort(),
    complete: sessionSpan?.endTime !== undefined,
    startTime: origin,
    durationMs,
    agentName: common(ATTR_GEN_AI_AGENT_NAME),
    agentVersion: common(ATTR_GEN_AI_AGENT_VERSION),
    transport: common(ATTR_VOICE_SESSION_TRANSPORT),
    externalId: common(ATTR_VOICE_SESSION_EXTERNAL_ID),
    tenantId: common(ATTR_VOICE_TENANT_ID),
    roomId: common(ATTR_VOICE_ROOM_ID),
    userId: common(ATTR_USER_ID),
    endReason: textOf(attributes, ATTR_VOICE_SESSION_END_REASON),
    endDetail: textOf(attributes, ATTR_VOICE_SESSION_END_DETAIL),
    quality: {
      mos: amountOf(attributes, ATTR_VOICE_TRANSPORT_MOS),
      packetLoss: amountOf(attributes, ATTR_VOICE_TRANSPORT_PACKET_LOSS),
      jitterMs: durationMsOf(attributes, ATTR_VOICE_TRANSPORT_JITTER),
    },
    recording: {
      url: textOf(attributes, ATTR_VOICE_RECORDING_URL),
      codec: textOf(attributes, ATTR_VOICE_RECORDING_CODEC),
      durationMs: durationMsOf(attributes, ATTR_VOICE_RECORDING_DURATION),
    },
    turns,
    stages,
    events: sessionSpan === undefined ? [] : readEvents(sessionSpan, origin),
    totals: sessionTotals(turns, stages, cost),
    notes: sessionNotes({ parts, turns, origin, cost, attributes }),
    attributes,
  };
}

/** Tells each agent turn that was cut off by whom. */
function withInterruptions(turns: readonly TurnReport[]): TurnReport[] {
  const cutOffBy = new Map(
    turns.flatMap((turn) =>
      turn.interruptedTurnId === undefined ? [] : [[turn.interruptedTurnId, turn.turnId]],
    ),
  );
  return turns.map((turn) => ({ ...turn, interruptedByTurnId: cutOffBy.get(turn.turnId) }));
}

/** From the turns and loose stages at hand; from the session's roll-up only where they say nothing about money. */
function sessionCost(
  turns: readonly TurnReport[],
  stages: readonly StageReport[],
  attributes: AttributeRecord,
): CostReport {
  const cost = addCosts([...turns.map((turn) => turn.cost), costOfStages(stages)]);
  return saysCost(cost) ? cost : (costOfRollUp(attributes, 'voice.session.cost') ?? cost);
}

function firstText(records: readonly AttributeRecord[], key: string): string | undefined {
  for (const record of records) {
    const value = textOf(record, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

function byStart(a: TurnReport, b: TurnReport): number {
  return (
    a.startMs - b.startMs || (a.index ?? Infinity) - (b.index ?? Infinity) || (a.turnId < b.turnId ? -1 : 1)
  );
}
