import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { asId, read } from '../conversation/read.js';
import { guard } from '../otel/guard.js';

/** The job that the caller runs in, as far as it is needed here. */
export interface LiveKitJob {
  /** The name of the job's room. */
  readonly roomId: string | undefined;
  /** Runs `callback` when the job shuts down, before its process ends. */
  onShutdown(callback: () => Promise<void>): void;
}

const require = createRequire(import.meta.url);

const COMMONJS_ENTRY = /[\\/]@livekit[\\/]agents[\\/]dist[\\/]index\.cjs$/;

/**
 * The LiveKit job of the calling code, if there is one. LiveKit's ESM and CommonJS copies have a job context each,
 * and neither is loaded for this: the CommonJS copy is looked up in the cache of `require`, and the ESM copy is asked
 * for only where the session is an `AgentSession` that is not CommonJS's, so that it must be there already.
 */
export function currentJob(agentSession: unknown): LiveKitJob | undefined {
  return guard('looking for the LiveKit job', undefined, () => {
    const commonJs = commonJsCopy();
    const found = contextOf(commonJs) ?? (isOfEsm(agentSession, commonJs) ? contextOf(esmCopy()) : undefined);
    return found === undefined ? undefined : jobOf(found);
  });
}

function commonJsCopy(): unknown {
  const path = Object.keys(require.cache).find((key) => COMMONJS_ENTRY.test(key));
  return path === undefined ? undefined : require.cache[path]?.exports;
}

/** `require` hands over the ESM copy that is already loaded (Node 20.19 and later); elsewhere there is none. */
function esmCopy(): unknown {
  try {
    return require(fileURLToPath(import.meta.resolve('@livekit/agents')));
  } catch {
    return undefined;
  }
}

function isOfEsm(agentSession: unknown, commonJs: unknown): boolean {
  const ofCommonJs = read(read(commonJs, 'voice'), 'AgentSession');
  if (typeof ofCommonJs === 'function' && agentSession instanceof ofCommonJs) return false;
  for (
    let link: unknown = agentSession;
    typeof link === 'object' && link !== null;
    link = Object.getPrototypeOf(link)
  ) {
    if (read(read(link, 'constructor'), 'name') === 'AgentSession') return true;
  }
  return false;
}

function contextOf(liveKit: unknown): object | undefined {
  const getJobContext = read(liveKit, 'getJobContext');
  const context: unknown = typeof getJobContext === 'function' ? getJobContext(false) : undefined;
  return typeof context === 'object' && context !== null ? context : undefined;
}

function jobOf(context: object): LiveKitJob {
  const room = read(read(context, 'job'), 'room');
  return {
    roomId: asId(read(room, 'name')) ?? asId(read(room, 'sid')),
    onShutdown: (callback) => {
      const add = read(context, 'addShutdownCallback');
      if (typeof add === 'function') add.call(context, callback);
    },
  };
}
