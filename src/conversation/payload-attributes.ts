import type { Attributes } from '@opentelemetry/api';
import { warn } from '../otel/diagnostics.js';
import { roundSeconds, toEpochMs } from '../otel/time.js';
import {
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS,
  ATTR_HTTP_REQUEST_BODY_SIZE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_BODY_SIZE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_URL_PATH,
  ATTR_VOICE_API_CALL_REQUEST_DURATION,
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_ESTIMATED,
  ATTR_VOICE_COST_SOURCE,
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
  ATTR_VOICE_STT_REQUEST_DURATION,
  ATTR_VOICE_STT_TRANSCRIPT,
  ATTR_VOICE_TTS_AUDIO_BYTES,
  ATTR_VOICE_TTS_AUDIO_DURATION,
  ATTR_VOICE_TTS_CHARACTERS,
  ATTR_VOICE_TTS_TEXT,
  ATTR_VOICE_TTS_VOICE_ID,
  ATTR_VOICE_VAD_CONFIDENCE_SERIES,
  ATTR_VOICE_VAD_SPEECH_ENDED_AT,
  ATTR_VOICE_VAD_SPEECH_STARTED_AT,
  VOICE_COST_SOURCE_VALUE_CALLER,
} from '../semconv/generated.js';
import { toJson } from './json.js';
import type { StageKind, StagePayloads } from './payloads.js';
import { asId, asList, asNumber, asText, read } from './read.js';

/** Turns a field's value into attributes; an empty answer means that the value is not of the field's type. */
type FieldWriter = (value: unknown) => Attributes | undefined;

const count =
  (key: string): FieldWriter =>
  (value) =>
    Number.isSafeInteger(value) ? { [key]: value as number } : undefined;

const number =
  (key: string): FieldWriter =>
  (value) => {
    const valid = asNumber(value);
    return valid === undefined ? undefined : { [key]: valid };
  };

/** Milliseconds of the API to seconds of the span. */
const duration =
  (...keys: string[]): FieldWriter =>
  (value) => {
    const ms = asNumber(value);
    if (ms === undefined || ms < 0) return undefined;
    return Object.fromEntries(keys.map((key) => [key, roundSeconds(ms / 1000)]));
  };

const nonNegativeCount =
  (key: string): FieldWriter =>
  (value) =>
    typeof value === 'number' && value >= 0 ? count(key)(value) : undefined;

const text =
  (key: string): FieldWriter =>
  (value) => {
    const valid = asText(value);
    return valid === undefined ? undefined : { [key]: valid };
  };

const id =
  (key: string): FieldWriter =>
  (value) => {
    const valid = asId(value);
    return valid === undefined ? undefined : { [key]: valid };
  };

/** Text as it is, anything else as JSON. */
const json =
  (key: string): FieldWriter =>
  (value) => {
    const written = typeof value === 'string' ? value : toJson(value);
    return written === undefined ? undefined : { [key]: written };
  };

const timestamp =
  (key: string): FieldWriter =>
  (value) => {
    const ms = toEpochMs(value);
    return ms === undefined ? undefined : { [key]: new Date(ms).toISOString() };
  };

const costUsd: FieldWriter = (value) => {
  const amount = asNumber(value);
  if (amount === undefined || amount < 0) return undefined;
  return {
    [ATTR_VOICE_COST_AMOUNT]: amount,
    [ATTR_VOICE_COST_CURRENCY]: 'USD',
    [ATTR_VOICE_COST_SOURCE]: VOICE_COST_SOURCE_VALUE_CALLER,
    [ATTR_VOICE_COST_ESTIMATED]: false,
  };
};

/** Pairs of milliseconds and probability, and nothing else: the key is technical. */
const numberPairs =
  (key: string): FieldWriter =>
  (value) => {
    const pairs = asList(value)?.map((pair) => asList(pair)?.slice(0, 2));
    const sound = pairs?.every(
      (pair) => pair?.length === 2 && pair.every((one) => asNumber(one) !== undefined),
    );
    return sound === true ? { [key]: JSON.stringify(pairs) } : undefined;
  };

/**
 * Fields that become attributes one by one. A later field wins over an earlier one. `prompt`, `completion`,
 * `toolCalls` and `partials` are gathered by the stage and written together.
 */
