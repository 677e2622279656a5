import { type ParseArgsConfig, parseArgs } from 'node:util';
import { isLoopback } from '../gateway/http/auth.js';
import { UsageError } from './io.js';

export const GATEWAY_HELP = `voice-otel gateway --to URL [options]
voice-otel gateway --out FILE [options]
voice-otel gateway --ashr [options]

Receives OTLP over HTTP (/v1/traces, /v1/logs, /v1/metrics; protobuf or JSON), turns the spans of Pipecat and LiveKit
into voice.* sessions, turns and stages, masks, prices and times them, and forwards everything.

  --to URL              an OTLP/HTTP endpoint: /v1/traces and so on are appended
  --out FILE            a file of OTLP JSON lines, for voice-otel timeline FILE
  --ashr                Ashr's voice ingest: conversations, with the key in ASHR_LABS_API_KEY or ASHR_VOICE_OBS_API_KEY,
                        to ASHR_VOICE_OBS_BASE_URL (default https://api.ashr.io)
  --host HOST           where to listen (default 127.0.0.1)
  --port PORT           default 4318; 0 takes a free one
  --header 'NAME: VALUE'    sent with every request to --to; also OTEL_EXPORTER_OTLP_HEADERS
  --protocol PROTOCOL   http/protobuf (default) or http/json, to --to
  --compression WAY     gzip (default) or none, to --to
  --to-ca FILE          authorities (PEM) to trust for --to
  --token-file FILE     the bearer token that requests must carry; also VOICE_OTEL_GATEWAY_TOKEN
  --tls-cert FILE, --tls-key FILE    serve HTTPS with this certificate (PEM)
  --tls-client-ca FILE  only take clients with a certificate of these authorities (mTLS)
  --no-content          write no transcripts, prompts, arguments
  --prices FILE         options of createPriceTable as JSON: overrides, aliases, currency, exchangeRates
  --max-body-bytes N, --max-spans N, --max-requests N    limits of one request, and of requests at a time
  --max-queue-spans N, --max-queue-bytes N               what waits for a back end; beyond, answers are 429
  --grace-ms N          how long a turn waits for spans that are exported after it (default 6000)
  --idle-ms N           turns are handed on when nothing came of their call for so long (default 30000)
  --max-conversations N calls followed at a time; beyond, the one that was idle longest is closed (default 5000)
  --drain-ms N          the longest that stopping may take (default 10000)

A host that other machines can reach needs a token or --tls-client-ca.
GET /health says whether it runs, GET /metrics what it does (Prometheus text).
`;

