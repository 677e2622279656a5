/** Ashr, natively and over OTLP: `voice-otel/ashr`. */
export type { AudioInput } from '../exporters/ashr/audio/source.js';
export { AshrExporter, type AshrExportResult } from '../exporters/ashr/exporter.js';
export type { AshrExporterOptions } from '../exporters/ashr/options.js';
export { type AshrRecordingSink, Client, type ClientOptions, type RecordingToUpload } from './ashr-client.js';
export { type AshrOtlpOptions, ashrOtlpExporter } from './ashr-otlp.js';
