// Tries the install lines of the README for real: an empty project each, the packed tarball in the place of `voice-otel`.
// What must come of it: one copy of @opentelemetry/api, of the version that the line names, and a package that works.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'voice-otel-install-'));
const NODE_FOR_SDK_3 = 'node@24.21.0';

const npm = (args, cwd) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
  });

function emptyProject(name) {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  return folder;
}

/** The versions of every copy of the API under a folder. */
function apiCopies(folder) {
  const copies = [];
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/(^|\/)node_modules\/@opentelemetry\/api\/package\.json$/.test(entry)) continue;
    copies.push(JSON.parse(readFileSync(join(folder, entry), 'utf8')).version);
  }
  return copies;
}

/** What a project can do after the line: a session recorded by a provider of its own. */
function program(packages) {
  if (packages.some((name) => name.startsWith('@livekit/agents'))) {
    return `
      import { voice } from '@livekit/agents';
      import { VoiceObservability } from 'voice-otel/livekit';
      const observability = new VoiceObservability();
      if (observability.destination !== 'http://127.0.0.1:9') throw new Error(observability.destination);
      if (typeof voice.AgentSession !== 'function') throw new Error('no AgentSession');
      process.exit();`;
  }
  return `
    import { NodeSDK } from '@opentelemetry/sdk-node';
    import { VoiceSpanProcessor, VoiceTracer } from 'voice-otel';
    import { MemoryExporter, checkConformance } from 'voice-otel/testing';
    const exporter = new MemoryExporter();
    const sdk = new NodeSDK({
      spanProcessors: [new VoiceSpanProcessor({ exporter })],
      metricReaders: [],
      logRecordProcessors: [],
    });
    sdk.start();
    const session = new VoiceTracer().startSession({ agentId: 'a' });
    session.userTurn((turn) => turn.setTranscript('my mail is ana@example.com'));
    session.end();
    await sdk.shutdown();
    const said = exporter.spans.map(({ attributes }) => attributes['voice.turn.transcript']);
    if (said[0] !== 'my mail is [REDACTED:email]') throw new Error(JSON.stringify(said));
    if (checkConformance(exporter.spans).length > 0) throw new Error('findings');`;
}

/** The Node that SDK 3.x needs, in a folder of its own, so that the project has what the line says and no more. */
function nodeForSdk3() {
  const folder = emptyProject('node24');
  npm(['install', NODE_FOR_SDK_3], folder);
  return join(folder, 'node_modules/.bin/node');
}

let failures = 0;
try {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', scratch], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const tarball = join(
    scratch,
    readdirSync(scratch).find((file) => file.endsWith('.tgz')),
  );
  const lines = readFileSync(join(root, 'README.md'), 'utf8').match(/^npm install .+$/gm) ?? [];
  if (lines.length === 0) throw new Error('the README has no install line');
  for (const [index, line] of lines.entries()) {
    const packages = line.split(' ').slice(2);
    const expected = packages
      .find((name) => name.startsWith('@opentelemetry/api@'))
      ?.split('@')
      .pop();
    const isSdk3 = expected === '1.10';
    try {
      const folder = emptyProject(`line-${index}`);
      npm(['install', ...packages.map((name) => (name === 'voice-otel' ? tarball : name))], folder);
      const copies = apiCopies(folder);
      if (copies.length !== 1 || !copies[0].startsWith(`${expected}.`)) {
        throw new Error(`copies of @opentelemetry/api: ${copies.join(', ')}; expected one ${expected}`);
      }
      const node = isSdk3 ? nodeForSdk3() : process.execPath;
      const run = (args) =>
        execFileSync(node, args, {
          cwd: folder,
          stdio: ['ignore', 'inherit', 'inherit'],
          env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
        });
      run(['-e', "import('voice-otel')"]);
      run(['--input-type=module', '-e', program(packages)]);
      const version = execFileSync(node, ['-v'], { encoding: 'utf8' }).trim();
      console.log(`works on Node ${version} with API ${copies[0]}: ${line}`);
    } catch (error) {
      failures += 1;
      console.error(`FAILED: ${line}\n${error.message}`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);
