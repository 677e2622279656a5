import type { Attributes } from '@opentelemetry/api';
import { stageSpanKind } from '../../conversation/stage-span.js';
import type { OtlpEvent, OtlpSpan } from '../../exporters/otlp-json.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_VOICE_SESSION_END_REASON,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_INDEX,
  ATTR_VOICE_TURN_SPEAKER,
  SPAN_VOICE_AGENT_TURN,
  SPAN_VOICE_SESSION,
  SPAN_VOICE_USER_TURN,
} from '../../semconv/generated.js';
import type { StageRecord } from '../../signals/signal.js';
import type { ConversationWriter, EventRecord, TurnRecord } from '../../signals/writer.js';
import { derivedSpanId } from './ids.js';
import type { Envelope, InputSpan } from './input-span.js';
import { OUR_SCOPE, type Outbox } from './outbox.js';
import { isSpanStage } from './span-stage.js';
import { stageAttributes, stageName } from './stage-span.js';
import type { TurnFacts } from './turn-facts.js';
import { turnAttributes, turnEvents } from './turn-span.js';
import {
  emptySpan,
  encodeEvent,
  KIND_OFFSET,
  linkTo,
  merged,
  nanoseconds,
  STATUS_ERROR,
  timeOf,
} from './wire.js';

/** Turns remembered after they were written, for stages that come late. */
const MAX_WRITTEN_TURNS = 64;

/** Where a conversation is written to, and who its session is. */
export interface SessionRecord {
  readonly envelope: Envelope;
  readonly traceId: string;
  readonly spanId: string;
  /** What stands on every span. */
  readonly everySpan: Attributes;
  /** Whether it is written; not where nothing joins its turns to a conversation. */
  readonly written: boolean;
  readonly startTime: number;
  /** The span that was the session's; absent where there was none, or it was lost. */
  readonly span: InputSpan | undefined;
  readonly kept: OtlpSpan['attributes'];
}

interface WrittenTurn {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** Writes what the tracker makes out as OTLP records, under given ids. */
export class RecordWriter implements ConversationWriter {
  readonly #outbox: Outbox;
  readonly #session: () => SessionRecord;
  readonly #facts = new Map<string, TurnFacts & { readonly spanId: string; readonly first: boolean }>();
  readonly #written = new Map<string, WrittenTurn>();
  readonly #sessionEvents: OtlpEvent[] = [];
  #current: TurnFacts | undefined;

  /** @param session what is known of the session now; its ids never change once they were asked for */
  constructor(outbox: Outbox, session: () => SessionRecord) {
    this.#outbox = outbox;
    this.#session = session;
  }

  /** The turns that the tracker begins from here on are these. */
  enter(facts: TurnFacts): void {
    this.#current = facts;
  }

  turnId(speaker: 'user' | 'agent', turnIndex: number): string {
    const facts = this.#current;
    if (facts === undefined) return `t_${derivedSpanId(this.#session().traceId, speaker, turnIndex)}`;
    const { origin } = facts;
    const first = origin.turns === 0;
    const { traceId, spanId } = origin;
    const own = first ? spanId : derivedSpanId(traceId, spanId, 'turn', origin.turns);
    origin.turns += 1;
    const turnId = `t_${own}`;
    this.#facts.set(turnId, { ...facts, spanId: own, first });
    return turnId;
  }

