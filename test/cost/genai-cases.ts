import type { CostUsage } from '../../src/cost/types.js';

/** What the adapter of `@pydantic/genai-prices` is tested with; `bench/cost/record.ts` records its answers. */
export interface GenaiCase {
  name: string;
  usage: CostUsage;
  at?: string;
  /** Worked out from the prices that the package has. */
  arithmetic?: string;
  missing?: string;
  /** Canonical ids of the answer. */
  model?: string;
  provider?: string;
}

const llm = (
  provider: string | undefined,
  model: string,
  promptTokens: number,
  completionTokens: number,
) => ({
  kind: 'llm' as const,
  provider,
  model,
  promptTokens,
  completionTokens,
});

export const GENAI_CASES: readonly GenaiCase[] = [
  {
    name: 'a model with its provider',
    usage: llm('openai', 'gpt-4.1-mini', 420, 80),
    arithmetic: '420 * 0.4 / 1000000 + 80 * 1.6 / 1000000',
    provider: 'openai',
    model: 'gpt-4.1-mini',
  },
  {
    name: 'provider/model, for which the package itself answers null',
    usage: llm(undefined, 'openai/gpt-4.1-mini', 420, 80),
    arithmetic: '420 * 0.4 / 1000000 + 80 * 1.6 / 1000000',
  },
  {
    name: 'a dated snapshot that it knows by the beginning of its name',
    usage: llm('anthropic', 'claude-haiku-4-5-20251001', 1000, 100),
    arithmetic: '1000 * 1 / 1000000 + 100 * 5 / 1000000',
  },
  {
    name: 'cached and audio tokens',
    usage: {
      ...llm('openai', 'gpt-realtime', 10_000, 600),
      promptAudioTokens: 7000,
      completionAudioTokens: 500,
      cachedTokens: 8000,
      cachedTextTokens: 2000,
      cachedAudioTokens: 6000,
    },
    arithmetic:
      '1000 * 4 / 1000000 + 2000 * 0.4 / 1000000 + 1000 * 32 / 1000000 + 6000 * 0.4 / 1000000 + 100 * 16 / 1000000 + 500 * 64 / 1000000',
  },
  {
    name: 'a tier',
    usage: llm('openai', 'gpt-5.4', 300_000, 1000),
    arithmetic: '300000 * 5 / 1000000 + 1000 * 22.5 / 1000000',
  },
  {
    name: 'the price of the day: the last of 2026',
    usage: llm('google', 'gemini-3.8-flash', 1000, 100),
    at: '2026-12-31T12:00:00Z',
    arithmetic: '1000 * 0.75 / 1000000 + 100 * 3.75 / 1000000',
  },
  {
    name: 'the price of the day: the first of 2027',
    usage: llm('google', 'gemini-3.8-flash', 1000, 100),
    at: '2027-01-01T12:00:00Z',
    arithmetic: '1000 * 1.5 / 1000000 + 100 * 7.5 / 1000000',
  },
  {
    name: 'a provider that our own table lacks',
    usage: llm('deepseek', 'deepseek-v3.2-exp', 1000, 100),
    arithmetic: '1000 * 0.27 / 1000000 + 100 * 0.41 / 1000000',
    provider: 'deepseek',
    model: 'deepseek-v3.2-exp',
  },
  {
    name: 'a provider of ours under its own name',
    usage: llm('x_ai', 'grok-3', 1000, 100),
    arithmetic: '1000 * 3 / 1000000 + 100 * 15 / 1000000',
    provider: 'x_ai',
  },
  {
    name: 'a synthesiser that it prices as the model whose name it begins with',
    usage: llm('google', 'gemini-3.8-flash-tts', 1000, 100),
    missing: 'unknown_model',
  },
  {
    name: 'a model that nobody knows',
    usage: llm('openai', 'gpt-unheard-of', 1000, 100),
    missing: 'unknown_model',
  },
  {
    name: 'a model without prices, for which it answers 0',
    usage: llm('mistral', 'devstral-small:free', 1000, 100),
    missing: 'unknown_model',
  },
  {
    name: 'a provider whose name only contains a known one',
    usage: llm('my-openai-proxy', 'gpt-4.1-mini', 1000, 100),
    missing: 'unknown_provider',
  },
  {
    name: 'a deployment named like a model',
    usage: llm('azure', 'gpt-4', 1000, 100),
    missing: 'unknown_model',
  },
  {
    name: 'cached above input, for which it throws',
    usage: { ...llm('openai', 'gpt-4.1-mini', 100, 10), cachedTokens: 101 },
    missing: 'invalid_usage',
  },
];
