/** What needs Node.js: `voice-otel/node`. */
export { OtlpFileExporter } from './exporters/otlp-file/exporter.js';
export type { OtlpFileExporterOptions } from './exporters/otlp-file/options.js';
