import {
  ATTR_GEN_AI_OPERATION_NAME,
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
} from '../semconv/generated.js';
import type { CostUsage } from './types.js';

/** Operations that are a call of a language model; spans without one are told by their usage. */
const MODEL_CALLS: readonly unknown[] = ['chat', 'text_completion', 'generate_content', undefined];

/**
 * The usage that a span of another instrumentation tells of a language model's call: the GenAI conventions in their
 * present and earlier spellings (OpenAI and Anthropic instrumentations, LiveKit), and the breakdowns that the Vercel
 * AI SDK writes only under `ai.usage.*`. Undefined for a span that reports no tokens under `gen_ai.usage.*`. Never
 * throws.
 */
export function usageOfModelCall(attributes: Readonly<Record<string, unknown>>): CostUsage | undefined {
  const number = (...keys: string[]): number | undefined => firstNumber(attributes, keys);
  const string = (...keys: string[]): string | undefined => firstText(attributes, keys);
  const promptTokens = number(ATTR_GEN_AI_USAGE_INPUT_TOKENS, 'gen_ai.usage.prompt_tokens');
  const completionTokens = number(ATTR_GEN_AI_USAGE_OUTPUT_TOKENS, 'gen_ai.usage.completion_tokens');
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  if (!MODEL_CALLS.includes(attributes[ATTR_GEN_AI_OPERATION_NAME])) return undefined;
  return {
    kind: 'llm',
    provider: string(ATTR_GEN_AI_PROVIDER_NAME, 'gen_ai.system'),
    model: string(ATTR_GEN_AI_REQUEST_MODEL),
    responseModel: string(ATTR_GEN_AI_RESPONSE_MODEL),
    promptTokens,
    completionTokens,
    cachedTokens: number(
      ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
      'gen_ai.usage.cache_read_input_tokens',
      'gen_ai.usage.input_cached_tokens',
      'ai.usage.cachedInputTokens',
    ),
    cacheWriteTokens: number(
      ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
      'gen_ai.usage.cache_creation.input_tokens',
      'gen_ai.usage.cache_creation_input_tokens',
      'ai.usage.inputTokenDetails.cacheWriteTokens',
    ),
    reasoningTokens: number(
      ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
      'gen_ai.usage.reasoning_tokens',
      'ai.usage.reasoningTokens',
    ),
    promptTextTokens: number(ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS, 'gen_ai.usage.input_text_tokens'),
    promptAudioTokens: number(ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS, 'gen_ai.usage.input_audio_tokens'),
    promptImageTokens: number(ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS),
    completionTextTokens: number(ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS, 'gen_ai.usage.output_text_tokens'),
    completionAudioTokens: number(ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS, 'gen_ai.usage.output_audio_tokens'),
    cachedTextTokens: number(ATTR_GEN_AI_USAGE_TEXT_CACHE_READ_INPUT_TOKENS),
    cachedAudioTokens: number(ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS),
    cachedImageTokens: number(ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS),
  };
}

function firstNumber(
  attributes: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): number | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'number') return value;
  }
  return undefined;
}

function firstText(
  attributes: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): string | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'string') return value;
  }
  return undefined;
}
