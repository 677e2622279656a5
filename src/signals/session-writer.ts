import { trace } from '@opentelemetry/api';
import type { AgentTurn } from '../conversation/agent-turn.js';
import { createId } from '../conversation/ids.js';
import type { VoiceSession } from '../conversation/session.js';
import type { Stage } from '../conversation/stage.js';
import type { UserTurn } from '../conversation/user-turn.js';
import { SessionTime } from '../otel/time.js';
import { ATTR_VOICE_TURN_LATENCY_SOURCE } from '../semconv/generated.js';
import type { StageRecord } from './signal.js';
import type { ConversationWriter, EventRecord, TurnRecord } from './writer.js';

/** Turns remembered after they were written, for stages that come late. */
const MAX_WRITTEN_TURNS = 32;

const at = (ms: number): SessionTime => new SessionTime(ms);

/** Writes what the tracker makes out as spans of a `VoiceSession`. */
export class SessionWriter implements ConversationWriter {
  readonly #session: VoiceSession;
  readonly #written = new Map<string, UserTurn | AgentTurn>();

  constructor(session: VoiceSession) {
    this.#session = session;
  }

  turnId(): string {
    return createId('t');
  }

  turn(record: TurnRecord): void {
    const turn = record.speaker === 'user' ? this.#userTurn(record) : this.#agentTurn(record);
    if (record.transcript !== undefined) turn.setTranscript(record.transcript);
    for (const { name, payload, time } of record.events) turn.event(name, payload, at(time));
    for (const stage of record.stages) writeStage(turn, stage);
    turn.end({ reason: record.endReason, endTime: at(record.endTime) });
    this.#written.set(record.turnId, turn);
    if (this.#written.size > MAX_WRITTEN_TURNS) this.#written.delete(this.#written.keys().next().value ?? '');
  }

  stage(stage: StageRecord, turnId: string | undefined): void {
    const turn = turnId === undefined ? undefined : this.#written.get(turnId);
    writeStage(turn ?? this.#session, stage);
  }

  event({ name, payload, time }: EventRecord): void {
    this.#session.event(name, payload, at(time));
  }

  end(reason: string | undefined, time: number): void {
    this.#session.end({ endTime: at(time), ...(reason === undefined ? {} : { reason }) });
  }

  #userTurn(record: TurnRecord): UserTurn {
    const { turnId, turnIndex, interruption } = record;
    const turn = this.#session.startUserTurn({ turnId, turnIndex, startTime: at(record.startTime) });
    if (record.speechEnd !== undefined) turn.speechEnded(at(record.speechEnd));
    if (record.announcedEnd !== undefined) turn.announcedEnd(at(record.announcedEnd));
    if (interruption !== undefined) {
      turn.markInterrupted({
        byTurnId: interruption.agentTurnId,
        ...(interruption.latencyMs === undefined ? {} : { interruptLatencyMs: interruption.latencyMs }),
      });
    }
    return turn;
  }

  #agentTurn(record: TurnRecord): AgentTurn {
    const { turnId, turnIndex, replyToId, agentName } = record;
    const turn = this.#session.startAgentTurn({
      turnId,
      turnIndex,
      startTime: at(record.startTime),
      ...(replyToId === undefined ? {} : { replyToId }),
      ...(agentName === undefined ? {} : { agentName }),
    });
    if (record.firstAudio !== undefined) turn.firstAudio(at(record.firstAudio));
    if (record.lastAudio !== undefined) turn.lastAudio(at(record.lastAudio));
    if (record.generatedTranscript !== undefined) turn.setGeneratedTranscript(record.generatedTranscript);
    if (record.latencySource !== undefined) {
      trace.getSpan(turn.context)?.setAttribute(ATTR_VOICE_TURN_LATENCY_SOURCE, record.latencySource);
    }
    return turn;
  }
}

/** Who can start a stage: a turn, or the session for what belongs to none. */
interface StageParent {
  startStage(kind: StageRecord['kind'], options: object): Stage;
}

function writeStage(parent: StageParent, record: StageRecord): void {
  const { kind, provider, model, mode, operation, payload, error } = record;
  const stage = parent.startStage(kind, {
    startTime: at(record.startTime),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(mode === undefined ? {} : { mode }),
    ...(operation === undefined ? {} : { operation }),
  });
  if (payload !== undefined) stage.setPayload(payload);
  if (error !== undefined) stage.fail(error);
  if (record.discarded === true) stage.discard();
  stage.setTiming({ endTime: at(record.endTime) });
  stage.end();
}
