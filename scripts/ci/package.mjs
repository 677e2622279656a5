// Checks the packed tarball: publint, types resolution, what is in it and what it depends on.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'voice-otel-package-'));
const run = (command, args, options = {}) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });

try {
  run('npm', ['pack', '--silent', '--pack-destination', scratch]);
  const tarball = join(scratch, readdirSync(scratch)[0] ?? '');
  run('npx', ['publint', tarball, '--strict']);
  run('npx', ['attw', tarball, '--profile', 'esm-only']);
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).split('\n').filter(Boolean);
  const stray = files.filter(
    (file) => !/^package\/(dist|docs|src|semconv|package\.json|README|CHANGELOG|LICENSE|NOTICE)/.test(file),
  );
  if (stray.length > 0) throw new Error(`the tarball holds what it should not: ${stray.slice(0, 5)}`);
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  for (const name of Object.keys(dependencies)) {
    if (!readme.includes(`\`${name}\``))
      throw new Error(`the README gives no reason for the dependency ${name}`);
  }
  const declarations = files.filter((file) => file.endsWith('.d.ts') && file.startsWith('package/dist/'));
  const foreign = declarations.filter((file) => {
    const text = execFileSync('tar', ['-xzOf', tarball, file], { encoding: 'utf8' });
    return /from ['"](@livekit|@opentelemetry\/(?!api['"]))/.test(text);
  });
  if (foreign.length > 0) throw new Error(`declarations need packages that users may not have: ${foreign}`);
  console.log(`${files.length} files, ${Object.keys(dependencies).length} runtime dependencies`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
