// The scenario tests, and those of zero-code and of job processes, against the oldest supported version of LiveKit Agents.
// The newest is the one that the repository is developed with, so that `npm test` runs them against it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Oldest first. The README (Versions) and the peer dependency of package.json name the same range. */
const SUPPORTED = ['1.8.0', '1.8.1', '1.9.0'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const packageOf = (name: string): { version: string } =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));

const newest = SUPPORTED.at(-1);
const developed = packageOf('@livekit/agents').version;
if (developed !== newest) {
  throw new Error(`developed with @livekit/agents ${developed}, while the newest supported is ${newest}`);
}

const folder = mkdtempSync(join(tmpdir(), 'voice-otel-livekit-'));
try {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const packages = [
    `@livekit/agents@${SUPPORTED[0]}`,
    `@livekit/rtc-node@${packageOf('@livekit/rtc-node').version}`,
    `zod@${packageOf('zod').version}`,
  ];
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], {
    cwd: folder,
    stdio: 'inherit',
  });
  const modules = join(folder, 'node_modules');
  // One copy of the API, as an application has it.
  const api = join(modules, '@opentelemetry/api');
  rmSync(api, { recursive: true });
  symlinkSync(join(root, 'node_modules/@opentelemetry/api'), api);
  console.log(`against @livekit/agents ${SUPPORTED[0]}:`);
  const config = 'scripts/ci/livekit-versions.vitest.config.ts';
  execFileSync('npx', ['vitest', 'run', '--config', config, '--root', '.'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, LIVEKIT_MODULES: modules },
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
