import { estimateSpanBytes } from '../../delivery/span-size.js';
import { guard } from '../../otel/guard.js';
import { hrTimeToMs } from '../../otel/time.js';
import type { ReadableSpanLike, TimedEventLike } from '../../otel/types.js';
import { ATTR_VOICE_SESSION_TURN_COUNT, ATTR_VOICE_STAGE_TYPE } from '../../semconv/generated.js';
import { integer, type JsonObject, text } from './attributes.js';
import { endDetail } from './closing.js';
import { missingCost, stageCost, turnCost } from './costs.js';
import { msBetween, roundDollars, wireTime } from './format.js';
import { firstOutputMs, isWireStageKind } from './payloads.js';
import type { PendingRow, RowContent } from './pending-row.js';
import { type VoiceSpan, voiceSpan } from './role.js';
import { customEvent, eventRow, hasFailed, isEventRow, stageRow, turnRow } from './rows.js';
import { identityOf, sessionRow, withNotes } from './session-row.js';
import { type KnownTurn, SessionState } from './session-state.js';
import type { Sessions } from './sessions.js';
import type { Contribution } from './tally.js';
import { shareOut, type ToolRun, toolEvent, toolRun } from './tools.js';
import type { WireToolCall } from './wire.js';

/** What one finished span becomes on the wire. */
export interface Parcel {
  readonly session: SessionState;
  readonly rows: PendingRow[];
  /** The session's own span: the session is closed once all rows have arrived. */
  readonly closing: ReadableSpanLike | undefined;
}

/** Model and tool stages that wait for their turn's row at most, in count and in estimated bytes, over all sessions. */
const MAX_WAITING = 4000;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** Stages of a session that has no turn yet. */
const MAX_WITHOUT_TURN = 64;
/** What of a session that never had a turn its metadata holds. */
const MAX_NOTED = 50;

interface Waiting {
  readonly session: SessionState;
  readonly turn: KnownTurn;
  readonly bytes: number;
}

const RANK = { stage: 0, turn: 1, session: 2 } as const;

/**
 * Makes rows of spans, each once: a span that comes again (its export failed) gives the same parcel. Model stages wait
 * for their turn's row, so that the tool calls of the turn can go with them.
 */
export class Intake {
  readonly #sessions: Sessions;
  readonly #private: (span: ReadableSpanLike) => ReadableSpanLike;
  readonly #tenant: number;
  readonly #parcels = new WeakMap<ReadableSpanLike, Parcel>();
  /** Spans as they came, with the form in which they may leave. */
  readonly #privateForms = new WeakMap<ReadableSpanLike, ReadableSpanLike>();
  readonly #waiting = new Map<ReadableSpanLike, Waiting>();
  /** What became of spans that have waited. */
  readonly #rowsOf = new WeakMap<ReadableSpanLike, readonly PendingRow[]>();
  #waitingBytes = 0;
  /** Rows that waited too long for their turn, to be sent with whatever goes next. */
  readonly loose: PendingRow[] = [];

  /** @param privately gives the span as it may leave */
  constructor(sessions: Sessions, tenant: number, privately: (span: ReadableSpanLike) => ReadableSpanLike) {
    this.#sessions = sessions;
    this.#tenant = tenant;
    this.#private = privately;
  }

