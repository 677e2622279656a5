import * as upstreamPackage from '@opentelemetry/semantic-conventions/incubating';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { check } from '../../scripts/semconv/generate.js';
import { load } from '../../scripts/semconv/load.js';
import { COMMITTED } from './sources.js';

const upstream = load(COMMITTED).registry?.upstream;
const constants = new Map<string, unknown>(Object.entries(upstreamPackage));
const constant = (key: string): string => key.toUpperCase().replaceAll(/[._]+/g, '_');

function packageValues(key: string): unknown[] {
  const prefix = `${constant(key)}_VALUE_`;
  return [...constants].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);
}

test('the package version that upstream.yaml names is the dev dependency', () => {
  const wanted = upstream?.checked_against;
  expect(wanted?.package).toBe('@opentelemetry/semantic-conventions');
  expect(wanted?.version).toBe(packageJson.devDependencies['@opentelemetry/semantic-conventions']);
});

test('every key has the name that upstream gives it, or is listed as newer', () => {
  const rows = upstream?.attributes ?? [];
  expect(rows.length).toBeGreaterThan(40);
  for (const { key, newer } of rows) {
    expect([key, constants.get(`ATTR_${constant(key)}`)]).toEqual([key, newer === true ? undefined : key]);
  }
});

test('every value is one of upstream, or is listed as newer', () => {
  for (const { key, values = [], newer_values = [], newer } of upstream?.attributes ?? []) {
    if (newer === true) continue;
    const known = packageValues(key);
    expect([key, values.filter((value) => !known.includes(value))]).toEqual([key, newer_values]);
  }
});

test('custom values are none of upstream', () => {
  for (const { key, values = [], custom_values = [] } of upstream?.attributes ?? []) {
    const known = [...packageValues(key), ...values];
    expect([key, custom_values.filter((value) => known.includes(value))]).toEqual([key, []]);
  }
});

test('we define no upstream key', () => {
  const own = check(COMMITTED).resolved?.registry.attributes ?? [];
  expect(own.filter((attribute) => [...constants.values()].includes(attribute.key))).toEqual([]);
});
