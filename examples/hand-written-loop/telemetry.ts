import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { VoiceSpanProcessor } from 'voice-otel';

/**
 * The application's OpenTelemetry set-up. Before voice-otel it was
 *
 *     new NodeSDK({ serviceName, traceExporter: exporter, instrumentations })
 *
 * A NodeSDK that is given `spanProcessors` ignores `traceExporter`, so the exporter moves into one of these two lists.
 */
export function startTelemetry(exporter: SpanExporter, way: 'beside' | 'inside'): NodeSDK {
  const spanProcessors = {
    // (a) Beside the processor that you have: ours masks, prices and times every span in place, yours sends them.
    beside: () => [new VoiceSpanProcessor(), new BatchSpanProcessor(exporter)],
    // (b) Inside ours, which then also sends: bounded, retried until the back end is there again, flushed at the end.
    inside: () => [new VoiceSpanProcessor({ exporter })],
  };

  const sdk = new NodeSDK({
    serviceName: 'order-line',
    spanProcessors: spanProcessors[way](),
    instrumentations: [new UndiciInstrumentation()], // spans for fetch
    metricReaders: [], // traces only
    logRecordProcessors: [],
  });
  sdk.start();
  return sdk;
}
