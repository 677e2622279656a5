import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PriceTable } from '../cost/price-table.js';
import type { DeliveryOptions } from '../delivery/options.js';
import { createMasker } from '../masking/masker.js';
import type { Masker } from '../masking/types.js';
import { captureContentByDefault } from '../otel/environment.js';
import { MAX_TIMER_MS } from '../otel/within-time.js';
import type { Target } from './forward/target.js';
import { isLoopback } from './http/auth.js';
import { createSpanNormalizer, type SpanNormalizer } from './normalise/normalizer.js';
import type { NamedExporter } from './pipeline/delivery.js';

/** What the gateway takes at most. All are at least 1. */
export interface GatewayLimits {
  /** Bytes of a body, before and after unpacking. Default 64 MiB, as the OTLP specification recommends. */
  readonly maxBodyBytes: number;
  /** Bytes of all bodies that are being read. Default 128 MiB. */
  readonly maxBytesInFlight: number;
  /** Spans of one request; those beyond are rejected as a partial success. Default 10 000. */
  readonly maxSpans: number;
  /** Messages and values in one request. Default 500 000. */
  readonly maxValues: number;
  /** Requests at the same time. Default 64. */
  readonly maxRequests: number;
  /** Connections at the same time. Default 1024. */
  readonly maxConnections: number;
  /** Bytes of the headers. Default 16 384. */
  readonly maxHeaderBytes: number;
  /** For the headers to arrive, in ms. Default 10 000. */
  readonly headersTimeoutMs: number;
  /** For a whole request to arrive, in ms. Default 30 000. */
  readonly requestTimeoutMs: number;
  /** How long a connection may stay open between requests, in ms. Default 60 000. */
  readonly keepAliveTimeoutMs: number;
  /** For what waits to be delivered at the end, in ms. Default 10 000. */
  readonly drainTimeoutMs: number;
}

export interface GatewayTls {
  /** Certificate chain and key of the gateway, in PEM. */
  readonly cert: string;
  readonly key: string;
  /** Authorities, in PEM, one of which has to have signed a client's certificate (mTLS). */
  readonly clientCa?: string | undefined;
}

/** Asked first for every request: answers it and returns true, or leaves it to the receiver. Must not throw. */
export type FrontHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface GatewayOptions {
  /** Default 127.0.0.1. Any other than loopback needs `token` or `tls.clientCa`. */
  readonly host?: string | undefined;
  /** Default 4318; 0 takes a free one. */
  readonly port?: number | undefined;
  /** The bearer token that requests must carry. */
  readonly token?: string | undefined;
  readonly tls?: GatewayTls | undefined;
  /** Where traces, logs and metrics go. */
  readonly targets?: readonly Target[] | undefined;
  /** Where spans go besides. */
  readonly exporters?: readonly NamedExporter[] | undefined;
  /** Default `createSpanNormalizer()` for 5000 conversations at a time. */
  readonly normalizer?: SpanNormalizer | undefined;
  /** Default `createMasker()`; `false` masks nothing. */
  readonly masker?: Masker | false | undefined;
  readonly prices?: PriceTable | false | undefined;
  /** Default true, unless `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says otherwise. */
  readonly captureContent?: boolean | undefined;
  readonly limits?: Partial<GatewayLimits> | undefined;
  readonly delivery?: DeliveryOptions | undefined;
  /** What else the port serves. */
  readonly front?: FrontHandler | undefined;
}

export interface ResolvedGatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly tls: GatewayTls | undefined;
  readonly targets: readonly Target[];
  readonly exporters: readonly NamedExporter[];
  readonly normalizer: SpanNormalizer;
  readonly masker: Masker | undefined;
  readonly prices: PriceTable | false | undefined;
  readonly captureContent: boolean;
  readonly limits: GatewayLimits;
  readonly delivery: DeliveryOptions & { readonly maxQueueSize: number; readonly maxQueueBytes: number };
  readonly front: FrontHandler | undefined;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  maxBodyBytes: 64 * 1024 * 1024,
  maxBytesInFlight: 128 * 1024 * 1024,
  maxSpans: 10_000,
  maxValues: 500_000,
  maxRequests: 64,
  maxConnections: 1024,
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 60_000,
  drainTimeoutMs: 10_000,
};

/** Larger than beside a call: the gateway is there to wait for back ends. */
const DELIVERY = {
  flushIntervalMs: 1000,
  flushThreshold: 512,
  maxBatchSize: 512,
  maxQueueSize: 50_000,
  maxQueueBytes: 256 * 1024 * 1024,
} as const satisfies DeliveryOptions;

/** Calls followed at a time: one core takes the spans of so many (docs/gateway.md). */
export const DEFAULT_MAX_CONVERSATIONS = 5000;

/** Shorter ones can be guessed. */
const MIN_TOKEN_LENGTH = 16;

/** @throws TypeError with what is wrong and what is allowed */
export function resolveGatewayOptions(options: GatewayOptions): ResolvedGatewayOptions {
  const { host = '127.0.0.1', port = 4318, token, tls, targets = [], exporters = [] } = options;
  if (typeof host !== 'string' || host === '')
    throw new TypeError('gateway: host must be a name or an address');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError(`gateway: port must be a whole number from 0 to 65535, got ${port}`);
  }
  if (token !== undefined && token.length < MIN_TOKEN_LENGTH) {
    throw new TypeError(`gateway: the token must have at least ${MIN_TOKEN_LENGTH} characters`);
  }
  if (!isLoopback(host) && token === undefined && tls?.clientCa === undefined) {
    throw new TypeError(
      `gateway: ${host} can be reached from other machines, so a bearer token or client certificates (mTLS) are ` +
        'needed; without them only a loopback host such as 127.0.0.1 is allowed',
    );
  }
  if (targets.length + exporters.length === 0) {
    throw new TypeError('gateway: at least one target or exporter is needed');
  }
  const { masker, captureContent, limits, delivery, normalizer, prices, front } = options;
  return {
    host,
    port,
    token,
    tls,
    targets,
    exporters,
    normalizer: normalizer ?? createSpanNormalizer({ maxConversations: DEFAULT_MAX_CONVERSATIONS }),
    masker: masker === false ? undefined : (masker ?? createMasker()),
    prices,
    front,
    captureContent: captureContent ?? captureContentByDefault(),
    limits: resolveLimits(limits ?? {}),
    delivery: {
      ...DELIVERY,
      ...delivery,
      maxQueueSize: delivery?.maxQueueSize ?? DELIVERY.maxQueueSize,
      maxQueueBytes: delivery?.maxQueueBytes ?? DELIVERY.maxQueueBytes,
    },
  };
}

function resolveLimits(given: Partial<GatewayLimits>): GatewayLimits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new TypeError(
        `gateway: there is no limit ${name}; there are ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
      );
    }
    const most = name.endsWith('Ms') ? MAX_TIMER_MS : Number.MAX_SAFE_INTEGER;
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new TypeError(`gateway: ${name} must be a whole number from 1 to ${most}, got ${value}`);
    }
  }
  return { ...DEFAULT_LIMITS, ...given };
}
