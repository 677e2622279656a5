import type { ReadableSpanLike, ResourceLike } from '../otel/types.js';
import { startTimer } from './timers.js';

/** What a resource of either SDK line has while its detectors (host, cloud, container) still look around. */
interface AsyncResource extends ResourceLike {
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}

/** Resources that were not complete in time; they are not waited for again. */
const overdue = new WeakSet<AsyncResource>();

/**
 * Resolves once the resources of the spans are complete, as the SDK's own batch processor waits for them, or
 * after `timeoutMs` (ms). `undefined`: nothing to wait for. Never rejects.
 */
export function resourcesReady(
  spans: readonly ReadableSpanLike[],
  timeoutMs: number,
): Promise<void> | undefined {
  const pending = new Set<AsyncResource>();
  for (const span of spans) {
    const resource: AsyncResource = span.resource;
    if (resource.asyncAttributesPending === true && !overdue.has(resource)) pending.add(resource);
  }
  if (pending.size === 0) return undefined;
  return new Promise((resolve) => {
    const timer = startTimer(() => {
      for (const resource of pending) overdue.add(resource);
      resolve();
    }, timeoutMs);
    const waits = [...pending].map(async (resource) => resource.waitForAsyncAttributes?.());
    void Promise.allSettled(waits).then(() => {
      timer.clear();
      resolve();
    });
  });
}
