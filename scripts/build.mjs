// Builds dist/: one ES module per entry with shared chunks (few files load fast), and the declarations of tsc.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const entryPoints = [
  'src/index.ts',
  'src/node.ts',
  'src/testing/index.ts',
  'src/presets/livekit.ts',
  'src/cli/main.ts',
].filter((entry) => existsSync(entry));

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  packages: 'external',
  external: ['node:*'],
  // Comments and blanks are a third of what Node has to read; names stay, and src/ is in the package.
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
});
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755);
execFileSync(
  process.execPath,
  [
    require.resolve('typescript/package.json').replace('package.json', 'bin/tsc'),
    '-p',
    'tsconfig.build.json',
  ],
  {
    stdio: 'inherit',
  },
);
