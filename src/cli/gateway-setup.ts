import { readFile } from 'node:fs/promises';
import { createPriceTable, type PriceTable, type PriceTableOptions } from '../cost/price-table.js';
import { AshrExporter } from '../exporters/ashr/exporter.js';
import { OtlpHttpSender } from '../exporters/otlp-http/sender.js';
import { FileTarget } from '../gateway/forward/file-target.js';
import { HttpTarget } from '../gateway/forward/http-target.js';
import type { Target } from '../gateway/forward/target.js';
import { createSpanNormalizer } from '../gateway/normalise/normalizer.js';
import { DEFAULT_MAX_CONVERSATIONS, type GatewayLimits, type GatewayOptions } from '../gateway/options.js';
import { errorText } from '../otel/diagnostics.js';
import type { GatewayArguments } from './gateway-args.js';
import { UsageError } from './io.js';
import { readOptionFile, readTls, readToken } from './server-files.js';

const TOKEN_VARIABLE = 'VOICE_OTEL_GATEWAY_TOKEN';
const HEADERS_VARIABLE = 'OTEL_EXPORTER_OTLP_HEADERS';
const ASHR_KEY_VARIABLES = ['ASHR_LABS_API_KEY', 'ASHR_VOICE_OBS_API_KEY'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The options of a gateway, from its command line. Throws a `UsageError` where a file cannot be used. */
export async function gatewayOptions(args: GatewayArguments, env: Environment): Promise<GatewayOptions> {
  return {
    host: args.host,
    port: args.port,
    token: await readToken(args, env[TOKEN_VARIABLE]),
    tls: await readTls(args),
    targets: await targets(args, env),
    exporters: args.ashr ? [{ name: 'ashr', exporter: ashrExporter(args, env) }] : [],
    normalizer: createSpanNormalizer(
      given({
        graceMs: args.graceMs,
        idleMs: args.idleMs,
        maxConversations: args.maxConversations ?? DEFAULT_MAX_CONVERSATIONS,
      }),
    ),
    prices: await prices(args.prices),
    captureContent: args.captureContent,
    limits: given<GatewayLimits>({
      maxBodyBytes: args.maxBodyBytes,
      maxBytesInFlight: args.maxBodyBytes === undefined ? undefined : 2 * args.maxBodyBytes,
      maxSpans: args.maxSpans,
      maxRequests: args.maxRequests,
      drainTimeoutMs: args.drainMs,
    }),
    delivery: given({ maxQueueSize: args.maxQueueSpans, maxQueueBytes: args.maxQueueBytes }),
  };
}

/** The options that were given. */
function given<T>(options: { readonly [name in keyof T]?: T[name] | undefined }): Partial<T> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

async function targets(args: GatewayArguments, env: Environment): Promise<Target[]> {
  const list: Target[] = [];
  if (args.to !== undefined) {
    const sender = new OtlpHttpSender({
      headers: { ...headersOf(env[HEADERS_VARIABLE]), ...args.headers },
      compression: args.compression,
      ...(args.toCa === undefined ? {} : { tls: { ca: await readOptionFile(args.toCa, 'to-ca') } }),
    });
    list.push(new HttpTarget(args.to, sender, args.encoding));
  }
  if (args.out !== undefined) list.push(new FileTarget(args.out));
  return list;
}

/** Sessions live in the processes that are traced: a gateway that stops ends none of them. */
function ashrExporter({ captureContent }: GatewayArguments, env: Environment): AshrExporter {
  try {
    return new AshrExporter({
      apiKey: ashrKey(env),
      baseUrl: env.ASHR_VOICE_OBS_BASE_URL?.trim() || undefined,
      captureContent,
      closeOpenSessions: false,
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--ashr: ${errorText(error)}`);
  }
}

/** The key that is set, wherever another variable is set to nothing. */
function ashrKey(env: Environment): string {
  const key = ASHR_KEY_VARIABLES.map((name) => env[name]?.trim()).find(Boolean);
  if (key !== undefined) return key;
  const empty = ASHR_KEY_VARIABLES.filter((name) => env[name] !== undefined);
  const state =
    empty.length === 0
      ? 'neither is set'
      : `${empty.join(' and ')} ${empty.length === 1 ? 'is' : 'are'} empty`;
  throw new UsageError(`--ashr needs an ingest key (vo_…) in ${ASHR_KEY_VARIABLES.join(' or ')}: ${state}`);
}

/** `name=value` pairs with commas between them, percent-encoded (OTLP exporter specification). */
export function headersOf(list: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of list?.split(',') ?? []) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (name !== undefined && value !== undefined) headers[name.toLowerCase()] = decoded(value);
  }
  return headers;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

async function prices(file: string | undefined): Promise<PriceTable | undefined> {
  if (file === undefined) return undefined;
  try {
    const options: PriceTableOptions = JSON.parse(await readFile(file, 'utf8'));
    return createPriceTable(options);
  } catch (error) {
    throw new UsageError(`--prices ${file}: ${errorText(error)}`);
  }
}
