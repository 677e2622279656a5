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

/** LiveKit leaves this on the global object as soon as a copy of it is loaded, its logger a little later. */
const TRACES_OF_LIVEKIT = ['@livekit/agents:eventLoopMonitor', '@livekit/agents:logger'];

const COMMONJS_ENTRY = /[\\/]@livekit[\\/]agents[\\/]dist[\\/]index\.cjs$/;

/**
 * The LiveKit job of the calling code, if there is one. Never loads LiveKit: the CommonJS copy is looked up in the
 * cache of `require`, the ESM copy is asked for only where LiveKit has left its mark on the global object, and is
 * then already there. Each copy has a job context of its own.
 */
export function currentJob(): LiveKitJob | undefined {
  return guard('looking for the LiveKit job', undefined, () => {
    if (!TRACES_OF_LIVEKIT.some((name) => Symbol.for(name) in globalThis)) return undefined;
    const require = createRequire(import.meta.url);
    const context = contextOf(commonJsCopy(require)) ?? contextOf(esmCopy(require));
    return context === undefined ? undefined : jobOf(context);
  });
}

function commonJsCopy(require: NodeJS.Require): unknown {
  const path = Object.keys(require.cache).find((key) => COMMONJS_ENTRY.test(key));
  return path === undefined ? undefined : require.cache[path]?.exports;
}

/** `require` gives the ESM copy that is already loaded (Node 20.19 and later). */
function esmCopy(require: NodeJS.Require): unknown {
  try {
    return require(fileURLToPath(import.meta.resolve('@livekit/agents')));
  } catch {
    return undefined;
  }
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
