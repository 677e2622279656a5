import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { resolveDeliveryOptions } from '../../src/delivery/options.js';
import { DETECTOR_NAMES } from '../../src/masking/types.js';
import {
  ATTRIBUTE_DEFINITIONS,
  METRIC_DEFINITIONS,
  SPAN_VOICE_AGENT_TURN,
  SPAN_VOICE_DIALOGUE_MANAGEMENT,
  SPAN_VOICE_NLU,
  SPAN_VOICE_SESSION,
  SPAN_VOICE_USER_TURN,
  SPAN_VOICE_VAD,
} from '../../src/semconv/generated.js';
import { blocksOf, DOCUMENTS, GUIDES, proseOf, ROOT, readDocument, where } from './documents.js';
import { runProgram } from './programs.js';

const VOCABULARY: ReadonlySet<string> = new Set([
  ...Object.keys(ATTRIBUTE_DEFINITIONS),
  ...Object.keys(METRIC_DEFINITIONS),
  SPAN_VOICE_SESSION,
  SPAN_VOICE_USER_TURN,
  SPAN_VOICE_AGENT_TURN,
  SPAN_VOICE_VAD,
  SPAN_VOICE_NLU,
  SPAN_VOICE_DIALOGUE_MANAGEMENT,
  // Keys of back ends that docs/cost.md shows how to add.
  'gen_ai.usage.cost',
  'gen_ai.cost.total_tokens',
]);

