import { asId, read } from '../conversation/read.js';
import { guard } from '../otel/guard.js';
import { esmLiveKit, esmLiveKitLater, isAgentSession, isSessionOf, loadedLiveKit } from './livekit-copies.js';

/** The job that the caller runs in, as far as it is needed here. */
export interface LiveKitJob {
  /** The name of the job's room. */
  readonly roomId: string | undefined;
  /** The name under which the worker was dispatched; none where the worker takes any job. */
  readonly agentName: string | undefined;
  /** Runs `callback` when the job shuts down, before its process ends. */
  onShutdown(callback: () => Promise<void>): void;
}

/**
 * The LiveKit job of the calling code, if there is one. LiveKit's ESM and CommonJS copies have a job context each, and
 * neither is loaded for this: the ESM copy is asked for only where the session is an `AgentSession` of no copy that is
 * known, so that it must be there already.
 */
export function currentJob(agentSession: unknown): LiveKitJob | undefined {
  return guard('looking for the LiveKit job', undefined, () => {
    const found = jobAmong(loadedLiveKit());
    if (found !== undefined || !isOfUnknownCopy(agentSession)) return found;
    return jobAmong([esmLiveKit()]);
  });
}

/**
 * As `currentJob`, where it found none and the copy of the session is known to nobody yet: by an import, which needs no
 * time but cannot be waited for in place. `undefined`: there is nothing to wait for.
 */
export function jobLater(agentSession: unknown): Promise<LiveKitJob | undefined> | undefined {
  return guard('looking for the LiveKit job', undefined, () => {
    loadedLiveKit();
    if (!isOfUnknownCopy(agentSession)) return undefined;
    return esmLiveKitLater().then(() => guard('the LiveKit job', undefined, () => jobAmong(loadedLiveKit())));
  });
}

function isOfUnknownCopy(agentSession: unknown): boolean {
  return isAgentSession(agentSession) && !loadedLiveKit().some((copy) => isSessionOf(copy, agentSession));
}

function jobAmong(copies: readonly unknown[]): LiveKitJob | undefined {
  for (const copy of copies) {
    const getJobContext = read(copy, 'getJobContext');
    const context: unknown = typeof getJobContext === 'function' ? getJobContext(false) : undefined;
    if (typeof context === 'object' && context !== null) return jobOf(context);
  }
  return undefined;
}

function jobOf(context: object): LiveKitJob {
  const job = read(context, 'job');
  const room = read(job, 'room');
  return {
    roomId: asId(read(room, 'name')) ?? asId(read(room, 'sid')),
    agentName: asId(read(job, 'agentName')),
    onShutdown: (callback) => {
      const add = read(context, 'addShutdownCallback');
      if (typeof add === 'function') add.call(context, callback);
    },
  };
}
