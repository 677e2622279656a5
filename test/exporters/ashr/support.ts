import type { Span } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { vi } from 'vitest';
import type { Clock } from '../../../src/conversation/clock.js';
import { VoiceTracer } from '../../../src/conversation/tracer.js';
import type { DeliveryOptions } from '../../../src/delivery/options.js';
import { AshrExporter } from '../../../src/exporters/ashr/exporter.js';
import type { AshrExporterOptions } from '../../../src/exporters/ashr/options.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { VoiceSpanProcessor } from '../../../src/processor/voice-span-processor.js';
import type { AshrMock } from '../../../src/testing/ashr-mock/mock.js';

export interface Wired {
  readonly exporter: AshrExporter;
  readonly processor: VoiceSpanProcessor;
  readonly tracer: VoiceTracer;
}

/** What stands behind a `Client`, with every part at hand. Nothing is sent until it is flushed. */
export function wire(
  mock: AshrMock,
  options: AshrExporterOptions = {},
  delivery: DeliveryOptions = {},
  clock?: Clock,
): Wired {
  const exporter = new AshrExporter({ apiKey: 'vo_key', baseUrl: mock.url, ...options });
  const processor = new VoiceSpanProcessor({
    exporter,
    delivery: { flushIntervalMs: 3_600_000, flushThreshold: 1_000_000, ...delivery },
  });
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] });
  return {
    exporter,
    processor,
    tracer: new VoiceTracer({ tracerProvider, ...(clock === undefined ? {} : { clock }) }),
  };
}

/** Exports spans and resolves with the answer. */
export function exported(
  exporter: AshrExporter,
  spans: ReadableSpanLike[],
): Promise<{ code: number; error?: Error }> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

/** Ends somebody else's spans into a list, as their SDK hands them to an exporter. */
export function foreign(
  write: (start: (name: string, attributes: object) => Span) => void,
): ReadableSpanLike[] {
  const spans: ReadableSpanLike[] = [];
  const provider = new BasicTracerProvider({
    spanProcessors: [
      {
        onStart: () => {},
        onEnd: (span) => void spans.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const tracer = provider.getTracer('foreign');
  write((name, attributes) => tracer.startSpan(name, { attributes: { ...attributes } }));
  return spans;
}

/** Collects what is warned about. */
export function warnings(): string[] {
  resetWarnings();
  const lines: string[] = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void lines.push(line));
  return lines;
}

/** The bodies of accepted `POST /v1/voice/spans`, in order. */
export function bodies(mock: AshrMock): Record<string, unknown>[] {
  return mock.requests
    .filter(({ path, status }) => path === '/v1/voice/spans' && status === 202)
    .map(({ body }) => body as Record<string, unknown>);
}
