import type { GenaiPrices } from '../../src/cost/genai-prices.js';

/** `@pydantic/genai-prices`, of which the bench also reads the total. */
export interface GenaiPricesModule extends GenaiPrices {
  calcPrice(
    usage: { [unit: string]: number | undefined },
    modelId: string,
    options?: { providerId?: string; timestamp?: Date },
  ): (NonNullable<ReturnType<GenaiPrices['calcPrice']>> & { total_price: number }) | null;
}

/** What the bench uses of `pricetoken`: it throws for a model that it does not know. */
export interface PricetokenModule {
  calculateSttModelCost(model: string, seconds: number): { totalCost: number };
  calculateTtsModelCost(model: string, characters: number): { totalCost: number };
  calculateModelCost(model: string, inputTokens: number, outputTokens: number): { totalCost: number };
}

const INSTALL = 'npm install --prefix bench/cost/peers';

async function load(path: string): Promise<unknown> {
  try {
    return await import(new URL(`./peers/node_modules/${path}`, import.meta.url).href);
  } catch (error) {
    throw new Error(`the other price tables are not installed; run: ${INSTALL}`, { cause: error });
  }
}

export async function loadGenaiPrices(): Promise<GenaiPricesModule> {
  return (await load('@pydantic/genai-prices/dist/index.js')) as GenaiPricesModule;
}

export async function loadPricetoken(): Promise<PricetokenModule> {
  return (await load('pricetoken/dist/index.mjs')) as PricetokenModule;
}
