import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { checkConformance, MemoryExporter } from '../../src/testing/index.js';

test('keeps what a real provider exports, also after its shutdown', async () => {
  const exporter = new MemoryExporter();
  const asSdkExporter: SpanExporter = exporter;
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(asSdkExporter)] });
  const tracer = provider.getTracer('voice-otel');
  tracer.startSpan('voice.session').end();
  tracer.startSpan('second').end();
  await provider.forceFlush();
  expect(exporter.spans.map((span) => span.name)).toEqual(['voice.session', 'second']);
  expect(checkConformance(exporter.spans).map(({ id, key }) => `${id} ${key ?? '-'}`)).toEqual([
    'required_attribute_not_present voice.session.id',
    'required_attribute_not_present session.id',
    'required_attribute_not_present gen_ai.conversation.id',
    'required_attribute_not_present gen_ai.agent.name',
    'undefined_span -',
  ]);
  await provider.shutdown();
  expect(exporter.spans).toHaveLength(2);
  exporter.reset();
  expect(exporter.spans).toEqual([]);
});

test('answers success', () => {
  const results: unknown[] = [];
  new MemoryExporter().export([], (result) => results.push(result));
  expect(results).toEqual([{ code: 0 }]);
});
