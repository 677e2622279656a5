import {
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
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
  ATTR_VOICE_STAGE_MODE,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_STT_AUDIO_DURATION,
  ATTR_VOICE_STT_LANGUAGE,
  ATTR_VOICE_TTS_AUDIO_DURATION,
  ATTR_VOICE_TTS_CHARACTERS,
  ATTR_VOICE_TTS_TEXT,
  ATTR_VOICE_TTS_VOICE_ID,
} from '../semconv/generated.js';
import type { BillingMode, CostKind, CostUsage } from './types.js';

/** The usage that a stage's attributes tell; undefined for a span that no provider bills. Never throws. */
export function usageFromAttributes(attributes: Readonly<Record<string, unknown>>): CostUsage | undefined {
  const kind = attributes[ATTR_VOICE_STAGE_TYPE];
  if (!isCostKind(kind)) return undefined;
  const number = (key: string): number | undefined => asNumber(attributes[key]);
  const string = (key: string): string | undefined => asText(attributes[key]);
  const duration = kind === 'stt' ? ATTR_VOICE_STT_AUDIO_DURATION : ATTR_VOICE_TTS_AUDIO_DURATION;
  return {
    kind,
    provider: string(ATTR_GEN_AI_PROVIDER_NAME),
    model: string(ATTR_GEN_AI_REQUEST_MODEL),
    responseModel: string(ATTR_GEN_AI_RESPONSE_MODEL),
    mode: asMode(attributes[ATTR_VOICE_STAGE_MODE]),
    audioDurationMs: milliseconds(number(duration)),
    language: string(ATTR_VOICE_STT_LANGUAGE),
    promptTokens: number(ATTR_GEN_AI_USAGE_INPUT_TOKENS),
    completionTokens: number(ATTR_GEN_AI_USAGE_OUTPUT_TOKENS),
    cachedTokens: number(ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS),
    cacheWriteTokens: number(ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS),
    reasoningTokens: number(ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS),
    promptTextTokens: number(ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS),
    promptAudioTokens: number(ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS),
    promptImageTokens: number(ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS),
    completionTextTokens: number(ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS),
    completionAudioTokens: number(ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS),
    cachedTextTokens: number(ATTR_GEN_AI_USAGE_TEXT_CACHE_READ_INPUT_TOKENS),
    cachedAudioTokens: number(ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS),
    cachedImageTokens: number(ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS),
    characters: number(ATTR_VOICE_TTS_CHARACTERS),
    textInput: string(ATTR_VOICE_TTS_TEXT),
    voiceId: string(ATTR_VOICE_TTS_VOICE_ID),
  };
}

function isCostKind(value: unknown): value is CostKind {
  return value === 'stt' || value === 'llm' || value === 'tts';
}

function asMode(value: unknown): BillingMode | undefined {
  return value === 'stream' || value === 'batch' ? value : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Seconds of a span to milliseconds, without the residue of a binary fraction (1.001 s is 1001 ms). */
function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1e9) / 1e6;
}
