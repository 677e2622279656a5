import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { read } from '../conversation/read.js';

/** The files of the program that is starting, as far as it names them. */
export interface Program {
  /** What Node was told to run; in a job process of LiveKit the agent's file follows. */
  readonly files: readonly string[];
  /** One of the processes that a LiveKit worker forks: for a job, or for its inference. */
  readonly livekitProcess: 'job' | 'inference' | undefined;
}

/** `@livekit/agents` as it is installed for a program. */
export interface InstalledLiveKit {
  readonly version: string;
  /** The file by which the ESM copy is imported. */
  readonly esmEntry: string;
}

const LIVEKIT_PROCESS = /[\\/]@livekit[\\/]agents[\\/]dist[\\/]ipc[\\/](job|inference)_proc_lazy_main\.c?js$/;

/** @param argv as `process.argv` */
export function programOf(argv: readonly string[]): Program {
  const [, main, agent] = argv;
  if (main === undefined) return { files: [], livekitProcess: undefined };
  const kind = LIVEKIT_PROCESS.exec(main)?.[1];
  const livekitProcess = kind === 'job' || kind === 'inference' ? kind : undefined;
  const files = livekitProcess === undefined || agent === undefined ? [main] : [main, agent];
  return { files, livekitProcess };
}

/** Looks for `@livekit/agents` from the program's own files, else from the working directory. */
export function installedLiveKit(program: Program): InstalledLiveKit | undefined {
  const places = program.files.length > 0 ? program.files : [join(process.cwd(), 'main.js')];
  for (const place of places) {
    const entry = resolvedFrom(place);
    const found = entry === undefined ? undefined : packageAround(entry);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Whether nothing of the program can be an ES module by Node's rules, so that it loads LiveKit's CommonJS copy alone.
 * A `.js` file whose package does not say its type may be either.
 */
export function isCommonJs({ files }: Program): boolean {
  return files.length > 0 && files.every(isCommonJsFile);
}

function isCommonJsFile(file: string): boolean {
  const extension = extname(file);
  if (extension === '.cjs' || extension === '.cts') return true;
  if (extension !== '.js' && extension !== '.ts') return false;
  return typeOfPackage(dirname(file)) === 'commonjs';
}

function typeOfPackage(folder: string): unknown {
  for (let at = folder; ; at = dirname(at)) {
    const found = packageJson(at);
    if (found !== undefined) return read(found, 'type');
    if (dirname(at) === at) return undefined;
  }
}

function resolvedFrom(place: string): string | undefined {
  try {
    return createRequire(place).resolve('@livekit/agents');
  } catch {
    return undefined;
  }
}

function packageAround(entry: string): InstalledLiveKit | undefined {
  for (let at = dirname(entry); dirname(at) !== at; at = dirname(at)) {
    const found = packageJson(at);
    if (read(found, 'name') !== '@livekit/agents') continue;
    const target = read(read(read(found, 'exports'), 'import'), 'default');
    return {
      version: String(read(found, 'version') ?? 'of an unknown version'),
      esmEntry: join(at, typeof target === 'string' ? target : 'dist/index.js'),
    };
  }
  return undefined;
}

function packageJson(folder: string): unknown {
  const path = join(folder, 'package.json');
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}