  turn(record: TurnRecord): void {
    const facts = this.#facts.get(record.turnId);
    this.#facts.delete(record.turnId);
    const session = this.#session();
    const spanId = facts?.spanId ?? derivedSpanId(session.traceId, record.turnId);
    const origin = facts?.first === true ? facts.origin : undefined;
    const traceId = facts?.origin.traceId ?? session.traceId;
    const identity = {
      [ATTR_VOICE_TURN_ID]: record.turnId,
      [ATTR_VOICE_TURN_INDEX]: record.turnIndex,
      [ATTR_VOICE_TURN_SPEAKER]: record.speaker,
    };
    this.#written.set(record.turnId, { traceId, spanId, attributes: identity });
    if (this.#written.size > MAX_WRITTEN_TURNS) this.#written.delete(this.#written.keys().next().value ?? '');
    for (const stage of record.stages) this.#stage(stage, record.turnId);
    const inSession = session.written && traceId === session.traceId;
    this.#outbox.add(
      {
        ...emptySpan(traceId, spanId, origin?.span?.raw),
        ...(inSession ? { parentSpanId: session.spanId } : {}),
        name: record.speaker === 'user' ? SPAN_VOICE_USER_TURN : SPAN_VOICE_AGENT_TURN,
        kind: KIND_OFFSET,
        startTimeUnixNano: nanoseconds(record.startTime),
        endTimeUnixNano: nanoseconds(record.endTime),
        attributes: merged(origin?.kept ?? [], {
          ...session.everySpan,
          ...identity,
          ...turnAttributes(record, facts),
        }),
        events: [...(origin?.span?.raw.events ?? []), ...turnEvents(record, facts).map(encodeEvent)],
        ...(inSession || !session.written ? {} : { links: [linkTo(session)] }),
        status: { code: 0 },
      },
      { ...this.#envelope(), scope: OUR_SCOPE },
    );
  }

  stage(stage: StageRecord, turnId: string | undefined): void {
    this.#stage(stage, turnId);
  }

  event(event: EventRecord): void {
    this.#sessionEvents.push(encodeEvent(event));
  }

  /** Writes the session itself. */
  end(reason: string | undefined, time: number): void {
    const { traceId, spanId, everySpan, startTime, span, kept, written } = this.#session();
    if (!written) return;
    const failed = span?.failed === true;
    this.#outbox.add(
      {
        ...emptySpan(traceId, spanId, span?.raw),
        ...(span === undefined ? {} : { parentSpanId: span.raw.parentSpanId }),
        name: SPAN_VOICE_SESSION,
        kind: KIND_OFFSET,
        startTimeUnixNano: span?.raw.startTimeUnixNano ?? nanoseconds(startTime),
        endTimeUnixNano: span?.raw.endTimeUnixNano ?? nanoseconds(Math.max(startTime, time)),
        attributes: merged(kept, {
          ...everySpan,
          [ATTR_GEN_AI_OPERATION_NAME]: 'invoke_workflow',
          ...(reason === undefined ? {} : { [ATTR_VOICE_SESSION_END_REASON]: reason }),
          ...(failed ? { [ATTR_ERROR_TYPE]: '_OTHER' } : {}),
        }),
        events: [...(span?.raw.events ?? []), ...this.#sessionEvents],
        status: failed ? span.raw.status : { code: 0 },
      },
      { ...this.#envelope(), scope: OUR_SCOPE },
    );
  }

  #stage(stage: StageRecord, turnId: string | undefined): void {
    if (!isSpanStage(stage)) return;
    const session = this.#session();
    const turn = turnId === undefined ? undefined : this.#written.get(turnId);
    const { origin } = stage;
    const { span } = origin;
    const traceId = span?.traceId ?? turn?.traceId ?? session.traceId;
    const inSession = session.written && session.traceId === traceId;
    const parentSpanId = turn?.traceId === traceId ? turn.spanId : session.spanId;
    const failed = span?.failed === true || stage.error !== undefined;
    this.#outbox.add(
      {
        ...emptySpan(traceId, origin.spanId, span?.raw),
        ...(turn?.traceId === traceId || inSession ? { parentSpanId } : {}),
        name: stageName(stage),
        kind: stageSpanKind(stage.kind) + KIND_OFFSET,
        startTimeUnixNano: timeOf(stage.startTime, span?.startTime, span?.raw.startTimeUnixNano),
        endTimeUnixNano: timeOf(stage.endTime, span?.endTime, span?.raw.endTimeUnixNano),
        attributes: merged(origin.kept, {
          ...session.everySpan,
          ...turn?.attributes,
          ...stageAttributes(stage, failed),
        }),
        status: failed ? { ...span?.raw.status, code: STATUS_ERROR } : { code: 0 },
      },
      { ...(span?.envelope ?? this.#envelope()), scope: OUR_SCOPE },
    );
  }

  #envelope(): Envelope {
    return this.#session().envelope;
  }
}
