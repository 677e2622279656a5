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

/** A line with one column for each table, as wide as the widest name. */
function line(label: string, cells: readonly (string | number)[]): void {
  console.log(`  ${label.padEnd(34)}${cells.map((cell) => String(cell).padStart(24)).join('')}`);
}

function coverage(tables: readonly TableUnderTest[]): void {
  line(
    'models with a price',
    tables.map((table) => table.name),
  );
  for (const kind of ['stt', 'tts', 'llm'] as const) {
    const models = MODELS.filter(([of]) => of === kind).flatMap(([, provider, names]) =>
      names.map((model) => ({ provider, model })),
    );
    const priced = (table: TableUnderTest) =>
      models.filter(
        ({ provider, model }) =>
          table.price({ ...USAGE[kind], ...tokens(model), provider, model }, DAY) !== undefined,
      ).length;
    line(`${kind}, of ${models.length} in the fact file`, tables.map(priced));
  }
}

/** Models that are priced by tokens are asked by tokens, those that speak by tokens of text and of audio. */
function tokens(model: string): Partial<CostUsage> {
  if (/realtime|live|native-audio|sonic/.test(model))
    return { promptAudioTokens: 800, completionAudioTokens: 80 };
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
  const results = tables.map((table) => {
    const asked = cases.filter((one) => table.canExpress(one.usage));
    const answers = asked.map((one) => ({
      expected: one.amount === undefined ? undefined : Number(one.amount),
      got: table.price(one.usage, new Date(one.at ?? DAY)),
    }));
    const count = (test: (answer: { expected: number | undefined; got: number | undefined }) => boolean) =>
      answers.filter(test).length;
    return {
      asked: asked.length,
      right: count(({ expected, got }) => same(expected, got)),
      blank: count(({ expected, got }) => expected !== undefined && expected !== 0 && got === undefined),
      wrong: count(({ expected, got }) => got !== undefined && !same(expected, got)),
    };
  });
  console.log(`\n  of ${cases.length} golden cases without options of ours`);
  line(
    'can be asked',
    results.map(({ asked }) => asked),
  );
  line(
    'right',
    results.map(({ right }) => right),
  );
  line(
    'no price',
    results.map(({ blank }) => blank),
  );
  line(
    'wrong price',
    results.map(({ wrong }) => wrong),
  );
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
  { kind: 'stt', provider: 'deepgram', model: 'nova-3', audioDurationMs: 2417.5 },
  { kind: 'tts', provider: 'cartesia', model: 'sonic-2', characters: 32 },
];
const ROUNDS = 15;
const LOOKUPS = 2000;

/** Rounds alternate between the tables, so that all meet the same machine; the median round counts. */
function speed(tables: readonly TableUnderTest[]): void {
  console.log(
    `\n  nanoseconds for a lookup once warm (median of ${ROUNDS} rounds of ${LOOKUPS}, tables in turn)`,
  );
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
    line(
      `${usage.provider}/${usage.model}`,
      tables.map((table, index) => {
        if (table.price(usage, DAY) === undefined) return 'no price';
        const nanoseconds = medians[index] ?? Number.NaN;
        return `${Math.round(nanoseconds)} (×${(nanoseconds / own).toFixed(1)})`;
      }),
    );
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
