// Builds dist/: ES modules for the entries of package.json, and the declarations of tsc.
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { buildViewer } from './viewer/build.mjs';

const require = createRequire(import.meta.url);
const { exports, bin } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = [...Object.values(exports).map((target) => target.default), ...Object.values(bin)].flatMap(
  (file) => file?.match(/^\.\/dist\/(.+)\.js$/)?.[1] ?? [],
);
entries.push('viewer/server/scan/scan-worker'); // the program of a thread: a file of its own, and no export
// What an application has anyway is shared with it; what only the command needs is bundled into it.
const external = [
  /^node:/,
  /^@opentelemetry\//,
  /^@livekit\//,
  /^@pydantic\//,
  /^@aws-sdk\//,
  '@evan/opus',
  'mediabunny',
];

/** Of packages that come without theirs. */
const LICENCES_KEPT_HERE = { '@bufbuild/protobuf': 'scripts/proto/LICENSE-bufbuild-protobuf.txt' };

const main = await modulesOf(resolve('src/index.ts'));
// A page that observes RTVI messages needs no masking and no prices.
const page = await modulesOf(resolve('src/instrumentation/rtvi/observe.ts'));
rmSync('dist', { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
  external,
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'] },
  transform: { target: 'es2022' },
});
const { output } = await bundle.write({
  dir: 'dist',
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // A file costs an import about a millisecond: what the main entry needs lies in as few as pages allow.
  codeSplitting: {
    groups: [
      { name: 'conversation', test: (id) => main.has(id) && page.has(id), priority: 2 },
      { name: 'voice-otel', test: (id) => main.has(id), priority: 1 },
    ],
  },
  // What Node has to read takes most of an import's time. Names that stand in stack traces stay, and src/ is in the
  // package.
  minify: {
    compress: { keepNames: { function: true, class: true } },
    mangle: { toplevel: true, keepNames: true },
    codegen: { removeWhitespace: true },
  },
  sourcemap: true,
  sourcemapExcludeSources: true,
});
await bundle.close();
for (const file of Object.values(bin)) chmodSync(file, 0o755);
const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
const viewer = await buildViewer('dist/viewer');
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licences([...modules, ...viewer.modules]));
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });

/** The modules that an entry needs at once. */
async function modulesOf(input) {
  const graph = await rolldown({ input, external });
  const { output } = await graph.generate();
  await graph.close();
  return new Set(output[0].moduleIds);
}

/** The licences of the packages that were bundled. */
function licences(inputs) {
  const folders = new Set(
    inputs.flatMap((input) => input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0] ?? []),
  );
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      const path = file === undefined ? LICENCES_KEPT_HERE[name] : join(folder, file);
      if (path === undefined) throw new Error(`${name} is bundled, but has no licence file`);
      return `${name} ${version}\n\n${readFileSync(path, 'utf8').trim()}\n`;
    })
    .join('\n---\n\n');
}
