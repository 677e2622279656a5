import type { ReadableSpanLike } from '../../otel/types.js';
import {
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_HTTP_REQUEST_BODY_SIZE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_BODY_SIZE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_URL_PATH,
  ATTR_VOICE_API_CALL_REQUEST_DURATION,
  ATTR_VOICE_DIALOGUE_MANAGEMENT_ACTION_SELECTED,
  ATTR_VOICE_DIALOGUE_MANAGEMENT_POLICY_NAME,
  ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_AFTER,
  ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_BEFORE,
  ATTR_VOICE_LLM_TOKENS_PER_SECOND,
  ATTR_VOICE_NLU_ENTITIES,
  ATTR_VOICE_NLU_INTENT,
  ATTR_VOICE_NLU_INTENT_CONFIDENCE,
  ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT,
  ATTR_VOICE_STT_AUDIO_DURATION,
  ATTR_VOICE_STT_CONFIDENCE,
  ATTR_VOICE_STT_LANGUAGE,
  ATTR_VOICE_STT_PARTIALS,
  ATTR_VOICE_STT_REQUEST_DURATION,
  ATTR_VOICE_STT_TRANSCRIPT,
  ATTR_VOICE_TTS_AUDIO_BYTES,
  ATTR_VOICE_TTS_AUDIO_DURATION,
  ATTR_VOICE_TTS_TEXT,
  ATTR_VOICE_TTS_VOICE_ID,
  ATTR_VOICE_VAD_CONFIDENCE_SERIES,
  ATTR_VOICE_VAD_SPEECH_ENDED_AT,
  ATTR_VOICE_VAD_SPEECH_STARTED_AT,
} from '../../semconv/generated.js';
import { asFinite, asText, integer, isObject, number, parsed, text } from './attributes.js';
import { stageCost } from './costs.js';
import { wireMs, wireTime, wireTimeOfText } from './format.js';
import { completionOf, promptOf, toolCallsOf } from './messages.js';
import type {
  WireApiCallPayload,
  WireDialoguePayload,
  WireLlmPayload,
  WireNluPayload,
  WirePayload,
  WireStageKind,
  WireSttPartial,
  WireSttPayload,
  WireTtsPayload,
  WireVadPayload,
} from './wire.js';

/**
 * The payload of each kind, with every field of it: the server's model tells payloads apart by their fields only. What
 * a span does not say is the value that the Python SDK sends for an empty payload.
 */
const PAYLOADS: { readonly [Kind in WireStageKind]: (span: ReadableSpanLike) => WirePayload } = {
  stt: sttPayload,
  llm: llmPayload,
  tts: ttsPayload,
  vad: vadPayload,
  nlu: nluPayload,
  dialogue_management: dialoguePayload,
  api_call: apiCallPayload,
};

export function isWireStageKind(kind: string): kind is WireStageKind {
  return Object.hasOwn(PAYLOADS, kind);
}

export function wirePayload(kind: WireStageKind, span: ReadableSpanLike): WirePayload {
  return PAYLOADS[kind](span);
}

/** Time to the first token or the first byte of audio, in whole milliseconds. */
export function firstOutputMs({ attributes }: ReadableSpanLike): number | undefined {
  return wireMs(
    number(attributes, ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT) ??
      number(attributes, ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK),
  );
}

function sttPayload(span: ReadableSpanLike): WireSttPayload {
  const { attributes } = span;
  return {
    audio_duration_ms: wireMs(number(attributes, ATTR_VOICE_STT_AUDIO_DURATION)) ?? 0,
    request_duration_ms: wireMs(number(attributes, ATTR_VOICE_STT_REQUEST_DURATION)) ?? 0,
    partials: listOf(parsed(attributes, ATTR_VOICE_STT_PARTIALS)).filter(isObject).map(wirePartial),
    final_transcript: text(attributes, ATTR_VOICE_STT_TRANSCRIPT) ?? '',
    final_confidence: number(attributes, ATTR_VOICE_STT_CONFIDENCE) ?? 0,
    language: text(attributes, ATTR_VOICE_STT_LANGUAGE) ?? null,
    cost_usd: stageCost(span) ?? null,
  };
}

function wirePartial(partial: Record<string, unknown>, index: number): WireSttPartial {
  return {
    seq: rounded(partial.seq) ?? index,
    timestamp_ms: rounded(partial.timestampMs) ?? 0,
    text: asText(partial.text ?? ''),
    confidence: asFinite(partial.confidence) ?? 0,
    is_final: partial.isFinal === true,
  };
}

