import { OtlpHttpExporter } from '../exporters/otlp-http/exporter.js';

/** Options of `ashrOtlpExporter`. */
export interface AshrOtlpOptions {
  /** A key of the testing platform, `tp_…`. */
  apiKey: string;
  /** Default `https://api.ashr.io/testing-platform-api`. */
  baseUrl?: string;
}

const DEFAULT_BASE_URL = 'https://api.ashr.io/testing-platform-api';

/**
 * Our OTLP/HTTP exporter for Ashr's OTLP endpoint. It feeds the OpenTelemetry panel: raw spans, every
 * attribute, any application. The Voice tab, with turn timelines, audio and roll-ups, is fed by `AshrExporter`.
 *
 * @throws TypeError when an option is wrong
 */
export function ashrOtlpExporter(options: AshrOtlpOptions): OtlpHttpExporter {
  if (typeof options !== 'object' || options === null)
    fail('options must be an object: { apiKey, baseUrl? }');
  const { apiKey, baseUrl = DEFAULT_BASE_URL } = options;
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) fail('apiKey must be a key (tp_…)');
  if (apiKey.startsWith('vo_')) {
    fail(
      'apiKey begins with vo_, which is a key of the voice ingest (AshrExporter); OTLP takes keys that begin with tp_',
    );
  }
  if (
    typeof baseUrl !== 'string' ||
    !/^https?:$/.test(URL.canParse(baseUrl) ? new URL(baseUrl).protocol : '')
  ) {
    fail(`baseUrl must be an http(s) URL, got ${JSON.stringify(baseUrl)}`);
  }
  return new OtlpHttpExporter({
    url: `${baseUrl.replace(/\/+$/, '')}/v1/traces`,
    headers: { authorization: `Bearer ${apiKey}` },
  });
}

function fail(message: string): never {
  throw new TypeError(`ashrOtlpExporter: ${message}`);
}
