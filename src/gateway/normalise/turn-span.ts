import type { Attributes } from '@opentelemetry/api';
import { roundSeconds } from '../../otel/time.js';
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_VOICE_TURN_AGENT_NAME,
  ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET,
  ATTR_VOICE_TURN_END_REASON,
  ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET,
  ATTR_VOICE_TURN_GENERATED_TRANSCRIPT,
  ATTR_VOICE_TURN_INTERRUPTED_TURN_ID,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_LAST_AUDIO_OFFSET,
  ATTR_VOICE_TURN_LATENCY_SOURCE,
  ATTR_VOICE_TURN_REPLY_TO_ID,
  ATTR_VOICE_TURN_RESPONSE_LATENCY,
  ATTR_VOICE_TURN_SPEECH_END_OFFSET,
  ATTR_VOICE_TURN_TRANSCRIPT,
  VOICE_TURN_END_REASON_VALUE_SESSION_CLOSED,
  VOICE_TURN_LATENCY_SOURCE_VALUE_DERIVED,
} from '../../semconv/generated.js';
import type { EventRecord, TurnRecord } from '../../signals/writer.js';
import type { TurnFacts } from './turn-facts.js';

/** What the vocabulary says of a turn, besides who it is. */
export function turnAttributes(record: TurnRecord, facts: TurnFacts | undefined): Attributes {
  const { speaker, transcript, generatedTranscript, interruption, replyToId, agentName } = record;
  const offset = (key: string, time: number | undefined): Attributes => {
    const seconds = time === undefined ? -1 : roundSeconds((time - record.startTime) / 1000);
    return seconds >= 0 ? { [key]: seconds } : {};
  };
  const shared: Attributes = {
    [ATTR_VOICE_TURN_END_REASON]: record.endReason,
    ...(transcript === undefined ? {} : { [ATTR_VOICE_TURN_TRANSCRIPT]: transcript }),
  };
  if (speaker === 'user') {
    const latencyMs = interruption?.latencyMs;
    return {
      ...shared,
      [ATTR_GEN_AI_OPERATION_NAME]: 'user_speech',
      ...offset(ATTR_VOICE_TURN_SPEECH_END_OFFSET, record.speechEnd),
      ...(facts?.announcedEndKnown === false
        ? {}
        : offset(ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET, record.announcedEnd)),
      ...(interruption === undefined
        ? {}
        : { [ATTR_VOICE_TURN_INTERRUPTED_TURN_ID]: interruption.agentTurnId }),
      ...(latencyMs === undefined
        ? {}
        : {
            [ATTR_VOICE_TURN_INTERRUPTION_LATENCY]: roundSeconds(latencyMs / 1000),
            [ATTR_VOICE_TURN_LATENCY_SOURCE]: VOICE_TURN_LATENCY_SOURCE_VALUE_DERIVED,
          }),
    };
  }
  const { responseLatencyMs, latencySource } = facts ?? {};
  const answers = record.firstAudio !== undefined && replyToId !== undefined;
  return {
    ...shared,
    ...(facts?.endKnown === false
      ? { [ATTR_VOICE_TURN_END_REASON]: VOICE_TURN_END_REASON_VALUE_SESSION_CLOSED }
      : {}),
    [ATTR_GEN_AI_OPERATION_NAME]: 'invoke_agent',
    ...(facts?.firstAudioKnown === false
      ? {}
      : offset(ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET, record.firstAudio)),
    ...(facts?.lastAudioKnown === false ? {} : offset(ATTR_VOICE_TURN_LAST_AUDIO_OFFSET, record.lastAudio)),
    ...(generatedTranscript === undefined
      ? {}
      : { [ATTR_VOICE_TURN_GENERATED_TRANSCRIPT]: generatedTranscript }),
    ...(replyToId === undefined ? {} : { [ATTR_VOICE_TURN_REPLY_TO_ID]: replyToId }),
    ...(agentName === undefined ? {} : { [ATTR_VOICE_TURN_AGENT_NAME]: agentName }),
    ...(answers && responseLatencyMs !== undefined
      ? { [ATTR_VOICE_TURN_RESPONSE_LATENCY]: roundSeconds(responseLatencyMs / 1000) }
      : {}),
    ...(answers && latencySource !== undefined ? { [ATTR_VOICE_TURN_LATENCY_SOURCE]: latencySource } : {}),
  };
}

/** Events at times that are only bounds are left out. */
export function turnEvents(record: TurnRecord, facts: TurnFacts | undefined): EventRecord[] {
  const unknown = new Set<string>();
  if (facts?.onsetKnown === false) unknown.add('user_speech_start');
  if (facts?.firstAudioKnown === false) unknown.add('agent_speech_start');
  if (facts?.lastAudioKnown === false) unknown.add('agent_speech_end');
  const own = record.speaker === 'agent' ? (facts?.events ?? []) : [];
  return [...record.events.filter(({ name }) => !unknown.has(name)), ...own];
}
