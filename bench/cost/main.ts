import { readFileSync } from 'node:fs';
import type { CostKind, CostUsage } from '../../src/cost/types.js';
import { MODELS } from './models.js';
import { type TableUnderTest, tablesUnderTest } from './tables.js';

// Our price table beside @pydantic/genai-prices and pricetoken, in one run: coverage over the models of the
// fact file, correctness on the golden cases that each can express, time for a lookup once warm.

const DAY = new Date('2026-11-24T12:00:00Z');
const USAGE: { readonly [Kind in CostKind]: CostUsage } = {
  stt: { kind: 'stt', audioDurationMs: 60_000 },
  tts: { kind: 'tts', characters: 1000, audioDurationMs: 60_000 },
  llm: { kind: 'llm', promptTokens: 1000, completionTokens: 100 },
};

function coverage(tables: readonly TableUnderTest[]): void {
  console.log('coverage: models of the fact file with a price');
  for (const kind of ['stt', 'tts', 'llm'] as const) {
    const models = MODELS.filter(([of]) => of === kind).flatMap(([, provider, names]) =>
      names.map((model) => ({ provider, model })),
    );
    const counts = tables.map((table) => {
      const priced = models.filter(
        ({ provider, model }) =>
          table.price({ ...USAGE[kind], ...tokens(model), provider, model }, DAY) !== undefined,
      );
      return `${table.name} ${priced.length}`;
    });
    console.log(`  ${kind}: ${models.length} models; ${counts.join(', ')}`);
  }
}

/** Models that are priced by tokens are asked by tokens. */
function tokens(model: string): Partial<CostUsage> {
  return /^(gpt-4o|gemini)/.test(model) ? { promptTokens: 1000, completionTokens: 100 } : {};
}

interface GoldenCase {
  name: string;
  usage: CostUsage;
  service?: boolean;
  table?: unknown;
  at?: string;
  amount?: string;
  missing?: string;
}

function correctness(tables: readonly TableUnderTest[]): void {
  const file = new URL('../../test/fixtures/cost/golden.json', import.meta.url);
  const cases = (JSON.parse(readFileSync(file, 'utf8')) as GoldenCase[]).filter(
    (one) => one.service !== true && one.table === undefined,
  );
  console.log(`correctness: ${cases.length} golden cases without options of ours`);
  for (const table of tables) {
    const expressible = cases.filter((one) => table.canExpress(one.usage));
    const results = expressible.map((one) => ({ one, got: table.price(one.usage, new Date(one.at ?? DAY)) }));
    const count = (test: (expected: number | undefined, got: number | undefined) => boolean) =>
      results.filter(({ one, got }) => test(one.amount === undefined ? undefined : Number(one.amount), got))
        .length;
    const right = count((expected, got) => same(expected, got));
    const blank = count((expected, got) => expected !== undefined && expected !== 0 && got === undefined);
    const wrong = count((expected, got) => got !== undefined && !same(expected, got));
    console.log(
      `  ${table.name}: can be asked ${expressible.length}; right ${right}, no price ${blank}, wrong price ${wrong}`,
    );
  }
}

function same(expected: number | undefined, got: number | undefined): boolean {
  if (expected === undefined || got === undefined) return expected === got;
  return Math.abs(expected - got) <= Math.abs(expected) * 1e-9;
}

const WARM_LOOKUPS: readonly CostUsage[] = [
  { kind: 'llm', provider: 'openai', model: 'gpt-4.1-mini', promptTokens: 420, completionTokens: 80 },
  {
    kind: 'llm',
    provider: 'openai',
    model: 'gpt-realtime',
    promptTokens: 1000,
    promptAudioTokens: 700,
    completionTokens: 600,
    completionAudioTokens: 500,
  },
  { kind: 'stt', provider: 'openai', model: 'whisper-1', audioDurationMs: 2400 },
];
const OURS_ONLY: readonly CostUsage[] = [
  { kind: 'stt', provider: 'deepgram', model: 'nova-3', audioDurationMs: 2417.5 },
  { kind: 'tts', provider: 'cartesia', model: 'sonic-2', characters: 32 },
];
const ROUNDS = 15;
const LOOKUPS = 2000;

/** Rounds alternate between the tables, so that all meet the same machine; the median round counts. */
function speed(tables: readonly TableUnderTest[]): void {
  console.log(`time for a lookup once warm (median of ${ROUNDS} rounds of ${LOOKUPS}, tables in turn)`);
  for (const usage of WARM_LOOKUPS) {
    const times = tables.map((): number[] => []);
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [index, table] of tables.entries()) {
        const time = timeOf(table, usage);
        if (round > 0) times[index]?.push(time);
      }
    }
    const medians = times.map(median);
    const [own = Number.NaN] = medians;
    const text = tables.map((table, index) => {
      if (table.price(usage, DAY) === undefined) return `${table.name} no price`;
      const nanoseconds = medians[index] ?? Number.NaN;
      return `${table.name} ${Math.round(nanoseconds)} ns (×${(nanoseconds / own).toFixed(1)})`;
    });
    console.log(`  ${usage.provider}/${usage.model}: ${text.join(', ')}`);
  }
  const [own] = tables;
  for (const usage of own === undefined ? [] : OURS_ONLY) {
    const times = Array.from({ length: ROUNDS }, () => (own === undefined ? Number.NaN : timeOf(own, usage)));
    console.log(`  ${usage.provider}/${usage.model}: ${own?.name} ${Math.round(median(times))} ns`);
  }
}

function timeOf(table: TableUnderTest, usage: CostUsage): number {
  const start = process.hrtime.bigint();
  let sum = 0;
  for (let lookup = 0; lookup < LOOKUPS; lookup += 1) sum += table.price(usage, DAY) ?? 0;
  const nanoseconds = Number(process.hrtime.bigint() - start);
  return sum < 0 ? Number.NaN : nanoseconds / LOOKUPS;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const tables = await tablesUnderTest();
coverage(tables);
correctness(tables);
speed(tables);
