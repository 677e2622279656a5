import { createMasker } from '../../masking/masker.js';
import type { Masker } from '../../masking/types.js';
import { warn } from '../../otel/diagnostics.js';
import { captureContentByDefault, environmentVariable } from '../../otel/environment.js';
import { MAX_TIMER_MS } from '../../otel/within-time.js';

export interface AshrExporterOptions {
  /** An ingest key, `vo_…`. Default: `ASHR_LABS_API_KEY`, else `ASHR_VOICE_OBS_API_KEY`. */
  apiKey?: string | undefined;
  /** Default: `ASHR_VOICE_OBS_BASE_URL`, else `https://api.ashr.io`. */
  baseUrl?: string | undefined;
  /** Of sessions that name no tenant. Default: `ASHR_VOICE_OBS_TENANT_ID`, else 0. */
  tenantId?: number | undefined;
  /** How long one request may take, in ms. Default 5000. */
  requestTimeoutMs?: number | undefined;
  /** Masks spans that no processor has masked. Default `createMasker()`; `false` sends them as they are. */
  masker?: Masker | false | undefined;
  /**
   * Whether content (transcripts, prompts, tool arguments) is sent. Default true, unless
   * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says no; `false` also takes it out of spans that a
   * processor has masked.
   */
  captureContent?: boolean | undefined;
  /**
   * Whether `shutdown` closes the sessions that are still open, as ended by the agent. Default true. `false` where
   * sessions live in other processes than the exporter, as in a gateway.
   */
  closeOpenSessions?: boolean | undefined;
}

export interface ResolvedAshrOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly tenantId: number;
  readonly requestTimeoutMs: number;
  readonly masker: Masker;
  readonly masks: boolean;
  readonly captureContent: boolean;
  readonly closeOpenSessions: boolean;
}

const NO_MASKER: Masker = { mask: (text) => text, detect: () => [] };
const DEFAULT_BASE_URL = 'https://api.ashr.io';
/** That of the Python SDK. */
const DEFAULT_TIMEOUT_MS = 5000;
const KEY_VARIABLES = ['ASHR_LABS_API_KEY', 'ASHR_VOICE_OBS_API_KEY'] as const;
const OPTIONS = [
  'apiKey',
  'baseUrl',
  'tenantId',
  'requestTimeoutMs',
  'masker',
  'captureContent',
  'closeOpenSessions',
];

/** @throws TypeError with what is wrong and what is allowed */
export function resolveAshrOptions(options: AshrExporterOptions): ResolvedAshrOptions {
  if (typeof options !== 'object' || options === null) fail('options must be an object');
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) fail(`there is no option ${name}; there are ${OPTIONS.join(', ')}`);
  }
  return {
    apiKey: resolveKey(options.apiKey),
    baseUrl: resolveBaseUrl(options.baseUrl ?? variable('ASHR_VOICE_OBS_BASE_URL') ?? DEFAULT_BASE_URL),
    tenantId: resolveTenant(options.tenantId),
    requestTimeoutMs: resolveTimeout(options.requestTimeoutMs),
    masker: resolveMasker(options.masker),
    masks: options.masker !== false,
    captureContent: boolean('captureContent', options.captureContent) ?? captureContentByDefault(),
    closeOpenSessions: boolean('closeOpenSessions', options.closeOpenSessions) ?? true,
  };
}

/** The key that the environment names, `''` where a variable is set to nothing; `undefined` where none is set. */
export function keyOfEnvironment(): string | undefined {
  const set = KEY_VARIABLES.map(environmentVariable).filter((value) => value !== undefined);
  return set.find((value) => value.trim() !== '') ?? set[0];
}

function resolveKey(given: unknown): string {
  const key = given ?? keyOfEnvironment();
  if (typeof key !== 'string' || key.trim() === '') {
    return fail(`apiKey must be an ingest key (vo_…); it may also stand in ${KEY_VARIABLES.join(' or ')}`);
  }
  const trimmed = key.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) fail('apiKey has characters that no header can carry');
  if (trimmed.startsWith('tp_')) {
    warn(
      'ashr:key',
      'the API key begins with tp_, which is a key of the OTLP endpoint; the voice ingest takes keys that begin with vo_',
    );
  }
  return trimmed;
}

function resolveBaseUrl(given: unknown): string {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return fail(`baseUrl must be an http(s) URL, got ${JSON.stringify(given)}`);
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    fail('baseUrl must have neither a query, nor a fragment, nor a user name');
  }
  return url.href.replace(/\/+$/, '');
}

function resolveTenant(given: unknown): number {
  if (given !== undefined) {
    if (typeof given !== 'number' || !Number.isSafeInteger(given)) fail('tenantId must be a whole number');
    return given;
  }
  const set = variable('ASHR_VOICE_OBS_TENANT_ID');
  if (set === undefined) return 0;
  if (/^-?\d+$/.test(set) && Number.isSafeInteger(Number(set))) return Number(set);
  return fail(`ASHR_VOICE_OBS_TENANT_ID must be a whole number, got ${JSON.stringify(set)}`);
}

function resolveTimeout(given: unknown): number {
  if (given === undefined) return DEFAULT_TIMEOUT_MS;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1 || given > MAX_TIMER_MS) {
    return fail(`requestTimeoutMs must be a whole number from 1 to ${MAX_TIMER_MS}`);
  }
  return given;
}

function resolveMasker(masker: unknown): Masker {
  if (masker === undefined) return createMasker();
  if (masker === false) return NO_MASKER;
  if (isMasker(masker)) return masker;
  return fail('masker must be false or an object with mask(text) and detect(text), see createMasker()');
}

function isMasker(value: unknown): value is Masker {
  return (
    typeof value === 'object' &&
    value !== null &&
    'mask' in value &&
    typeof value.mask === 'function' &&
    'detect' in value &&
    typeof value.detect === 'function'
  );
}

function boolean(name: string, value: unknown): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') fail(`${name} must be a boolean`);
  return value;
}

/** A variable that is set to something. */
function variable(name: string): string | undefined {
  return environmentVariable(name)?.trim() || undefined;
}

function fail(message: string): never {
  throw new TypeError(`AshrExporter: ${message}`);
}
