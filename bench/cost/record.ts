import { writeFileSync } from 'node:fs';
import type { GenaiPriceResult } from '../../src/cost/genai-prices.js';
import { createPriceTable } from '../../src/cost/price-table.js';
import { GENAI_CASES } from '../../test/cost/genai-cases.js';
import { loadGenaiPrices } from './peers.js';

// Records what @pydantic/genai-prices answers to the cases of test/cost/genai-cases.ts.
const real = await loadGenaiPrices();
const recorded: Record<string, GenaiPriceResult | null | string> = {};
const recorder = {
  calcPrice(...[usage, model, options]: Parameters<typeof real.calcPrice>): GenaiPriceResult | null {
    const key = [options?.providerId, model, options?.timestamp?.toISOString().slice(0, 10)].join(' ');
    const answer = real.calcPrice(usage, model, options);
    recorded[key] =
      answer === null
        ? null
        : {
            provider: { id: answer.provider.id },
            model: { id: answer.model.id, match: answer.model.match },
            model_price: answer.model_price,
          };
    return answer;
  },
};
const table = createPriceTable({ llm: recorder });
for (const { usage, at } of GENAI_CASES) table.estimate(usage, new Date(at ?? '2026-11-24T12:00:00Z'));
const file = new URL('../../test/fixtures/cost/genai-prices.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(recorded, undefined, 1)}\n`);
