// npm run semconv: writes src/semconv/generated*.ts, src/semconv/version.ts and semconv/docs/ from semconv/.
// --check: writes nothing, exits 1 when what is committed differs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { staleFiles } from './difference.js';
import { check, generate } from './generate.js';
import { readSources } from './load.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version;
  }
  throw new Error('package.json has no version');
}

function committed(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

const { resolved, problems } = check(readSources(join(root, 'semconv')));
if (resolved === undefined) {
  for (const problem of problems) console.error(`${problem.where}: ${problem.message} [${problem.id}]`);
  console.error(`${problems.length} problem(s) in semconv/, nothing was generated`);
  process.exit(1);
}

const generated = generate(resolved, packageVersion());
const stale = staleFiles(generated, committed);
if (process.argv.includes('--check')) {
  for (const { path, reason } of stale) console.error(`${path} ${reason}`);
  if (stale.length > 0) {
    console.error(
      'The committed output is not what semconv/ yields: run npm run semconv and commit the result.',
    );
    process.exit(1);
  }
} else {
  for (const { path } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), generated.get(path) ?? '');
    console.log(`wrote ${path}`);
  }
}
