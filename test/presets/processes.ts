import { type ChildProcess, fork, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { spansOfLines } from '../support/otlp-receiver.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
/** Another version of LiveKit may stand in (scripts/ci/livekit-versions.ts). */
const LIVEKIT_MODULES = process.env.LIVEKIT_MODULES ?? join(ROOT, 'node_modules');
export const LIVEKIT_VERSION: string = JSON.parse(
  readFileSync(join(LIVEKIT_MODULES, '@livekit/agents/package.json'), 'utf8'),
).version;
export const TSX: string = pathToFileURL(require.resolve('tsx')).href;

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A folder in which an application lives: with the packages of this repository, except those in `without`, and with
 * `voice-otel` built from `src/` as far as the tests need it.
 */
export class Application {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'voice-otel-app-'));
  readonly #modules: string = join(this.folder, 'node_modules');

  async install(options: { without?: readonly string[] } = {}): Promise<this> {
    const without = options.without ?? [];
    mkdirSync(this.#modules);
    const all = join(ROOT, 'node_modules');
    for (const name of readdirSync(all)) {
      if (name.startsWith('.')) continue;
      if (!name.startsWith('@')) this.#link(all, name, without);
      else {
        const from = name === '@livekit' ? LIVEKIT_MODULES : all;
        mkdirSync(join(this.#modules, name));
        for (const scoped of readdirSync(join(from, name))) this.#link(from, `${name}/${scoped}`, without);
      }
    }
    await this.#buildVoiceOtel();
    return this;
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs a program of the folder to its end. */
  run(args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...withoutTelemetry(process.env), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return outcomeOf(child);
  }

  /** Runs an agent in a process as LiveKit forks it for a job, and starts one. */
  async runJob(
    agent: string,
    options: { execArgv: string[]; commonJs?: boolean; environment?: Record<string, string> },
  ): Promise<Outcome> {
    const main = `dist/ipc/job_proc_lazy_main.${options.commonJs === true ? 'cjs' : 'js'}`;
    const child = fork(join(this.#modules, '@livekit/agents', main), [agent], {
      cwd: this.folder,
      env: { ...withoutTelemetry(process.env), ...options.environment },
      execArgv: options.execArgv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const outcome = outcomeOf(child);
    const initialized = new Promise<void>((resolve) => {
      child.on('message', (message: { case?: string }) => {
        if (message.case === 'initializeResponse') resolve();
      });
    });
    const loggerOptions = { pretty: false, level: 'error' };
    child.send({ case: 'initializeRequest', value: { loggerOptions, sessionEndTimeout: 5000 } });
    await Promise.race([initialized, outcome]);
    if (child.connected) child.send({ case: 'startJobRequest', value: { runningJob: RUNNING_JOB } });
    return outcome;
  }

  /** The spans in all files of a folder below. */
  spans(folder = 'traces'): ReadableSpanLike[] {
    const path = join(this.folder, folder);
    return readdirSync(path).flatMap((name) => spansOfLines(readFileSync(join(path, name), 'utf8')));
  }

  forget(folder = 'traces'): void {
    rmSync(join(this.folder, folder), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #link(from: string, name: string, without: readonly string[]): void {
    if (!without.includes(name)) symlinkSync(join(from, name), join(this.#modules, name));
  }

  /** As `npm run build` does it, into the application's `node_modules`: a copy, whose peers are the application's. */
  async #buildVoiceOtel(): Promise<void> {
    const home = join(this.#modules, 'voice-otel');
    await build({
      entryPoints: ['src/index.ts', 'src/presets/livekit.ts', 'src/presets/register.ts'].map((one) =>
        join(ROOT, one),
      ),
      outdir: join(home, 'dist'),
      outbase: join(ROOT, 'src'),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      packages: 'external',
      logLevel: 'error',
    });
    const exports = {
      '.': './dist/index.js',
      './livekit': './dist/presets/livekit.js',
      './register': './dist/presets/register.js',
    };
    writeFileSync(
      join(home, 'package.json'),
      JSON.stringify({ name: 'voice-otel', type: 'module', exports }),
    );
  }
}

/** What a worker hands to the process of a job; `fakeJob` is LiveKit's own word for a job without a server. */
const RUNNING_JOB = {
  acceptArguments: { name: '', identity: '', metadata: '' },
  job: { id: 'AJ_1', agentName: 'front-desk', room: { name: 'room-42', sid: 'RM_42' } },
  url: '',
  token: '',
  workerId: 'AW_1',
  fakeJob: true,
};

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, stdout, stderr };
}

/** The settings of whoever runs the tests do not reach the program. */
function withoutTelemetry(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(OTEL_|VOICE_OTEL_|NODE_OPTIONS$|VITEST|NODE_ENV$|FORCE_COLOR$)/.test(name),
    ),
  );
}