/** Its tool calls are those of the messages; those of the turn's tool stages are added when its row is made. */
function llmPayload(span: ReadableSpanLike): WireLlmPayload {
  const { attributes } = span;
  return {
    prompt_tokens: integer(attributes, ATTR_GEN_AI_USAGE_INPUT_TOKENS) ?? 0,
    completion_tokens: integer(attributes, ATTR_GEN_AI_USAGE_OUTPUT_TOKENS) ?? 0,
    cached_tokens: integer(attributes, ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS) ?? 0,
    ttft_ms: firstOutputMs(span) ?? 0,
    tokens_per_second: number(attributes, ATTR_VOICE_LLM_TOKENS_PER_SECOND) ?? 0,
    prompt: promptOf(attributes),
    completion: completionOf(attributes),
    tool_calls: toolCallsOf(attributes).map(({ id, ...call }) => call),
    cost_usd: stageCost(span) ?? 0,
  };
}

function ttsPayload(span: ReadableSpanLike): WireTtsPayload {
  const { attributes } = span;
  return {
    text_input: text(attributes, ATTR_VOICE_TTS_TEXT) ?? '',
    audio_bytes: integer(attributes, ATTR_VOICE_TTS_AUDIO_BYTES) ?? 0,
    audio_duration_ms: wireMs(number(attributes, ATTR_VOICE_TTS_AUDIO_DURATION)) ?? 0,
    ttfb_ms: firstOutputMs(span) ?? 0,
    voice_id: text(attributes, ATTR_VOICE_TTS_VOICE_ID) ?? '',
    cost_usd: stageCost(span) ?? 0,
  };
}

/** The wire wants both times; where the detector gave none, the stage's own stand for them. */
function vadPayload({ attributes, startTime, endTime }: ReadableSpanLike): WireVadPayload {
  return {
    speech_started_at:
      wireTimeOfText(text(attributes, ATTR_VOICE_VAD_SPEECH_STARTED_AT)) ?? wireTime(startTime),
    speech_ended_at: wireTimeOfText(text(attributes, ATTR_VOICE_VAD_SPEECH_ENDED_AT)) ?? wireTime(endTime),
    confidence_series: listOf(parsed(attributes, ATTR_VOICE_VAD_CONFIDENCE_SERIES)).flatMap((pair) => {
      const [ms, probability] = listOf(pair).map(asFinite);
      return ms === undefined || probability === undefined
        ? []
        : [[Math.round(ms), probability] as [number, number]];
    }),
  };
}

function nluPayload({ attributes }: ReadableSpanLike): WireNluPayload {
  return {
    intent: text(attributes, ATTR_VOICE_NLU_INTENT) ?? '',
    intent_confidence: number(attributes, ATTR_VOICE_NLU_INTENT_CONFIDENCE) ?? 0,
    entities: listOf(parsed(attributes, ATTR_VOICE_NLU_ENTITIES))
      .filter(isObject)
      .map((entity) => ({
        name: asText(entity.name ?? ''),
        value: entity.value ?? null,
        confidence: asFinite(entity.confidence) ?? 0,
      })),
  };
}

function dialoguePayload({ attributes }: ReadableSpanLike): WireDialoguePayload {
  return {
    state_before: text(attributes, ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_BEFORE) ?? '',
    state_after: text(attributes, ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_AFTER) ?? '',
    action_selected: text(attributes, ATTR_VOICE_DIALOGUE_MANAGEMENT_ACTION_SELECTED) ?? '',
    policy_name: text(attributes, ATTR_VOICE_DIALOGUE_MANAGEMENT_POLICY_NAME) ?? null,
  };
}

function apiCallPayload({ attributes }: ReadableSpanLike): WireApiCallPayload {
  return {
    method: text(attributes, ATTR_HTTP_REQUEST_METHOD) ?? 'GET',
    url_path: text(attributes, ATTR_URL_PATH) ?? '',
    status_code: integer(attributes, ATTR_HTTP_RESPONSE_STATUS_CODE) ?? 0,
    request_duration_ms: wireMs(number(attributes, ATTR_VOICE_API_CALL_REQUEST_DURATION)) ?? 0,
    request_bytes: integer(attributes, ATTR_HTTP_REQUEST_BODY_SIZE) ?? 0,
    response_bytes: integer(attributes, ATTR_HTTP_RESPONSE_BODY_SIZE) ?? 0,
  };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function rounded(value: unknown): number | undefined {
  const valid = asFinite(value);
  return valid === undefined ? undefined : Math.round(valid);
}
