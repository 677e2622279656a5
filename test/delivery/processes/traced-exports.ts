/**
 * Run as a process of its own: exports with HTTP and undici instrumentation switched on, once bare (the control:
 * these must be traced) and once through the queue. Prints the names of the spans that the instrumentations made.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { DeliveryQueue } from '../../../src/delivery/queue.js';
import type { ReadableSpanLike, SpanExporterLike } from '../../../src/otel/types.js';
import { span } from '../span.js';

const url = process.argv[2] ?? '';
const collected = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(collected)] });
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);
for (const instrumentation of [new HttpInstrumentation(), new UndiciInstrumentation()]) {
  instrumentation.setTracerProvider(provider);
  instrumentation.enable();
}
// The exporter imports `http` as an ES module; this is how it sees what the instrumentation has put there.
createRequire(import.meta.url)('http');
syncBuiltinESMExports();

/** An exporter of ours in miniature, over fetch. */
class FetchExporter implements SpanExporterLike {
  export(spans: ReadableSpanLike[], resultCallback: (result: { code: number; error?: Error }) => void): void {
    const body = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: spans.map(({ name }) => ({ name })) }] }],
    });
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then(
      (response) => resultCallback({ code: response.ok ? 0 : 1 }),
      (error: Error) => resultCallback({ code: 1, error }),
    );
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const caller = propagation.setBaggage(
  trace.setSpan(ROOT_CONTEXT, provider.getTracer('app').startSpan('call')),
  propagation.createBaggage({ caller: { value: 'jane' } }),
);

async function exportBare(exporter: SpanExporterLike): Promise<void> {
  await context.with(
    caller,
    () => new Promise<void>((resolve) => exporter.export([span('bare')], () => resolve())),
  );
}

async function exportQueued(exporter: SpanExporterLike): Promise<void> {
  const queue = new DeliveryQueue(exporter);
  await context.with(caller, async () => {
    for (let index = 0; index < 10; index += 1) queue.enqueue(span('queued'));
    await queue.forceFlush();
    queue.enqueue(span('last'));
    await queue.shutdown();
  });
}

function takeNames(): string[] {
  const names = collected.getFinishedSpans().map((item) => item.name);
  collected.reset();
  return names;
}

const result: Record<string, string[]> = {};
for (const [name, exporter] of [
  ['http', new OTLPTraceExporter({ url })],
  ['fetch', new FetchExporter()],
] as const) {
  await exportBare(exporter);
  result[`${name} bare`] = takeNames();
  await exportQueued(exporter);
  result[`${name} queued`] = takeNames();
}
console.log(JSON.stringify(result));
