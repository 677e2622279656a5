import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Provider } from '../../src/cost/providers.js';
import type { ModelRow, ServiceRow } from '../../src/cost/rows.js';

const DATA = new URL('../../src/cost/data/', import.meta.url);

/** Tables of models, by file name. */
export const MODEL_TABLES = ['stt', 'llm', 'tts'] as const;

export function dataPath(file: string): string {
  return fileURLToPath(new URL(file, DATA));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(dataPath(file), 'utf8'));
}

/** The rows of a model table as the data has them; `test/cost/data.test.ts` holds them against the schema. */
export function readModels(table: (typeof MODEL_TABLES)[number]): ModelRow[] {
  return (read(`${table}.json`) as { models: ModelRow[] }).models;
}

export function readServices(): ServiceRow[] {
  return (read('infrastructure.json') as { services: ServiceRow[] }).services;
}

export function readProviders(): Provider[] {
  return (read('providers.json') as { providers: Provider[] }).providers;
}
