import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const EXAMPLES = new URL('../../examples/', import.meta.url);

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of `examples/` as its reader would, in a folder of its own. */
export async function runExample(
  script: string,
  options: { args?: readonly string[]; folder: string; environment: Record<string, string> },
): Promise<Outcome> {
  const path = fileURLToPath(new URL(script, EXAMPLES));
  const child = spawn(process.execPath, ['--import', TSX, path, ...(options.args ?? [])], {
    cwd: options.folder,
    env: { ...withoutTelemetry(process.env), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, stdout, stderr };
}

/** The settings of whoever runs the tests do not reach the example. */
function withoutTelemetry(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(OTEL_|VOICE_OTEL_|NODE_OPTIONS$|VITEST)/.test(name)),
  );
}
