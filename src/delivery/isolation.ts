import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { untraced } from '../otel/suppress.js';

/**
 * Runs a call into an exporter apart from the call that is being observed: no instrumentation traces it, and
 * nothing of the active context (baggage, for one) goes along with its requests.
 */
export function apart<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, () => untraced(work));
}
