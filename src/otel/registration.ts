import { trace } from '@opentelemetry/api';
import { warn } from './diagnostics.js';

const API_REGISTRY = Symbol.for('opentelemetry.js.api.1');

let said = false;

/**
 * Says once that a global tracer provider is registered which our copy of `@opentelemetry/api` does not accept:
 * two copies of different versions, the older of which sees nothing. Without a word, nothing would be recorded.
 */
export function warnOfApiMismatch(): void {
  if (said) return;
  const registry = apiRegistry();
  if (registry?.trace === undefined || trace.getTracerProvider() === registry.trace) return;
  said = true;
  warn(
    'api-mismatch',
    `the global tracer provider was registered by another copy of @opentelemetry/api (${registry.version}), ` +
      'which this copy cannot see, so nothing is recorded. Run `npm ls @opentelemetry/api` and make it one ' +
      'version: 1.9 with SDK 2.x or LiveKit Agents, 1.10 with SDK 3.x. Or pass { tracerProvider } explicitly.',
  );
}

/** Whether the application has registered a global tracer provider that our copy of the API can see. */
export function hasGlobalTracerProvider(): boolean {
  const registered = apiRegistry()?.trace;
  return registered !== undefined && trace.getTracerProvider() === registered;
}

/** Whether the application has registered a global meter provider. */
export function hasGlobalMeterProvider(): boolean {
  return apiRegistry()?.metrics !== undefined;
}

interface ApiRegistry {
  version?: string;
  trace?: object;
  metrics?: object;
}

function apiRegistry(): ApiRegistry | undefined {
  return (globalThis as { [key: symbol]: ApiRegistry | undefined })[API_REGISTRY];
}
