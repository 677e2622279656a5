import type { Tracer } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import type { DeliveryQueue } from '../../src/delivery/queue.js';

/** A tracer of the real SDK whose ended spans go into `queue`. */
export function tracerInto(queue: DeliveryQueue, resource?: Resource): Tracer {
  const provider = new BasicTracerProvider({
    ...(resource === undefined ? {} : { resource }),
    spanProcessors: [
      {
        onStart: () => {},
        onEnd: (span) => queue.enqueue(span),
        forceFlush: () => queue.forceFlush(),
        shutdown: () => queue.shutdown(),
      },
    ],
  });
  return provider.getTracer('delivery-test');
}

/** Ends spans named `from` … `to - 1`. */
export function endSpans(tracer: Tracer, from: number, to: number): void {
  for (let index = from; index < to; index += 1) {
    tracer.startSpan(String(index), { attributes: { 'voice.turn.index': index } }).end();
  }
}