/** Names of the vocabulary in a text, `a.{b,c}` as `a.b` and `a.c`; those that end in `.*` or `.{…}` are rooms, not names. */
function namesIn(text: string): string[] {
  const found = text.match(/\b(?:voice|gen_ai)\.[a-z_0-9.]+(?:\{[a-z,_]+\}|\.?[*{])?/g) ?? [];
  return found
    .filter((name) => !/[*{]$/.test(name))
    .flatMap((name) => {
      const [, start, list] = /^(.*)\{(.*)\}$/.exec(name) ?? [];
      return list === undefined ? [name] : list.split(',').map((end) => `${start}${end}`);
    })
    .map((name) => name.replace(/\.$/, ''));
}

/** As GitHub makes them of headings. */
function anchorsOf(document: string): string[] {
  const headings = [...proseOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the text of README, docs and papers', () => {
  it.each(DOCUMENTS)('%s links to what exists', (document) => {
    for (const [, target = ''] of proseOf(document).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : normalize(join(dirname(document), path));
      expect(existsSync(`${ROOT}${file}`), `${document}: ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(file), `${document}: ${target}`).toContain(anchor);
    }
  });

  it.each(DOCUMENTS)('%s names keys, metrics and spans that there are', (document) => {
    const quoted = [...readDocument(document).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
    const shown = blocksOf(document).filter(({ marker }) => marker?.name === 'attributes');
    const names = [...quoted, ...shown.map(({ code }) => code)].flatMap(namesIn);
    expect(names.filter((name) => !VOCABULARY.has(name))).toEqual([]);
  });

  it('every other block has a marker that says what it is', () => {
    const known = ['attributes', 'drawing', 'example', 'not run', 'outline', 'output', 'run'];
    for (const block of GUIDES.flatMap(blocksOf)) {
      if (block.marker === undefined) expect(block.language, where(block)).toBe('sh');
      else expect(known, where(block)).toContain(block.marker.name);
    }
  });
});

describe('the README', () => {
  const readme = readDocument('README.md');

  it('shows what the timeline prints', async () => {
    const blocks = blocksOf('README.md').filter(({ marker }) => marker?.name === 'output');
    expect(blocks).toHaveLength(1);
    for (const { marker, code } of blocks) {
      const [command = '', file = ''] = (marker?.value ?? '').split(' ');
      const args = [command, `${ROOT}${file}`, '--no-color', '--width', '100'];
      const { stdout } = await runProgram(`${ROOT}src/cli/main.ts`, {
        args,
        folder: ROOT,
        environment: { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
      });
      // Left-out lines are shown as one line with an ellipsis.
      for (const part of code.split(/^…\n/m)) expect(stdout).toContain(part);
    }
  });

  it('has every environment variable of ours, and no other', () => {
    const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const inCode = sources.flatMap((file) =>
      [...readFileSync(`${ROOT}src/${file}`, 'utf8').matchAll(/'((?:VOICE_)?OTEL_[A-Z_]+)'/g)].map(
        ([, name]) => name,
      ),
    );
    const ofOurs = (names: (string | undefined)[]) =>
      [...new Set(names)].filter((name) => name?.startsWith('VOICE_OTEL_')).sort();
    expect(ofOurs(readme.match(/VOICE_OTEL_\w+/g) ?? [])).toEqual(ofOurs(inCode));
    for (const name of inCode) expect(readme).toContain(`\`${name}\``);
  });

  it('has every optional peer, and the package has no other dependency', () => {
    const peers = Object.keys(manifest.peerDependencies);
    for (const name of peers) expect(readme).toContain(`\`${name}\``);
    const optional = Object.entries(manifest.peerDependenciesMeta).filter(([, { optional }]) => optional);
    expect(optional.map(([name]) => name)).toEqual(peers.filter((name) => name !== '@opentelemetry/api'));
    expect(manifest).not.toHaveProperty('dependencies');
  });

  it('names the versions that package.json asks for', () => {
    expect(manifest.engines.node).toBe('>=20.19');
    expect(manifest.peerDependencies['@opentelemetry/api']).toBe('>=1.9.0 <1.11.0');
    expect(manifest.peerDependencies['@livekit/agents']).toBe('^1.8.0');
    expect(manifest.license).toBe('Apache-2.0');
    expect(readDocument('README.md')).toContain(`${manifest.version}: public names may still change`);
  });
});

describe('CONTRIBUTING', () => {
  it('has every room with what the linter lets it import', () => {
    const rooms = new Map<string, string>();
    for (const [, names = '', imports = ''] of readDocument('CONTRIBUTING.md').matchAll(
      /^\| ((?:`\w+`(?:, )?)+) +\| [^|]+\| ([^|]+?) +\|$/gm,
    )) {
      for (const name of names.split(', ')) rooms.set(name.replaceAll('`', ''), imports);
    }
    const folders = readdirSync(`${ROOT}src`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...rooms.keys()].sort()).toEqual(folders.map(({ name }) => name).sort());
    const rules = [
      ...readFileSync(`${ROOT}biome.json`, 'utf8').matchAll(/src\/(\w+) may import only: ([^"(]+) \(/g),
    ].filter(([, room = '']) => rooms.has(room));
    expect(rules.length).toBeGreaterThan(10);
    for (const [, room = '', imports] of rules) expect(rooms.get(room), room).toBe(imports);
  });
});

describe('the docs', () => {
  it('have the defaults of delivery', () => {
    const { maxQueueBytes, ...counts } = resolveDeliveryOptions(undefined);
    const shown = Object.fromEntries(
      [...readDocument('docs/delivery.md').matchAll(/^\| `(\w+)` +\| ([^|]+?) +\|/gm)].map(
        ([, name, value]) => [name, value],
      ),
    );
    const spaced = (value: number) =>
      value < 10_000 ? String(value) : `${Math.floor(value / 1000)} ${String(value % 1000).padStart(3, '0')}`;
    expect(shown).toEqual({
      ...Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, spaced(value)])),
      maxQueueBytes: `${maxQueueBytes / 1024 / 1024} MiB`,
    });
  });

  it('have every detector of the masker', () => {
    const rows = [...readDocument('docs/masking.md').matchAll(/^\| `(\w+)` +\| (yes|no) /gm)];
    expect(rows.map(([, name]) => name)).toEqual([...DETECTOR_NAMES]);
  });

  it('have every metric with its unit and kind', () => {
    const rows = [...readDocument('docs/metrics.md').matchAll(/^\| `([\w.]+)` +\| (\w+) +\| `([^`]+)`/gm)];
    expect(rows.map(([, name, kind, unit]) => [name, kind, unit])).toEqual(
      Object.values(METRIC_DEFINITIONS).map(({ name, instrument, unit }) => [name, instrument, unit]),
    );
  });
});
