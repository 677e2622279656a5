import type { Attributes } from '@opentelemetry/api';
import type { PriceTable } from '../cost/price-table.js';
import type { CostEstimate, CostKind, CostUsage } from '../cost/types.js';
import { hrTimeToMs } from '../otel/time.js';
import type { ReadableSpanLike } from '../otel/types.js';
import {
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
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
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_ESTIMATED,
  ATTR_VOICE_COST_MISSING_REASON,
  ATTR_VOICE_COST_PRICE_DATE,
  ATTR_VOICE_COST_SOURCE,
  ATTR_VOICE_STAGE_MODE,
  ATTR_VOICE_STAGE_TYPE,
  ATTR_VOICE_STT_AUDIO_DURATION,
  ATTR_VOICE_STT_LANGUAGE,
  ATTR_VOICE_TTS_AUDIO_DURATION,
  ATTR_VOICE_TTS_CHARACTERS,
  ATTR_VOICE_TTS_TEXT,
  ATTR_VOICE_TTS_VOICE_ID,
} from '../semconv/generated.js';
import { milliseconds, number, text } from './attributes.js';

/** The token counts of a model, by the field of the cost room. */
const TOKENS = {
  promptTokens: ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  completionTokens: ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  cachedTokens: ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  cacheWriteTokens: ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  reasoningTokens: ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  promptTextTokens: ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS,
  promptAudioTokens: ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS,
  promptImageTokens: ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS,
  completionTextTokens: ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS,
  completionAudioTokens: ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS,
  cachedTextTokens: ATTR_GEN_AI_USAGE_TEXT_CACHE_READ_INPUT_TOKENS,
  cachedAudioTokens: ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS,
  cachedImageTokens: ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS,
} as const satisfies Partial<Record<keyof CostUsage, string>>;

/** Whether stages of this type are billed by a provider, so that a missing price must be said. */
export function isBilled(type: string | undefined): type is CostKind {
  return type === 'stt' || type === 'llm' || type === 'tts';
}

/** The cost attributes of a stage that has none yet: an amount with its source, or why there is none. */
export function stageCost(span: ReadableSpanLike, prices: PriceTable): Attributes {
  const kind = text(span, ATTR_VOICE_STAGE_TYPE);
  if (!isBilled(kind) || hasCost(span)) return {};
  return costAttributes(prices.estimate(usageOf(span, kind), new Date(hrTimeToMs(span.startTime))));
}

function hasCost(span: ReadableSpanLike): boolean {
  return (
    span.attributes[ATTR_VOICE_COST_AMOUNT] !== undefined ||
    span.attributes[ATTR_VOICE_COST_MISSING_REASON] !== undefined
  );
}

function costAttributes(estimate: CostEstimate): Attributes {
  if (estimate.missing !== undefined) return { [ATTR_VOICE_COST_MISSING_REASON]: estimate.missing };
  return {
    [ATTR_VOICE_COST_AMOUNT]: estimate.amount,
    [ATTR_VOICE_COST_CURRENCY]: estimate.currency,
    [ATTR_VOICE_COST_SOURCE]: estimate.source,
    [ATTR_VOICE_COST_ESTIMATED]: estimate.estimated,
    ...(estimate.priceDate === undefined ? {} : { [ATTR_VOICE_COST_PRICE_DATE]: estimate.priceDate }),
  };
}

function usageOf(span: ReadableSpanLike, kind: CostKind): CostUsage {
  const mode = text(span, ATTR_VOICE_STAGE_MODE);
  const usage: CostUsage = {
    kind,
    provider: text(span, ATTR_GEN_AI_PROVIDER_NAME),
    model: text(span, ATTR_GEN_AI_REQUEST_MODEL),
    responseModel: text(span, 'gen_ai.response.model'),
    mode: mode === 'stream' || mode === 'batch' ? mode : undefined,
  };
  if (kind === 'stt') {
    usage.audioDurationMs = milliseconds(span, ATTR_VOICE_STT_AUDIO_DURATION);
    usage.language = text(span, ATTR_VOICE_STT_LANGUAGE);
  }
  if (kind === 'tts') {
    usage.characters = number(span, ATTR_VOICE_TTS_CHARACTERS);
    usage.textInput = text(span, ATTR_VOICE_TTS_TEXT);
    usage.audioDurationMs = milliseconds(span, ATTR_VOICE_TTS_AUDIO_DURATION);
    usage.voiceId = text(span, ATTR_VOICE_TTS_VOICE_ID);
  }
  for (const [field, key] of Object.entries(TOKENS)) usage[field as keyof typeof TOKENS] = number(span, key);
  return usage;
}
