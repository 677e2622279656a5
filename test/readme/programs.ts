import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ROOT } from './documents.js';

/** A program that hangs is ended. */
const LIMIT_MS = 90_000;

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in `folder`; the imports of `voice-otel` in TypeScript are answered by `src/`. */
export async function runProgram(
  file: string,
  options: { args?: readonly string[]; folder: string; environment?: Record<string, string> },
): Promise<Outcome> {
  const loader = file.endsWith('.ts') ? ['--import', TSX] : [];
  return run(process.execPath, [...loader, file, ...(options.args ?? [])], options.folder, {
    ...withoutTelemetry(process.env),
    TSX_TSCONFIG_PATH: `${ROOT}tsconfig.json`,
    ...options.environment,
  });
}

/** Runs a command to its end. */
export async function run(
  command: string,
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const child = spawn(command, args, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
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
