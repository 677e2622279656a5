import { createPriceTable } from '../../src/cost/price-table.js';
import type { CostUsage } from '../../src/cost/types.js';
import { loadGenaiPrices, loadPricetoken } from './peers.js';

/** A price table under test: an amount in US dollars, undefined where it has none. Never throws. */
export interface TableUnderTest {
  readonly name: string;
  price(usage: CostUsage, at: Date): number | undefined;
  /** Whether the table has a way to be asked this at all. */
  canExpress(usage: CostUsage): boolean;
}

function ours(): TableUnderTest {
  const table = createPriceTable();
  return {
    name: 'voice-otel',
    price: (usage, at) => table.estimate(usage, at).amount,
    canExpress: () => true,
  };
}

const GENAI_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['xai', 'x-ai'],
  ['x_ai', 'x-ai'],
]);

async function genaiPrices(): Promise<TableUnderTest> {
  const module = await loadGenaiPrices();
  return {
    name: '@pydantic/genai-prices',
    price(usage, at) {
      const providerId =
        usage.provider === undefined ? undefined : (GENAI_PROVIDERS.get(usage.provider) ?? usage.provider);
      try {
        const answer = module.calcPrice(genaiUsage(usage), usage.model ?? '', {
          ...(providerId === undefined ? {} : { providerId }),
          timestamp: at,
        });
        // A zero is its word for "nothing that I price by".
        return answer === null || answer.total_price === 0 ? undefined : answer.total_price;
      } catch {
        return undefined;
      }
    },
    canExpress: (usage) =>
      usage.costUsd === undefined &&
      usage.plan === undefined &&
      usage.mode === undefined &&
      usage.characters === undefined &&
      usage.sessionDurationMs === undefined &&
      usage.responseModel === undefined &&
      usage.voiceId === undefined &&
      usage.language === undefined,
  };
}

function genaiUsage(usage: CostUsage): { [unit: string]: number | undefined } {
  const seconds = usage.audioDurationMs === undefined ? undefined : usage.audioDurationMs / 1000;
  return {
    input_tokens: usage.promptTokens,
    output_tokens: usage.completionTokens,
    cache_read_tokens: usage.cachedTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    input_audio_tokens: usage.promptAudioTokens,
    output_audio_tokens: usage.completionAudioTokens,
    cache_audio_read_tokens: usage.cachedAudioTokens,
    input_image_tokens: usage.promptImageTokens,
    audio_seconds: usage.kind === 'stt' ? seconds : undefined,
    input_audio_seconds: usage.kind === 'stt' ? seconds : undefined,
    input_characters: usage.kind === 'tts' ? (usage.characters ?? usage.textInput?.length) : undefined,
  };
}

async function pricetoken(): Promise<TableUnderTest> {
  const module = await loadPricetoken();
  const attempt = (work: () => { totalCost: number }): number | undefined => {
    try {
      return work().totalCost;
    } catch {
      return undefined;
    }
  };
  return {
    name: 'pricetoken',
    price(usage) {
      const { kind, provider = '', model = '' } = usage;
      // Its ids are provider-model, or the model alone.
      for (const id of [`${provider}-${model}`, model].map((name) => name.replaceAll('_', '-'))) {
        const amount = attempt(() => {
          if (kind === 'stt')
            return module.calculateSttModelCost(id, (usage.audioDurationMs ?? Number.NaN) / 1000);
          if (kind === 'tts')
            return module.calculateTtsModelCost(
              id,
              usage.characters ?? usage.textInput?.length ?? Number.NaN,
            );
          return module.calculateModelCost(
            id,
            usage.promptTokens ?? Number.NaN,
            usage.completionTokens ?? Number.NaN,
          );
        });
        if (amount !== undefined && !Number.isNaN(amount)) return amount;
      }
      return undefined;
    },
    canExpress: (usage) =>
      usage.costUsd === undefined &&
      usage.plan === undefined &&
      usage.mode === undefined &&
      usage.sessionDurationMs === undefined &&
      usage.responseModel === undefined &&
      usage.voiceId === undefined &&
      usage.language === undefined &&
      usage.cachedTokens === undefined &&
      usage.cacheWriteTokens === undefined &&
      usage.promptAudioTokens === undefined &&
      usage.promptImageTokens === undefined &&
      usage.completionAudioTokens === undefined &&
      (usage.kind === 'llm' || usage.promptTokens === undefined),
  };
}

export async function tablesUnderTest(): Promise<TableUnderTest[]> {
  return [ours(), await genaiPrices(), await pricetoken()];
}
