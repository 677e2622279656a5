export { type ConformanceOptions, checkConformance } from './conformance.js';
export type { Finding, FindingId } from './finding.js';
export type { LogRecordLike } from './logs.js';
export { MemoryExporter } from './memory-exporter.js';
export type { MetricDataLike, ResourceMetricsLike } from './metrics.js';
