import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { staleFiles } from '../../scripts/semconv/difference.js';
import { check, generate } from '../../scripts/semconv/generate.js';
import { COMMITTED, type Edit, edited, SEMCONV } from './sources.js';

const ROOT = join(SEMCONV, '..');
const committed = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function generatedFrom(sources: typeof COMMITTED): ReadonlyMap<string, string> {
  const { resolved, problems } = check(sources);
  if (resolved === undefined) throw new Error(problems.map((problem) => problem.message).join('\n'));
  return generate(resolved, packageJson.version);
}

test('the committed output is what the model yields', () => {
  const files = generatedFrom(COMMITTED);
  expect([...files.keys()]).toEqual([
    'src/semconv/generated.ts',
    'src/semconv/generated-spans.ts',
    'src/semconv/version.ts',
    'semconv/docs/voice.md',
  ]);
  expect(staleFiles(files, committed)).toEqual([]);
});

test('a change of the model shows in code and page, with the place', () => {
  const edit: Edit = {
    file: 'model/voice/stages.yaml',
    from: 'brief: The final transcript.',
    to: 'brief: The last transcript.',
  };
  const files = generatedFrom(edited(edit));
  const stale = staleFiles(files, committed);
  expect(stale.map((file) => file.path)).toEqual(['src/semconv/generated.ts', 'semconv/docs/voice.md']);
  expect(stale[0]?.reason).toMatch(
    /^differs from line \d+: committed "\* The final transcript\.", expected "\* The last transcript\."$/,
  );
});

test('missing and shortened files are told', () => {
  const files = new Map([['a', 'one\ntwo\n']]);
  expect(staleFiles(files, () => undefined)).toEqual([{ path: 'a', reason: 'is missing' }]);
  expect(staleFiles(files, () => 'one')).toEqual([
    { path: 'a', reason: 'differs from line 2: committed the end of the file, expected "two"' },
  ]);
  expect(staleFiles(files, () => 'one\ntwo\n\nthree')).toEqual([
    { path: 'a', reason: 'differs from line 4: committed "three", expected the end of the file' },
  ]);
});

test('the reference page names every attribute, span, event and metric', () => {
  const page = committed('semconv/docs/voice.md');
  const { resolved } = check(COMMITTED);
  const names = [
    ...(resolved?.attributes.map((attribute) => attribute.key) ?? []),
    ...(resolved?.spans.map((span) => span.definition.type) ?? []),
    ...(resolved?.events.map((event) => event.definition.name) ?? []),
    ...(resolved?.metrics.map((metric) => metric.definition.name) ?? []),
  ];
  expect(names.length).toBeGreaterThan(150);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('a bundle holds only the constants it uses', () => {
  const { outputFiles } = buildSync({
    stdin: {
      contents: "import { ATTR_VOICE_TURN_ID } from './generated.js'; console.log(ATTR_VOICE_TURN_ID);",
      resolveDir: join(ROOT, 'src/semconv'),
    },
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
  });
  expect(outputFiles[0]?.text.replace(/^.*?console/, 'console')).toMatch(/^console\.log\(\w+\);\s*$/);
  expect(outputFiles[0]?.text).toContain('voice.turn.id');
  expect(outputFiles[0]?.text).not.toContain('voice.turn.index');
});
