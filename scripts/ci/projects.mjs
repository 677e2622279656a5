// Packs the package and runs the fixture projects of test/projects against the tarball.
// Usage: node scripts/ci/projects.mjs [otel2] [otel3]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const projects = process.argv.length > 2 ? process.argv.slice(2) : ['otel2', 'otel3'];
const scratch = mkdtempSync(join(tmpdir(), 'voice-otel-projects-'));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

let failures = 0;
try {
  run('npm', ['pack', '--silent', '--pack-destination', scratch], root);
  const tarball = join(
    scratch,
    readdirSync(scratch).find((file) => file.endsWith('.tgz')),
  );
  for (const project of projects) {
    const folder = join(scratch, project);
    cpSync(join(root, 'test/projects', project), folder, { recursive: true });
    for (const script of ['conversation.mjs', 'otel.mjs', 'otlp.mjs', 'fuzz.mjs']) {
      cpSync(join(root, 'test/projects', script), join(folder, script));
    }
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball], folder);
    const own = join(folder, 'node_modules/.bin/node');
    const node = existsSync(own) ? own : process.execPath;
    for (const script of ['conversation.mjs', 'otlp.mjs', 'fuzz.mjs']) {
      try {
        console.log(`${project}: ${script} on Node ${execFileSync(node, ['-v']).toString().trim()}`);
        run(node, [script], folder);
      } catch {
        failures += 1;
        console.error(`${project}: ${script} FAILED`);
      }
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);
