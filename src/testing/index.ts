export {
  type AshrFault,
  AshrMock,
  type AshrMockOptions,
  type AshrRequest,
  startAshrMock,
} from './ashr-mock/mock.js';
export type { AshrMockAudio, AshrMockSession, AshrMockStore } from './ashr-mock/store.js';
export { type WireBody, wireProblems } from './ashr-mock/wire-schema.js';
export { type ConformanceOptions, checkConformance } from './conformance.js';
export type { Finding, FindingId } from './finding.js';
export type { LogRecordLike } from './logs.js';
export { MemoryExporter } from './memory-exporter.js';
export type { MetricDataLike, ResourceMetricsLike } from './metrics.js';
