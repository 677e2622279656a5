import { context, createContextKey } from '@opentelemetry/api';

/**
 * The key under which both SDK lines look for suppressed tracing (`suppressTracing` of `@opentelemetry/core`);
 * context keys are registered by description, so the API alone is enough.
 */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Runs `work` so that no instrumentation traces it: we never trace ourselves. */
export function untraced<T>(work: () => T): T {
  return context.with(context.active().setValue(SUPPRESS_TRACING, true), work);
}
