import {
  ATTR_VOICE_TURN_AGENT_NAME,
  ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET,
  ATTR_VOICE_TURN_END_REASON,
  ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET,
  ATTR_VOICE_TURN_GENERATED_TRANSCRIPT,
  ATTR_VOICE_TURN_INDEX,
  ATTR_VOICE_TURN_INTERRUPTED_TURN_ID,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_LAST_AUDIO_OFFSET,
  ATTR_VOICE_TURN_LATENCY_SOURCE,
  ATTR_VOICE_TURN_RECORDING_OFFSET,
  ATTR_VOICE_TURN_REPLY_TO_ID,
  ATTR_VOICE_TURN_RESPONSE_LATENCY,
  ATTR_VOICE_TURN_SPEAKER,
  ATTR_VOICE_TURN_SPEECH_END_OFFSET,
  ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO,
  ATTR_VOICE_TURN_TRANSCRIPT,
  SPAN_VOICE_AGENT_TURN,
  SPAN_VOICE_USER_TURN,
  VOICE_TURN_SPEAKER_VALUE_AGENT,
  VOICE_TURN_SPEAKER_VALUE_USER,
} from '../semconv/generated.js';
import { amountOf, durationMsOf, roundMs, textOf } from './attributes.js';
import { costOfRollUp, costOfStages, saysCost } from './cost.js';
import type { CostReport, Speaker, StageReport, TurnReport } from './model.js';
import type { AttributeRecord, SpanRecord } from './otlp.js';
import { readError, readEvents } from './stage.js';

/** What is known of a turn: its span, unless that is missing, and the spans of its stages. */
export interface TurnParts {
  readonly turnId: string;
  readonly span: SpanRecord | undefined;
  readonly stageSpans: readonly SpanRecord[];
}

/** A turn from its parts; `origin` is the session's start in epoch milliseconds, `stages` those of its parts. */
export function readTurn(parts: TurnParts, stages: readonly StageReport[], origin: number): TurnReport {
  const { turnId, span } = parts;
  // Stages repeat the turn's identity, so that a turn whose span is missing still has an index and a speaker.
  const attributes: AttributeRecord = span?.attributes ?? {};
  const identity: AttributeRecord = span?.attributes ?? parts.stageSpans[0]?.attributes ?? {};
  const startMs =
    span === undefined ? min(stages.map((stage) => stage.startMs)) : roundMs(span.startTime - origin);
  const endMs =
    span === undefined
      ? max(stages.map((stage) => stage.endMs))
      : roundMs((span.endTime ?? span.startTime) - origin);
  const duration = (key: string): number | undefined => durationMsOf(attributes, key);
  return {
    turnId,
    traceId: span?.traceId ?? parts.stageSpans[0]?.traceId ?? '',
    spanId: span?.spanId,
    complete: span !== undefined,
    index: amountOf(identity, ATTR_VOICE_TURN_INDEX),
    speaker: speakerOf(identity, span?.name),
    agentName: textOf(attributes, ATTR_VOICE_TURN_AGENT_NAME),
    startMs,
    endMs,
    transcript: textOf(attributes, ATTR_VOICE_TURN_TRANSCRIPT),
    generatedTranscript: textOf(attributes, ATTR_VOICE_TURN_GENERATED_TRANSCRIPT),
    endReason: textOf(attributes, ATTR_VOICE_TURN_END_REASON),
    replyToTurnId: textOf(attributes, ATTR_VOICE_TURN_REPLY_TO_ID),
    speechEndOffsetMs: duration(ATTR_VOICE_TURN_SPEECH_END_OFFSET),
    announcedEndOffsetMs: duration(ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET),
    firstAudioOffsetMs: duration(ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET),
    lastAudioOffsetMs: duration(ATTR_VOICE_TURN_LAST_AUDIO_OFFSET),
    timeToFirstAudioMs: duration(ATTR_VOICE_TURN_TIME_TO_FIRST_AUDIO),
    responseLatencyMs: duration(ATTR_VOICE_TURN_RESPONSE_LATENCY),
    latencySource: textOf(attributes, ATTR_VOICE_TURN_LATENCY_SOURCE),
    interruptedTurnId: textOf(attributes, ATTR_VOICE_TURN_INTERRUPTED_TURN_ID),
    interruptionLatencyMs: duration(ATTR_VOICE_TURN_INTERRUPTION_LATENCY),
    interruptedByTurnId: undefined,
    recordingOffsetMs: duration(ATTR_VOICE_TURN_RECORDING_OFFSET),
    error: span === undefined ? undefined : readError(span),
    cost: turnCost(stages, attributes),
    stages,
    events: span === undefined ? [] : readEvents(span, origin),
    attributes,
  };
}

function speakerOf(identity: AttributeRecord, spanName: string | undefined): Speaker {
  const speaker = textOf(identity, ATTR_VOICE_TURN_SPEAKER);
  if (speaker === VOICE_TURN_SPEAKER_VALUE_USER || speaker === VOICE_TURN_SPEAKER_VALUE_AGENT) return speaker;
  if (spanName === SPAN_VOICE_USER_TURN) return 'user';
  return spanName === SPAN_VOICE_AGENT_TURN ? 'agent' : 'unknown';
}

/** From the stages at hand; from the turn's roll-up only where they say nothing about money. */
function turnCost(stages: readonly StageReport[], attributes: AttributeRecord): CostReport {
  const cost = costOfStages(stages);
  return saysCost(cost) ? cost : (costOfRollUp(attributes, 'voice.turn.cost') ?? cost);
}

function min(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
}

function max(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), values[0] ?? 0);
}