  /** The session of a span that has just started. A known one that is closed begins anew. */
  started(span: ReadableSpanLike): void {
    const voice = voiceSpan(this.#private(span));
    if (voice === undefined) return;
    const known = this.#sessions.get(voice.sessionId);
    if (known !== undefined && !known.closed) return;
    const row = sessionRow(voice, this.#tenant, span.startTime);
    this.#sessions.add(new SessionState(row, hrTimeToMs(span.startTime), true));
  }

  /** The parcels of these spans; spans that are not of a conversation have none. */
  take(spans: readonly ReadableSpanLike[]): Parcel[] {
    const voices = spans
      .filter((span) => !this.#parcels.has(span))
      .flatMap((span) => guard('reading a span', [], () => this.#voice(span)));
    // A turn's stages first, then the turn, then the session, whatever their order in the batch.
    voices.sort((a, b) => RANK[a.voice.role] - RANK[b.voice.role]);
    // A session is announced by its own span, where that is among them.
    for (const { voice } of voices) if (voice.role === 'session') this.#sessionOf(voice);
    for (const { original, voice } of voices) {
      const parcel = guard('making rows of a span', undefined, () => this.#parcel(voice));
      if (parcel !== undefined) this.#parcels.set(original, parcel);
    }
    return spans.flatMap((span) => this.#parcels.get(span) ?? []);
  }

  /** Whether any stage waits for its turn. */
  get holdsAny(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether a span that was taken still waits here for others, or its rows to arrive, although its export was answered. */
  holds(span: ReadableSpanLike): boolean {
    const safe = this.#privateForms.get(span);
    if (safe === undefined) return false;
    return this.#waiting.has(safe) || this.#rowsOf.get(safe)?.some(({ settled }) => !settled) === true;
  }

  /** Stages wait no longer: their rows become loose. */
  release(): void {
    for (const { session, turn } of [...this.#waiting.values()]) {
      this.loose.push(...this.#rowsOfWaiting(session, turn));
    }
  }

  /** Loose rows that were sent are forgotten. */
  forgetSettled(): void {
    const left = this.loose.filter(({ settled }) => !settled);
    this.loose.splice(0, this.loose.length, ...left);
  }

  #voice(span: ReadableSpanLike): { original: ReadableSpanLike; voice: VoiceSpan }[] {
    const voice = voiceSpan(span);
    if (voice === undefined) return [];
    const safe = this.#private(span);
    this.#privateForms.set(span, safe);
    return [{ original: span, voice: { ...voice, span: safe } }];
  }

  #sessionOf(voice: VoiceSpan): SessionState {
    const { span, sessionId, role } = voice;
    const known = this.#sessions.get(sessionId);
    if (known === undefined) {
      const row = sessionRow(voice, this.#tenant, span.startTime);
      return this.#sessions.add(new SessionState(row, hrTimeToMs(span.startTime), false));
    }
    if (role === 'session' && !known.closed && !known.whole) {
      // Announced by another span of it: now its true start and metadata are known.
      known.update(sessionRow(voice, this.#tenant, span.startTime));
    }
    return known;
  }

  #parcel(voice: VoiceSpan): Parcel {
    const session = this.#sessionOf(voice);
    switch (voice.role) {
      case 'stage':
        return { session, rows: this.#stage(voice, session), closing: undefined };
      case 'turn':
        return { session, rows: this.#turn(voice, session), closing: undefined };
      case 'session':
        return { session, rows: this.#session(voice, session), closing: voice.span };
    }
  }

  #stage(voice: VoiceSpan, session: SessionState): PendingRow[] {
    const { span, turnId } = voice;
    const startMs = hrTimeToMs(span.startTime);
    const turn = turnId === undefined ? session.turnAt(startMs) : session.turn(turnId, startMs);
    if (turn === undefined) {
      if (session.withoutTurn.length < MAX_WITHOUT_TURN) session.withoutTurn.push(span);
      return [];
    }
    turn.costUsd += stageCost(span) ?? 0;
    const kind = text(span.attributes, ATTR_VOICE_STAGE_TYPE) ?? '';
    if ((kind === 'llm' || kind === 'tool') && !turn.rowMade && turnId !== undefined) {
      this.#wait(span, session, turn);
      return [];
    }
    return this.#stageRows(voice, session, turn.turnId, kind, undefined);
  }

  #stageRows(
    voice: VoiceSpan,
    session: SessionState,
    turnId: string,
    kind: string,
    toolCalls: WireToolCall[] | undefined,
  ): PendingRow[] {
    const { span } = voice;
    const identity = identityOf(voice, this.#tenant);
    const contribution = { costUsd: stageCost(span) ?? 0 };
    if (isWireStageKind(kind)) {
      if (kind === 'stt' || kind === 'llm' || kind === 'tts') {
        const missing = missingCost(span, kind);
        if (missing !== undefined) session.costMissing(missing);
      }
      const row = stageRow(span, kind, turnId, identity);
      if (toolCalls !== undefined && 'tool_calls' in row.payload) row.payload.tool_calls = toolCalls;
      return [
        pending(session, { list: 'stages', row }, contribution),
        ...this.#events(voice, session, () => turnId),
      ];
    }
    const event = kind === 'tool' ? toolEvent(toolRun(span)) : otherStage(span, kind);
    const row = customEvent(span, kind, identity, turnId, event);
    return [
      pending(session, { list: 'turn_events', row }, contribution),
      ...this.#events(voice, session, () => turnId),
    ];
  }

  #turn(voice: VoiceSpan, session: SessionState): PendingRow[] {
    const { span } = voice;
    const turn = session.turn(voice.turnId ?? '', hrTimeToMs(span.startTime));
    const models = turn.waiting.filter((one) => kindOf(one) === 'llm');
    const ttftMs = models
      .toSorted((a, b) => hrTimeToMs(a.startTime) - hrTimeToMs(b.startTime))
      .map(firstOutputMs)
      .find((ms) => ms !== undefined);
    const costUsd = turnCost(span) ?? roundDollars(turn.costUsd);
    const row = turnRow(span, turn.turnId, identityOf(voice, this.#tenant), { ttftMs, costUsd });
    session.turnRows += 1;
    turn.rowMade = true;
    const contribution = {
      speaker: row.speaker,
      wasInterrupting: row.was_interrupting,
      ttfaMs: row.ttfa_ms,
    };
    return [
      pending(session, { list: 'turns', row }, contribution),
      ...this.#events(voice, session, () => turn.turnId),
      ...this.#rowsOfWaiting(session, turn),
    ];
  }

  #session(voice: VoiceSpan, session: SessionState): PendingRow[] {
    const { span } = voice;
    const rows = session.waitingTurns().flatMap((turn) => this.#rowsOfWaiting(session, turn));
    const homeless: JsonObject[] = [];
    for (const stage of session.withoutTurn.splice(0)) {
      const turn = session.turnAt(hrTimeToMs(stage.startTime));
      const stageVoice = { ...voice, span: stage, role: 'stage' as const };
      const made = this.#stageRows(stageVoice, session, turn?.turnId ?? '', kindOf(stage), undefined);
      if (turn !== undefined) rows.push(...made);
      else {
        homeless.push(...made.map(({ content }) => ({ ...content.row })));
        session.accepted({ costUsd: stageCost(stage) ?? 0 });
      }
    }
    const events = this.#events(voice, session, (event) => session.turnAt(hrTimeToMs(event.time))?.turnId);
    for (const event of events) {
      const { row } = event.content;
      if (row.turn_id === '') homeless.push({ ...row });
      else rows.push(event);
    }
    session.update(withNotes(session.row, this.#notes(span, session, homeless)));
    return rows;
  }

  /** What of the end of a session has no place on the wire, for its metadata. */
  #notes(span: ReadableSpanLike, session: SessionState, homeless: readonly JsonObject[]): JsonObject {
    const detail = endDetail(span);
    const missingCosts = [...session.missingCosts.values()];
    const counted = integer(span.attributes, ATTR_VOICE_SESSION_TURN_COUNT) ?? 0;
    const lost = session.whole ? counted - session.turnRows : 0;
    return {
      ...(detail === undefined ? {} : { end_reason: detail }),
      ...(missingCosts.length === 0 ? {} : { missing_costs: missingCosts }),
      ...(lost > 0 ? { turns_lost: lost } : {}),
      ...(homeless.length === 0 ? {} : { without_turn: homeless.slice(0, MAX_NOTED) }),
    };
  }

  #events(
    { span, ...place }: VoiceSpan,
    session: SessionState,
    turnOf: (event: TimedEventLike) => string | undefined,
  ): PendingRow[] {
    if (span.events.length === 0) return [];
    const identity = identityOf({ span, ...place }, this.#tenant);
    return span.events.flatMap((event, index) => {
      if (!isEventRow(event)) return [];
      const row = eventRow(span, event, identity, { turnId: turnOf(event) ?? '', index });
      return [pending(session, { list: 'turn_events', row }, undefined)];
    });
  }

  #wait(span: ReadableSpanLike, session: SessionState, turn: KnownTurn): void {
    const bytes = estimateSpanBytes(span);
    turn.waiting.push(span);
    this.#waiting.set(span, { session, turn, bytes });
    this.#waitingBytes += bytes;
    while (this.#waiting.size > MAX_WAITING || this.#waitingBytes > MAX_WAITING_BYTES) {
      const oldest = this.#waiting.values().next().value;
      if (oldest === undefined) return;
      this.loose.push(...this.#rowsOfWaiting(oldest.session, oldest.turn));
    }
  }

  /** The rows of what waits for a turn: its model stages with its tools, or its tools as events. */
  #rowsOfWaiting(session: SessionState, turn: KnownTurn): PendingRow[] {
    const spans = turn.waiting.splice(0);
    for (const span of spans) {
      this.#waitingBytes -= this.#waiting.get(span)?.bytes ?? 0;
      this.#waiting.delete(span);
    }
    const models = spans.filter((span) => kindOf(span) === 'llm');
    const tools = spans.filter((span) => kindOf(span) === 'tool').map(toolRun);
    const shares = shareOut(tools, models);
    const rows = models.flatMap((span) =>
      this.#stageRows(voiceOf(span, session, turn), session, turn.turnId, 'llm', shares.get(span)),
    );
    const rest: readonly ToolRun[] = models.length > 0 ? [] : tools;
    const events = rest.flatMap(({ span }) =>
      this.#stageRows(voiceOf(span, session, turn), session, turn.turnId, 'tool', undefined),
    );
    // Tools that went into a model's row have no row of their own, but what they cost and what happened in them stays.
    if (models.length > 0) {
      for (const { span } of tools) {
        const costUsd = stageCost(span);
        const voice = voiceOf(span, session, turn);
        events.push(...this.#events(voice, session, () => turn.turnId));
        if (costUsd !== undefined) session.accepted({ costUsd });
      }
    }
    const made = [...rows, ...events];
    for (const span of spans) this.#rowsOf.set(span, made);
    return made;
  }
}

function voiceOf(span: ReadableSpanLike, { sessionId }: SessionState, { turnId }: KnownTurn): VoiceSpan {
  return { span, role: 'stage', sessionId, turnId };
}

function kindOf({ attributes }: ReadableSpanLike): string {
  return text(attributes, ATTR_VOICE_STAGE_TYPE) ?? '';
}

function pending(
  session: SessionState,
  content: RowContent,
  contribution: Contribution | undefined,
): PendingRow {
  return { content, session, contribution, settled: false };
}

/** A stage of a kind that the wire does not have. */
function otherStage(span: ReadableSpanLike, kind: string): Parameters<typeof customEvent>[4] {
  return {
    event_type: `stage:${kind}`,
    timestamp: wireTime(span.startTime),
    payload: {
      duration_ms: msBetween(span.startTime, span.endTime),
      status: hasFailed(span) ? 'failure' : 'success',
    },
  };
}
