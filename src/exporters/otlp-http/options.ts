import { readFileSync } from 'node:fs';
import { createMasker } from '../../masking/masker.js';
import type { Masker } from '../../masking/types.js';
import { errorText, warn } from '../../otel/diagnostics.js';
import { captureContentByDefault, environmentVariable } from '../../otel/environment.js';
import { MAX_TIMER_MS } from '../../otel/within-time.js';

export type OtlpHttpProtocol = 'http/protobuf' | 'http/json';
export type OtlpHttpCompression = 'gzip' | 'none';

/** Options of `OtlpHttpExporter`. Each default reads the `OTEL_EXPORTER_OTLP_*` variable of its name. */
export interface OtlpHttpExporterOptions {
  /**
   * The whole URL. Default: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, else `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/traces`
   * added, else `http://localhost:4318/v1/traces`.
   */
  url?: string | undefined;
  /** Added to those of the environment. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default `http/protobuf`. */
  protocol?: OtlpHttpProtocol | undefined;
  /** Default `none`. */
  compression?: OtlpHttpCompression | undefined;
  /** For one request, the answer included, in ms. Default 10 000. */
  timeoutMs?: number | undefined;
  /** Masks spans that no processor has masked. Default `createMasker()`; `false` sends them as they are. */
  masker?: Masker | false | undefined;
  /**
   * Whether content (transcripts, prompts, tool arguments) is sent. Default true, unless
   * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says no.
   */
  captureContent?: boolean | undefined;
}

/** In PEM. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface ResolvedOtlpHttpOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: OtlpHttpProtocol;
  readonly compression: OtlpHttpCompression;
  readonly timeoutMs: number;
  readonly tls: TlsSettings | undefined;
  readonly masker: Masker;
  readonly masks: boolean;
  readonly captureContent: boolean;
}

const OPTIONS = ['url', 'headers', 'protocol', 'compression', 'timeoutMs', 'masker', 'captureContent'];
const PROTOCOLS: readonly string[] = ['http/protobuf', 'http/json'];
const COMPRESSIONS: readonly string[] = ['gzip', 'none'];
const DEFAULT_URL = 'http://localhost:4318/v1/traces';
const DEFAULT_TIMEOUT_MS = 10_000;
const NO_MASKER: Masker = { mask: (text) => text, detect: () => [] };

/** @throws TypeError with what is wrong and what is allowed */
export function resolveOtlpHttpOptions(options: OtlpHttpExporterOptions): ResolvedOtlpHttpOptions {
  if (typeof options !== 'object' || options === null) fail('options must be an object');
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) fail(`there is no option ${unknown}; there are ${OPTIONS.join(', ')}`);
  const { masker, captureContent } = options;
  if (masker !== undefined && masker !== false && typeof masker?.mask !== 'function') {
    fail('masker must have mask(text), as createMasker() makes it, or be false');
  }
  if (captureContent !== undefined && typeof captureContent !== 'boolean') {
    fail('captureContent must be a boolean');
  }
  return {
    url: resolveUrl(options.url ?? urlOfEnvironment()),
    headers: { ...headersOfEnvironment(), ...resolveHeaders(options.headers) },
    protocol: oneOf(
      'protocol',
      options.protocol ?? setting('PROTOCOL') ?? 'http/protobuf',
      PROTOCOLS,
    ) as OtlpHttpProtocol,
    compression: oneOf(
      'compression',
      options.compression ?? setting('COMPRESSION') ?? 'none',
      COMPRESSIONS,
    ) as OtlpHttpCompression,
    timeoutMs: resolveTimeout(options.timeoutMs),
    tls: tlsOfEnvironment(),
    masker: masker === false ? NO_MASKER : (masker ?? createMasker()),
    masks: masker !== false,
    captureContent: captureContent ?? captureContentByDefault(),
  };
}

/** What a variable of the exporter says, the one for traces first; an empty one is not set. */
function setting(name: string): string | undefined {
  return (
    environmentVariable(`OTEL_EXPORTER_OTLP_TRACES_${name}`)?.trim() ||
    environmentVariable(`OTEL_EXPORTER_OTLP_${name}`)?.trim() ||
    undefined
  );
}

function urlOfEnvironment(): string {
  const whole = environmentVariable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')?.trim();
  if (whole) return whole;
  const base = environmentVariable('OTEL_EXPORTER_OTLP_ENDPOINT')?.trim();
  return base ? `${base.replace(/\/+$/, '')}/v1/traces` : DEFAULT_URL;
}

function resolveUrl(given: unknown): URL {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return fail(`url must be an http(s) URL, got ${JSON.stringify(given)}`);
  }
  return url;
}

function resolveHeaders(given: unknown): Record<string, string> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null) fail('headers must be an object of strings');
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string' || !isHeader(name, value)) fail(`the header ${name} cannot be sent`);
  }
  return { ...given };
}

/** `name=value` with commas between, percent-encoded, as W3C Baggage has it (OTLP exporter specification). */
function headersOfEnvironment(): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const variable of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS']) {
    for (const pair of (environmentVariable(variable) ?? '').split(',')) {
      const equals = pair.indexOf('=');
      if (equals < 1) continue;
      const name = decoded(pair.slice(0, equals).trim());
      const value = decoded(pair.slice(equals + 1).trim());
      if (isHeader(name, value)) headers[name.toLowerCase()] = value;
      else warn('otlp:headers', `a header in ${variable} cannot be sent and is left out`);
    }
  }
  return headers;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function resolveTimeout(given: unknown): number {
  const value = given ?? setting('TIMEOUT') ?? DEFAULT_TIMEOUT_MS;
  const ms = typeof value === 'string' ? Number(value) : value;
  if (typeof ms !== 'number' || !Number.isInteger(ms) || ms < 1 || ms > MAX_TIMER_MS) {
    return fail(`timeoutMs must be a whole number from 1 to ${MAX_TIMER_MS}, got ${String(value)}`);
  }
  return ms;
}

function tlsOfEnvironment(): TlsSettings | undefined {
  const ca = pem('CERTIFICATE');
  const cert = pem('CLIENT_CERTIFICATE');
  const key = pem('CLIENT_KEY');
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** The file that a variable names. */
function pem(name: string): string | undefined {
  const path = setting(name);
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`the file of OTEL_EXPORTER_OTLP_${name} cannot be read: ${errorText(error)}`);
  }
}

function oneOf(name: string, value: string, allowed: readonly string[]): string {
  if (!allowed.includes(value)) fail(`${name} must be ${allowed.join(' or ')}, got ${JSON.stringify(value)}`);
  return value;
}

function fail(message: string): never {
  throw new TypeError(`OtlpHttpExporter: ${message}`);
}
