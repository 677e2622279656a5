import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { disagrees, ownPrice } from '../../scripts/prices/findings.js';
import { renderTables } from '../../scripts/prices/render.js';
import {
  dataPath,
  MODEL_TABLES,
  readModels,
  readProviders,
  readServices,
} from '../../scripts/prices/tables.js';
import { modelRows } from '../../src/cost/catalogue.js';
import { services } from '../../src/cost/infrastructure.js';
import { providers, resolveProvider } from '../../src/cost/providers.js';
import { compilePrice, type ModelRow, type PriceRow } from '../../src/cost/rows.js';

function json(file: string): unknown {
  return JSON.parse(readFileSync(dataPath(file), 'utf8'));
}

function schema(file: string): object {
  return json(file) as object;
}

const entries: { name: string; prices: readonly PriceRow[]; provider: string }[] = [
  ...MODEL_TABLES.flatMap((table) =>
    readModels(table).map(({ provider, model, prices }) => ({
      name: `${table} ${provider}/${model}`,
      provider,
      prices,
    })),
  ),
  ...readServices().map(({ provider, service, prices }) => ({
    name: `service ${provider}/${service}`,
    provider,
    prices,
  })),
];

describe('the price tables', () => {
  const ajv = new Ajv2020({ allErrors: true, validateFormats: false });

  it.each(['stt.json', 'llm.json', 'tts.json', 'infrastructure.json'])('%s follows the schema', (file) => {
    const validate = ajv.compile(schema('schema.json'));
    validate(json(file));
    expect(validate.errors).toBeNull();
  });

  it('providers.json follows its schema', () => {
    const validate = ajv.compile(schema('providers.schema.json'));
    validate(json('providers.json'));
    expect(validate.errors).toBeNull();
  });

  it('refuses a row that is wrong', () => {
    const validate = ajv.compile(schema('schema.json'));
    const [row] = readModels('stt');
    expect(validate({ models: [{ ...row, prices: [] }] })).toBe(false);
    expect(validate({ models: [{ ...row, model: 'Upper Case' }] })).toBe(false);
    const [price] = row?.prices ?? [];
    expect(
      validate({
        models: [{ ...row, prices: [{ ...price, rates: [{ unit: 'character', per: 1, price: '1e-5' }] }] }],
      }),
    ).toBe(false);
  });

  it('are what the package ships', () => {
    expect(readFileSync(dataPath('generated.ts'), 'utf8')).toBe(renderTables());
  });

  it('are unpacked to the rows of the JSON, but for readings, sources and notes', () => {
    const shipped = <Row extends { prices: readonly PriceRow[] }>(rows: readonly Row[]) =>
      rows.map((row) => ({
        ...row,
        prices: row.prices.map(({ readings: _readings, source: _source, note: _note, ...price }) => price),
      }));
    for (const table of MODEL_TABLES) {
      const unpacked = modelRows(table).map((row) => ({ ...row, prices: row.prices }));
      expect(unpacked).toStrictEqual(shipped(readModels(table)));
    }
    expect(services()).toStrictEqual(shipped(readServices()));
    expect(providers()).toStrictEqual(readProviders());
  });

  it('cover what was asked: 50 recognisers and 50 synthesisers of 20 providers', () => {
    const stt = readModels('stt');
    const tts = readModels('tts');
    const direct = (rows: readonly ModelRow[]) => rows.filter((row) => row.provider !== 'livekit');
    expect(direct(stt).length).toBeGreaterThanOrEqual(50);
    expect(direct(tts).length).toBeGreaterThanOrEqual(50);
    expect(new Set(direct([...stt, ...tts]).map((row) => row.provider)).size).toBeGreaterThanOrEqual(20);
  });

  it.each(entries)(
    '$name: every row compiles, for the day and mode and plan one price',
    ({ name, prices }) => {
      const compiled = prices.map((price) => compilePrice(price, name));
      for (const [index, a] of compiled.entries()) {
        expect(a.from, name).toBeLessThan(a.to);
        for (const b of compiled.slice(index + 1)) {
          const same = (a.mode ?? b.mode) === (b.mode ?? a.mode) && a.plan === b.plan;
          const overlap = a.from < b.to && b.from < a.to;
          expect(same && overlap, `${name} has two prices for one day`).toBe(false);
        }
      }
    },
  );

  it.each(entries)('$name: confidence and date are those of its readings', ({ name, prices, provider }) => {
    expect(resolveProvider(provider)?.id, name).toBe(provider);
    for (const price of prices) {
      const agreeing = (price.readings ?? []).filter((reading) => !disagrees(price, reading));
      const independent = new Set(agreeing.map((reading) => reading.by));
      if (price.confidence === 'a') {
        expect(independent.size >= 2 || independent.has('vendor page'), `${name} claims confidence a`).toBe(
          true,
        );
      }
      if (price.confidence !== 'c') {
        expect(
          agreeing.length,
          `${name} has no reading of ${JSON.stringify(ownPrice(price))}`,
        ).toBeGreaterThan(0);
        expect(price.verified, name).toBe(
          agreeing
            .map((reading) => reading.date)
            .sort()
            .at(-1),
        );
      }
      expect(Date.parse(price.verified)).toBeLessThanOrEqual(Date.parse('2026-11-24'));
    }
  });

  it.each(MODEL_TABLES)('%s: no name of a provider means two models', (table) => {
    const names = new Map<string, string>();
    for (const { provider, model, aliases = [], prefixes = [], suffixes = [] } of readModels(table)) {
      for (const name of [
        model,
        ...aliases,
        ...prefixes.map((p) => `${p}*`),
        ...suffixes.map((s) => `*${s}`),
      ]) {
        const key = `${provider}/${name}`;
        expect(names.get(key), `${key} of ${model}`).toBeUndefined();
        names.set(key, model);
      }
    }
  });

  it.each(MODEL_TABLES)('%s: an ending is only looked at where the provider is known', (table) => {
    for (const row of readModels(table)) {
      if (row.suffixes !== undefined) expect(row.providerRequired, row.model).toBe(true);
    }
  });

  it.each(MODEL_TABLES)('%s: a provider has at most one usual model', (table) => {
    const usual = readModels(table)
      .filter((row) => row.usual === true)
      .map((row) => row.provider);
    expect(usual).toHaveLength(new Set(usual).size);
  });
});

describe('the providers', () => {
  it('have no name or host that means two of them', () => {
    const names = new Map<string, string>();
    for (const provider of providers()) {
      const squashed = [provider.id, provider.name, ...provider.aliases].map((name) =>
        name.toLowerCase().replace(/[^a-z0-9]/g, ''),
      );
      for (const name of [...new Set(squashed), ...provider.hosts]) {
        expect(names.get(name), `${name} of ${provider.id}`).toBeUndefined();
        names.set(name, provider.id);
      }
    }
  });
});
