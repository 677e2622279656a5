import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/voice-otel-pipecat');
/** Pipecat asks for 3.11 or later. */
const VERSION_CHECK = 'import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 11) else 1)';

/**
 * The Python of a virtual environment with these requirements, made once. `undefined` where there is no Python 3.11
 * with venv and pip.
 */
export function pythonWith(requirements: string): string | undefined {
  const python = ['python3', 'python'].find(works);
  if (python === undefined) return undefined;
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(CACHE, key);
  const own = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const complete = join(folder, 'installed');
  if (!existsSync(complete)) {
    console.error(`installing ${requirements} (once, half a gigabyte)`);
    run(python, ['-m', 'venv', '--clear', folder]);
    run(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
    run(own, ['-c', `open(${JSON.stringify(complete)}, 'w').close()`]);
  }
  return own;
}

function works(python: string): boolean {
  try {
    execFileSync(python, ['-c', VERSION_CHECK], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'inherit' });
}
