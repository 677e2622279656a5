import type { LlmPayload } from '../../../conversation/payloads.js';
import type { AttributeReader } from '../attribute-reader.js';

/** Providers whose `input_tokens` Pipecat gives without what was read from or written to the cache. */
const NET_INPUT: ReadonlySet<string> = new Set(['anthropic', 'aws.bedrock']);

/**
 * Tokens of a native span. Keys after the first are older names: until 0.0.106 `…cache_read_input_tokens`, until
 * 1.5 `gen_ai.usage.reasoning_tokens` and, of speech-to-speech models, `tokens.prompt` and `tokens.completion`.
 */
export function llmUsage(read: AttributeReader, provider: string | undefined): LlmPayload {
  const cached = read.number('gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens');
  const written = read.number(
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
  );
  const input = read.number('gen_ai.usage.input_tokens', 'tokens.prompt');
  const net = provider !== undefined && NET_INPUT.has(provider);
  read.drop('tokens.total');
  return given({
    promptTokens: input !== undefined && net ? input + (cached ?? 0) + (written ?? 0) : input,
    completionTokens: read.number('gen_ai.usage.output_tokens', 'tokens.completion'),
    cachedTokens: cached,
    cacheWriteTokens: written,
    reasoningTokens: read.number('gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens'),
    promptAudioTokens: read.number('gen_ai.usage.audio.input_tokens'),
    completionAudioTokens: read.number('gen_ai.usage.audio.output_tokens'),
    cachedAudioTokens: read.number('gen_ai.usage.audio.cache_read.input_tokens'),
  });
}

/** The fields that have a value. */
function given(fields: Readonly<Record<string, number | undefined>>): LlmPayload {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
