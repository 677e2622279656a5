import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { read } from '../conversation/read.js';
import { debug, errorText } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';

const require = createRequire(import.meta.url);

/** What LiveKit's CommonJS copy is known by: all of it, and the part that a job process loads even for an ESM agent. */
const COMMONJS_FILES = /[\\/]@livekit[\\/]agents[\\/]dist[\\/](index|job)\.cjs$/;

/** What a worker forks for a job, in the ESM copy; `../job.js` holds the job's context and is loaded by it. */
const ESM_JOB_PROCESS = /[\\/]@livekit[\\/]agents[\\/]dist[\\/]ipc[\\/]job_proc_lazy_main\.js$/;

/** LiveKit leaves this on the global object when either of its copies is loaded (1.9). */
const LOADED_MARK = Symbol.for('@livekit/agents:eventLoopMonitor');

/** Copies of `@livekit/agents`, or their parts that know the job, that are loaded for certain. Mostly there is one. */
const known = new Set<object>();

let looking: Promise<void> | undefined;

/** A copy of LiveKit that somebody has loaded. */
export function rememberLiveKit(copy: unknown): void {
  if (typeof copy === 'object' && copy !== null) known.add(copy);
}

/** The copies that can be named without waiting: those remembered, and CommonJS's if it is loaded. */
export function loadedLiveKit(): readonly object[] {
  for (const path of Object.keys(require.cache)) {
    if (COMMONJS_FILES.test(path)) rememberLiveKit(require.cache[path]?.exports);
  }
  return [...known];
}

/**
 * Looks for the ESM copy where it must be loaded already: in the process of a job, and where LiveKit is loaded and is
 * not CommonJS's. An import of what is loaded takes a tick, so that this is done before anybody asks.
 */
export function lookAhead(): void {
  guard('looking for LiveKit', undefined, () => {
    const main = process.argv[1] ?? '';
    if (ESM_JOB_PROCESS.test(main))
      void remembered(() => import(new URL('../job.js', pathToFileURL(main)).href));
    else if (loadedLiveKit().length === 0 && LOADED_MARK in globalThis) void esmLiveKitLater();
  });
}

/**
 * The ESM copy, for a caller that knows it is loaded, without waiting: by Node's `require`, which hands over ES modules
 * that are loaded (20.19 and later). A loader that has taken over `require` (tsx, ts-node) would make a second copy
 * there, so that it is not asked.
 */
export function esmLiveKit(): unknown {
  if ('.ts' in require.extensions) return undefined;
  try {
    const copy: unknown = require(fileURLToPath(import.meta.resolve('@livekit/agents')));
    rememberLiveKit(copy);
    return copy;
  } catch (error) {
    debug(`the ESM copy of @livekit/agents is not to be had by require: ${errorText(error)}`);
    return undefined;
  }
}

/** As `esmLiveKit`, by import, whatever loader is at work. Resolves when the copy is among those loaded; never rejects. */
export function esmLiveKitLater(): Promise<void> {
  looking ??= remembered(() => import('@livekit/agents'));
  return looking;
}

async function remembered(load: () => Promise<unknown>): Promise<void> {
  try {
    rememberLiveKit(await load());
  } catch (error) {
    debug(`@livekit/agents cannot be imported from here: ${errorText(error)}`);
  }
}

/** Whether `agentSession` is an `AgentSession` of this copy. */
export function isSessionOf(copy: unknown, agentSession: unknown): boolean {
  const AgentSession = read(read(copy, 'voice'), 'AgentSession');
  return typeof AgentSession === 'function' && agentSession instanceof AgentSession;
}

/** Whether `agentSession` is an `AgentSession`, of whichever copy, by the names of its classes. */
export function isAgentSession(agentSession: unknown): boolean {
  for (
    let link: unknown = agentSession;
    typeof link === 'object' && link !== null;
    link = Object.getPrototypeOf(link)
  ) {
    if (read(read(link, 'constructor'), 'name') === 'AgentSession') return true;
  }
  return false;
}