const FIELDS: { [Kind in StageKind]: { [Field in keyof StagePayloads[Kind]]?: FieldWriter } } = {
  stt: {
    audioDurationMs: duration(ATTR_VOICE_STT_AUDIO_DURATION),
    requestDurationMs: duration(ATTR_VOICE_STT_REQUEST_DURATION),
    finalTranscript: text(ATTR_VOICE_STT_TRANSCRIPT),
    finalConfidence: number(ATTR_VOICE_STT_CONFIDENCE),
    language: id(ATTR_VOICE_STT_LANGUAGE),
    costUsd,
  },
  llm: {
    promptTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_INPUT_TOKENS),
    completionTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_OUTPUT_TOKENS),
    cachedTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS),
    cacheWriteTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS),
    reasoningTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS),
    promptTextTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS),
    promptAudioTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS),
    promptImageTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS),
    completionTextTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS),
    completionAudioTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS),
    cachedTextTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_TEXT_CACHE_READ_INPUT_TOKENS),
    cachedAudioTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS),
    cachedImageTokens: nonNegativeCount(ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS),
    ttftMs: duration(ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT, ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK),
    tokensPerSecond: number(ATTR_VOICE_LLM_TOKENS_PER_SECOND),
    costUsd,
  },
  tts: {
    textInput: text(ATTR_VOICE_TTS_TEXT),
    characters: nonNegativeCount(ATTR_VOICE_TTS_CHARACTERS),
    audioBytes: count(ATTR_VOICE_TTS_AUDIO_BYTES),
    audioDurationMs: duration(ATTR_VOICE_TTS_AUDIO_DURATION),
    ttfbMs: duration(ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT),
    voiceId: id(ATTR_VOICE_TTS_VOICE_ID),
    costUsd,
  },
  vad: {
    speechStartedAt: timestamp(ATTR_VOICE_VAD_SPEECH_STARTED_AT),
    speechEndedAt: timestamp(ATTR_VOICE_VAD_SPEECH_ENDED_AT),
    confidenceSeries: numberPairs(ATTR_VOICE_VAD_CONFIDENCE_SERIES),
  },
  nlu: {
    intent: text(ATTR_VOICE_NLU_INTENT),
    intentConfidence: number(ATTR_VOICE_NLU_INTENT_CONFIDENCE),
    entities: json(ATTR_VOICE_NLU_ENTITIES),
  },
  dialogue_management: {
    stateBefore: json(ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_BEFORE),
    stateAfter: json(ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_AFTER),
    actionSelected: text(ATTR_VOICE_DIALOGUE_MANAGEMENT_ACTION_SELECTED),
    policyName: id(ATTR_VOICE_DIALOGUE_MANAGEMENT_POLICY_NAME),
  },
  api_call: {
    method: id(ATTR_HTTP_REQUEST_METHOD),
    urlPath: text(ATTR_URL_PATH),
    statusCode: count(ATTR_HTTP_RESPONSE_STATUS_CODE),
    requestDurationMs: duration(ATTR_VOICE_API_CALL_REQUEST_DURATION),
    requestBytes: count(ATTR_HTTP_REQUEST_BODY_SIZE),
    responseBytes: count(ATTR_HTTP_RESPONSE_BODY_SIZE),
  },
  tool: {
    name: id(ATTR_GEN_AI_TOOL_NAME),
    callId: id(ATTR_GEN_AI_TOOL_CALL_ID),
    arguments: json(ATTR_GEN_AI_TOOL_CALL_ARGUMENTS),
    result: json(ATTR_GEN_AI_TOOL_CALL_RESULT),
  },
};

/** What providers bill: a value of these that cannot be is said on the span, not only left out. */
const BILLED: ReadonlySet<string> = new Set([
  'audioDurationMs',
  'characters',
  ...Object.keys(FIELDS.llm).filter((field) => field.endsWith('Tokens')),
]);

/** A payload as attributes, and which of the billed fields in it can be used. */
export interface WrittenPayload {
  readonly attributes: Attributes;
  readonly billed: ReadonlyMap<string, 'valid' | 'invalid'>;
}

/** Writes a payload's plain fields. A value of the wrong type is left out and warned about. */
export function writePayload(kind: StageKind, payload: unknown): WrittenPayload {
  const attributes: Attributes = {};
  const billed = new Map<string, 'valid' | 'invalid'>();
  for (const [field, write] of Object.entries<FieldWriter>(FIELDS[kind])) {
    const value = read(payload, field);
    if (value === undefined || value === null) continue;
    const written = write(value);
    if (written === undefined) {
      warn(`payload:${kind}.${field}`, `${kind} payload: ${field} has an unusable value`);
    } else Object.assign(attributes, written);
    if (BILLED.has(field)) billed.set(field, written === undefined ? 'invalid' : 'valid');
  }
  return { attributes, billed };
}