const OPTIONS = {
  to: { type: 'string' },
  out: { type: 'string' },
  ashr: { type: 'boolean', default: false },
  host: { type: 'string' },
  port: { type: 'string' },
  header: { type: 'string', multiple: true },
  protocol: { type: 'string' },
  compression: { type: 'string' },
  'to-ca': { type: 'string' },
  'token-file': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-client-ca': { type: 'string' },
  content: { type: 'boolean', default: true },
  prices: { type: 'string' },
  'max-body-bytes': { type: 'string' },
  'max-spans': { type: 'string' },
  'max-requests': { type: 'string' },
  'max-queue-spans': { type: 'string' },
  'max-queue-bytes': { type: 'string' },
  'grace-ms': { type: 'string' },
  'idle-ms': { type: 'string' },
  'max-conversations': { type: 'string' },
  'drain-ms': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

/** What the command line asks for. */
export interface GatewayArguments {
  readonly help: boolean;
  readonly to: URL | undefined;
  readonly out: string | undefined;
  readonly ashr: boolean;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly encoding: 'protobuf' | 'json';
  readonly compression: 'gzip' | 'none';
  readonly toCa: string | undefined;
  readonly tokenFile: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly tlsClientCa: string | undefined;
  /** `undefined`: as the environment says. */
  readonly captureContent: false | undefined;
  readonly prices: string | undefined;
  readonly maxBodyBytes: number | undefined;
  readonly maxSpans: number | undefined;
  readonly maxRequests: number | undefined;
  readonly maxQueueSpans: number | undefined;
  readonly maxQueueBytes: number | undefined;
  readonly graceMs: number | undefined;
  readonly idleMs: number | undefined;
  readonly maxConversations: number | undefined;
  readonly drainMs: number | undefined;
}

/** Throws a `UsageError` (or one of `parseArgs`) for a command line that makes no sense. */
export function parseGatewayArguments(argv: readonly string[]): GatewayArguments {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS, allowNegative: true });
  const whole = (name: NumberOption): number | undefined => wholeNumber(values[name], name);
  const args: GatewayArguments = {
    help: values.help,
    to: endpoint(values.to),
    out: values.out,
    ashr: values.ashr,
    host: values.host,
    port: whole('port'),
    headers: Object.fromEntries((values.header ?? []).map(header)),
    encoding:
      oneOf(values.protocol ?? 'http/protobuf', ['http/protobuf', 'http/json'], 'protocol') === 'http/json'
        ? 'json'
        : 'protobuf',
    compression: oneOf(values.compression ?? 'gzip', ['gzip', 'none'], 'compression'),
    toCa: values['to-ca'],
    tokenFile: values['token-file'],
    tlsCert: values['tls-cert'],
    tlsKey: values['tls-key'],
    tlsClientCa: values['tls-client-ca'],
    captureContent: values.content ? undefined : false,
    prices: values.prices,
    maxBodyBytes: whole('max-body-bytes'),
    maxSpans: whole('max-spans'),
    maxRequests: whole('max-requests'),
    maxQueueSpans: whole('max-queue-spans'),
    maxQueueBytes: whole('max-queue-bytes'),
    graceMs: whole('grace-ms'),
    idleMs: whole('idle-ms'),
    maxConversations: whole('max-conversations'),
    drainMs: whole('drain-ms'),
  };
  if (!args.help) check(args);
  return args;
}

type NumberOption =
  | 'port'
  | 'max-body-bytes'
  | 'max-spans'
  | 'max-requests'
  | 'max-queue-spans'
  | 'max-queue-bytes'
  | 'grace-ms'
  | 'idle-ms'
  | 'max-conversations'
  | 'drain-ms';

function check(args: GatewayArguments): void {
  if (args.to === undefined && args.out === undefined && !args.ashr) {
    throw new UsageError('gateway needs at least one of --to URL, --out FILE and --ashr');
  }
  if (args.to !== undefined && isItself(args.to, args)) {
    throw new UsageError(
      `--to ${args.to.href} is this gateway itself; give one of them another port (--port)`,
    );
  }
  if ((args.tlsCert === undefined) !== (args.tlsKey === undefined)) {
    throw new UsageError('--tls-cert and --tls-key belong together');
  }
  if (args.tlsClientCa !== undefined && args.tlsCert === undefined) {
    throw new UsageError('--tls-client-ca needs --tls-cert and --tls-key');
  }
}

/** Whether a gateway with these arguments would send to its own port, for ever. */
function isItself(to: URL, { host, port }: GatewayArguments): boolean {
  const { hostname } = to;
  return (
    Number(to.port) === (port ?? 4318) && (hostname === host || isLoopback(hostname.replace(/^\[|\]$/g, '')))
  );
}

function endpoint(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError(`--to takes a URL such as http://127.0.0.1:4328, not "${text}"`);
  }
  return url;
}

/** The characters of a field name (RFC 9110, section 5.6.2); a value is visible ASCII, as Node wants it. */
const HEADER = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\x20-\x7e]*)$/;

function header(text: string): [name: string, value: string] {
  const [, name, value] = HEADER.exec(text) ?? [];
  // The value may be a key: it is not repeated.
  if (name === undefined || value === undefined) throw new UsageError("--header takes 'NAME: VALUE'");
  return [name.toLowerCase(), value];
}

function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
}

function oneOf<T extends string>(text: string, allowed: readonly T[], name: string): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new UsageError(`--${name} takes ${allowed.join(' or ')}, not "${text}"`);
  return found;
}
