import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { VoiceSpanProcessor, VoiceTracer } from 'voice-otel';

/** The two set-ups that are compared: the same spans through the SDK alone, and through ours. */
export type SetUpName = 'bare SDK' | 'voice-otel';

export interface SetUp {
  readonly tracer: VoiceTracer;
  flush(): Promise<void>;
}

export function setUp(name: SetUpName, exporter: SpanExporter): SetUp {
  const processor =
    name === 'bare SDK'
      ? new BatchSpanProcessor(exporter, { maxQueueSize: 100_000, maxExportBatchSize: 64 })
      : new VoiceSpanProcessor({ exporter, delivery: { maxQueueSize: 100_000 } });
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] });
  return { tracer: new VoiceTracer({ tracerProvider }), flush: () => processor.forceFlush() };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
