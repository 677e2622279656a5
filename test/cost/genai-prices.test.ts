import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { GenaiPriceResult, GenaiPrices } from '../../src/cost/genai-prices.js';
import { createPriceTable } from '../../src/cost/price-table.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';
import { evaluate, nearestDouble } from './fraction.js';
import { GENAI_CASES } from './genai-cases.js';

const file = new URL('../fixtures/cost/genai-prices.json', import.meta.url);
const recorded: Record<string, GenaiPriceResult | null> = JSON.parse(readFileSync(file, 'utf8'));

/** `@pydantic/genai-prices` 0.1.8 as recorded by `bench/cost/record.ts`. */
const recording: GenaiPrices = {
  calcPrice(_usage, model, options) {
    const key = [options?.providerId, model, options?.timestamp?.toISOString().slice(0, 10)].join(' ');
    const answer = recorded[key];
    if (answer === undefined) throw new Error(`not recorded: ${key}`);
    return answer;
  },
};
const DAY = '2026-11-24T12:00:00Z';

afterEach(() => {
  vi.restoreAllMocks();
  resetWarnings();
});

describe('language models priced by @pydantic/genai-prices', () => {
  const table = createPriceTable({ llm: recording });

  it.each(GENAI_CASES.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const result = table.estimate(one.usage, new Date(one.at ?? DAY));
    expect(warn).not.toHaveBeenCalled();
    if (one.missing !== undefined) {
      expect(result).toEqual({ missing: one.missing, detail: expect.any(String) });
      return;
    }
    expect(result).toMatchObject({
      amount: nearestDouble(evaluate(one.arithmetic ?? '')),
      source: 'price_table',
      estimated: false,
    });
    // Its prices carry no date; ours would.
    expect(result).not.toHaveProperty('priceDate');
    if (one.provider !== undefined) expect(result).toMatchObject({ provider: one.provider });
    if (one.model !== undefined) expect(result).toMatchObject({ model: one.model });
  });

  it('stands behind the overrides of the user', () => {
    const discounted = createPriceTable({
      llm: recording,
      overrides: [{ provider: 'openai', discount: 0.5 }],
    });
    const usage = {
      kind: 'llm',
      provider: 'openai',
      model: 'gpt-4.1-mini',
      promptTokens: 420,
      completionTokens: 80,
    } as const;
    expect(discounted.estimate(usage, new Date(DAY))).toMatchObject({
      amount: 0.000148,
      source: 'user_table',
    });
  });

  it('is not asked for other stages', () => {
    const calcPrice = vi.fn(() => null);
    createPriceTable({ llm: { calcPrice } }).estimate({
      kind: 'stt',
      provider: 'openai',
      model: 'whisper-1',
      audioDurationMs: 1000,
    });
    expect(calcPrice).not.toHaveBeenCalled();
  });
});

describe('a module that fails', () => {
  const usage = {
    kind: 'llm',
    provider: 'openai',
    model: 'gpt-4.1-mini',
    promptTokens: 420,
    completionTokens: 80,
  } as const;
  const ours = { amount: 0.000296, priceDate: '2026-09-23' };
  const answer = (model_price: GenaiPriceResult['model_price'], model = 'gpt-4.1-mini'): GenaiPrices => ({
    calcPrice: () => ({
      provider: { id: 'openai' },
      model: { id: model, match: { equals: model } },
      model_price,
    }),
  });

  it.each<[string, GenaiPrices]>([
    [
      'throws',
      {
        calcPrice() {
          throw new RangeError('no');
        },
      },
    ],
    ['knows nothing', { calcPrice: () => null }],
    ['answers with no prices', answer({})],
    ['answers with prices of zero', answer({ input_mtok: 0, output_mtok: 0 })],
    ['answers with a price that is none', answer({ input_mtok: Number.NaN })],
    ['answers with a negative price', answer({ input_mtok: -1 })],
    ['answers with a charge for each request', answer({ input_mtok: 1, requests_kcount: 5 })],
    ['answers with another model', answer({ input_mtok: 1 }, 'gpt-4.1')],
  ])('%s: our own row is taken', (_name, llm) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(createPriceTable({ llm }).estimate(usage, new Date(DAY))).toMatchObject(ours);
  });

  it('is refused at once where it is none', () => {
    // @ts-expect-error not the module
    expect(() => createPriceTable({ llm: {} })).toThrow("llm must be the module '@pydantic/genai-prices'");
  });
});
