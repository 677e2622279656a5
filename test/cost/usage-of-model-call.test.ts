import { describe, expect, it } from 'vitest';
import { usageOfModelCall } from '../../src/cost/usage-of-model-call.js';

function told(attributes: Record<string, unknown>): Record<string, unknown> | undefined {
  const usage = usageOfModelCall(attributes);
  return usage && Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));
}

describe('usageOfModelCall', () => {
  it('reads the GenAI conventions of today', () => {
    expect(
      told({
        'gen_ai.operation.name': 'generate_content',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-realtime',
        'gen_ai.response.model': 'gpt-realtime-2025-08-28',
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 600,
        'gen_ai.usage.cache_read.input_tokens': 400,
        'gen_ai.usage.cache_write.input_tokens': 50,
        'gen_ai.usage.reasoning.output_tokens': 5,
        'gen_ai.usage.text.input_tokens': 300,
        'gen_ai.usage.audio.input_tokens': 700,
        'gen_ai.usage.text.output_tokens': 100,
        'gen_ai.usage.audio.output_tokens': 500,
        'gen_ai.usage.text.cache_read.input_tokens': 100,
        'gen_ai.usage.audio.cache_read.input_tokens': 300,
      }),
    ).toEqual({
      kind: 'llm',
      provider: 'openai',
      model: 'gpt-realtime',
      responseModel: 'gpt-realtime-2025-08-28',
      promptTokens: 1000,
      completionTokens: 600,
      cachedTokens: 400,
      cacheWriteTokens: 50,
      reasoningTokens: 5,
      promptTextTokens: 300,
      promptAudioTokens: 700,
      completionTextTokens: 100,
      completionAudioTokens: 500,
      cachedTextTokens: 100,
      cachedAudioTokens: 300,
    });
  });

  it('reads earlier spellings, and LiveKit’s second set', () => {
    expect(
      told({
        'gen_ai.system': 'anthropic',
        'gen_ai.request.model': 'claude-haiku-4-5',
        'gen_ai.usage.prompt_tokens': 10,
        'gen_ai.usage.completion_tokens': 20,
        'gen_ai.usage.cache_read_input_tokens': 3,
        'gen_ai.usage.cache_creation_input_tokens': 4,
      }),
    ).toEqual({
      kind: 'llm',
      provider: 'anthropic',
      model: 'claude-haiku-4-5',
      promptTokens: 10,
      completionTokens: 20,
      cachedTokens: 3,
      cacheWriteTokens: 4,
    });
    expect(
      told({
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.input_cached_tokens': 3,
        'gen_ai.usage.input_text_tokens': 4,
        'gen_ai.usage.input_audio_tokens': 6,
        'gen_ai.usage.output_text_tokens': 1,
        'gen_ai.usage.output_audio_tokens': 2,
        'gen_ai.usage.reasoning_tokens': 1,
      }),
    ).toMatchObject({ cachedTokens: 3, promptTextTokens: 4, promptAudioTokens: 6, completionAudioTokens: 2 });
  });

  it.each([
    ['no tokens', { 'gen_ai.request.model': 'gpt-4.1-mini' }],
    ['tokens under ai.usage only, the sum of the calls inside', { 'ai.usage.inputTokens': 880 }],
    ['embeddings', { 'gen_ai.operation.name': 'embeddings', 'gen_ai.usage.input_tokens': 5 }],
    ['an agent', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 5 }],
    ['tokens that are no numbers', { 'gen_ai.usage.input_tokens': '5' }],
  ])('finds no call in a span with %s', (_name, attributes) => {
    expect(usageOfModelCall(attributes)).toBeUndefined();
  });
});
