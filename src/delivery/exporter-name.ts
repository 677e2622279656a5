import { guard } from '../otel/guard.js';
import type { SpanExporterLike } from '../otel/types.js';

/** What an exporter is called in warnings and in a spool: the name of its class. */
export function exporterName(exporter: SpanExporterLike): string {
  const name: unknown = guard('reading the name of an exporter', undefined, () => exporter.constructor?.name);
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name : 'exporter';
}
