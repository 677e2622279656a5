/** What needs Node.js: `voice-otel/node`. */
export {
  type ExitFlushTarget,
  type FlushOnExitOptions,
  flushOnExit,
} from './delivery/node/flush-on-exit.js';
export type { EndSignal } from './delivery/node/process-end.js';
export type { Spool } from './delivery/spool.js';
export { OtlpFileExporter } from './exporters/otlp-file/exporter.js';
export type { OtlpFileExporterOptions } from './exporters/otlp-file/options.js';
export { OtlpHttpExporter } from './exporters/otlp-http/exporter.js';
export type { OtlpHttpExporterOptions } from './exporters/otlp-http/options.js';
export { fileSpool } from './exporters/spool/file-spool.js';
export type { FileSpoolOptions } from './exporters/spool/options.js';
