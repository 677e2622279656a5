import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Programs of `test/exit/programs`, bundled with `src/`, so that any version of Node runs them. */
export class Programs {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'voice-otel-exit-'));

  async build(...names: string[]): Promise<this> {
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
    await build({
      entryPoints: names.map((name) => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))),
      outdir: this.folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'es2022',
      packages: 'external',
      logLevel: 'error',
    });
    return this;
  }

  /** A folder that does not exist yet. */
  path(name: string): string {
    return join(this.folder, name);
  }

  start(name: string, args: readonly string[], options: RunOptions = {}): Running {
    const { node = process.execPath, nodeArgs = [], environment = {} } = options;
    const child = spawn(node, [...nodeArgs, this.path(`${name}.mjs`), ...args], {
      cwd: this.folder,
      env: { ...clean(process.env), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Running(child);
  }

  async run(name: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(name, args, options).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface RunOptions {
  /** The Node to run it with. Default: this one. */
  readonly node?: string;
  readonly nodeArgs?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) =>
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  /** Resolves when the program has printed this, or has ended. */
  async printed(text: string): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#stdout.includes(text)) resolve();
      };
      this.#child.stdout?.on('data', look);
      look();
    });
    await Promise.race([seen, this.ended]);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** The binary of another version of Node, from its npm package. */
export async function nodeBinary(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const { stdout } = await promisify(execFile)(
    'npx',
    ['-y', '-p', `node@${major}`, '-c', 'command -v node'],
    {
      cwd: tmpdir(),
    },
  );
  return stdout.trim();
}

/** The settings of whoever runs the tests do not reach the program. */
function clean(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(OTEL_|VOICE_OTEL_|ASHR_|NODE_OPTIONS$|VITEST|NODE_ENV$|FORCE_COLOR$)/.test(name),
    ),
  );
}
