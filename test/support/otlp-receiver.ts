import { createRequire } from 'node:module';
import type { Attributes, HrTime } from '@opentelemetry/api';
import type { ReadableSpanLike } from '../../src/otel/types.js';

/** What is used of `@elastic/mockotlpserver`, which comes without types. */
interface MockServerModule {
  readonly MockOtlpServer: new (options: {
    services: ['http'];
    httpHostname: string;
    httpPort: number;
    logLevel: string;
    onTrace(request: unknown): void;
    onMetrics(request: MetricsRequest): void;
  }) => { readonly httpUrl: URL; start(): Promise<void>; close(): Promise<void> };
  /** A request of either encoding with ids in hex, times as decimal strings, and attributes as plain objects. */
  normalizeTrace(request: unknown): TraceRequest;
}

interface TraceRequest {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: {
      readonly scope: { readonly name: string; readonly version?: string };
      readonly spans: OtlpSpan[];
    }[];
  }[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: Attributes;
  readonly events?: { name: string; timeUnixNano: string; attributes?: Attributes }[];
  readonly status?: { code?: string | number; message?: string };
}

interface MetricsRequest {
  readonly resourceMetrics: { readonly scopeMetrics: { readonly metrics: Metric[] }[] }[];
}

interface Metric {
  readonly name: string;
  readonly histogram?: { readonly dataPoints: { readonly count: unknown }[] };
}

/** In the order of the API's `SpanKind`. */
const KINDS = [
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const STATUS_CODES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

const { MockOtlpServer, normalizeTrace }: MockServerModule = createRequire(import.meta.url)(
  '@elastic/mockotlpserver',
);

/** An OTLP/HTTP receiver in this process, for traces and metrics. */
export class Receiver {
  readonly #traces: unknown[] = [];
  readonly #metrics: MetricsRequest[] = [];
  readonly #server = new MockOtlpServer({
    services: ['http'],
    httpHostname: '127.0.0.1',
    httpPort: 0,
    logLevel: 'error',
    onTrace: (request) => this.#traces.push(request),
    onMetrics: (request) => this.#metrics.push(request),
  });

  async start(): Promise<void> {
    await this.#server.start();
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get url(): string {
    return this.#server.httpUrl.href.replace(/\/$/, '');
  }

  get spans(): ReadableSpanLike[] {
    return this.#traces.flatMap(spansOf);
  }

  /** How many values a histogram was given, by its latest cumulative report. */
  recorded(histogram: string): number {
    const reports = this.#metrics
      .flatMap(({ resourceMetrics }) => resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .filter(({ name }) => name === histogram);
    const points = reports.at(-1)?.histogram?.dataPoints ?? [];
    return points.reduce((sum, { count }) => sum + Number(count), 0);
  }
}

/** The spans of a file of OTLP JSON lines. */
export function spansOfLines(text: string): ReadableSpanLike[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => spansOf(JSON.parse(line)));
}

function spansOf(request: unknown): ReadableSpanLike[] {
  return normalizeTrace(request).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => readable(span, resource, scope))),
  );
}

function readable(
  span: OtlpSpan,
  resource: ReadableSpanLike['resource'],
  instrumentationScope: ReadableSpanLike['instrumentationScope'],
): ReadableSpanLike {
  const { traceId, spanId, parentSpanId } = span;
  const code = span.status?.code;
  return {
    name: span.name,
    kind: KINDS.indexOf(span.kind),
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    ...(parentSpanId ? { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: 1 } } : {}),
    startTime: hrTime(span.startTimeUnixNano),
    endTime: hrTime(span.endTimeUnixNano),
    duration: hrTime(String(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano))),
    attributes: span.attributes ?? {},
    events: (span.events ?? []).map((event) => ({ ...event, time: hrTime(event.timeUnixNano) })),
    status: {
      code: typeof code === 'number' ? code : Math.max(0, STATUS_CODES.indexOf(code ?? '')),
      message: span.status?.message ?? '',
    },
    links: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function hrTime(nanos: string): HrTime {
  const value = BigInt(nanos);
  return [Number(value / 1_000_000_000n), Number(value % 1_000_000_000n)];
}
