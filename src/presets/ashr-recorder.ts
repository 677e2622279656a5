import { createHash } from 'node:crypto';
import { CallRecorder } from '../audio/call-recorder.js';
import { defaultDirectory } from '../audio/temporary-files.js';
import { startDeadline, type Timer } from '../delivery/timers.js';
import type { LiveKitRecorder } from '../instrumentation/livekit/recording/call-audio.js';
import type { Client } from './ashr-client.js';

/** Of the time for shutting down, the share that recordings have to be finished and uploaded undisturbed. */
const UNDISTURBED_SHARE = 0.6;

/** Records calls for a client, and shuts both down in the right order. */
export interface AshrRecorder {
  readonly recorder: LiveKitRecorder;
  /** Never rejects, and never takes longer than `drainTimeoutMs`. */
  shutdown(drainTimeoutMs: number): Promise<void>;
}

/** @param destination what tells one place for recordings from another: base URL and key */
export function ashrRecorder(client: Client, destination: readonly string[]): AshrRecorder {
  const sink = client.recordingSink();
  let closed = false;
  const recorder = new CallRecorder({
    // A client that is shut down uploads nothing: what is finished too late is left to the next start.
    sink: (recording) => (closed ? new Promise<undefined>(() => {}) : sink.store(recording)),
    temporaryDirectory: temporaryDirectory(destination),
  });
  return {
    recorder,
    shutdown: async (drainTimeoutMs) => {
      const deadline = performance.now() + drainTimeoutMs;
      // Spans do not wait for recordings.
      void client.forceFlush();
      await atMost(drainTimeoutMs * UNDISTURBED_SHARE, recorder.flush());
      closed = true;
      // Breaks uploads off that do not come to an end, and keeps their files.
      await client.shutdown({ drainTimeoutMs: Math.max(0, deadline - performance.now()) });
    },
  };
}

/**
 * A directory for each destination, so that a recording that a crash left is uploaded with the key of its own
 * session. Its name cannot be guessed by others on the machine, who could make it first.
 */
function temporaryDirectory(destination: readonly string[]): string {
  const name = createHash('sha256').update(JSON.stringify(destination)).digest('hex').slice(0, 16);
  return `${defaultDirectory()}-ashr-${name}`;
}

async function atMost(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => {
    timer = startDeadline(resolve, timeoutMs);
  });
  await Promise.race([work, late]);
  timer?.clear();
}
