import {
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

const REMOTE_PARENT = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
  traceState: createTraceState('vendor=1,other=2'),
};

const LINK: Link = {
  context: {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    traceFlags: TraceFlags.NONE,
    traceState: createTraceState('linked=yes'),
  },
  attributes: { 'link.kind': 'session' },
  droppedAttributesCount: 3,
};

/** Finished spans of the real SDK that use everything OTLP can say: two resources, three scopes. */
export function sdkSpans(): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = (service: string): BasicTracerProvider =>
    new BasicTracerProvider({
      resource: resourceFromAttributes(
        { 'service.name': service, 'host.cpus': [1, 2] },
        { schemaUrl: 'https://example.org/r' },
      ),
      spanLimits: { attributeCountLimit: 30, eventCountLimit: 2, linkCountLimit: 2 },
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
  const first = provider('first');
  const second = provider('second');

  const rich = first
    .getTracer('scope.a', '1.2.3', { schemaUrl: 'https://example.org/s' })
    .startSpan(
      'chat model',
      { kind: SpanKind.CLIENT, startTime: [1_700_000_000, 123_456_789], links: [LINK, LINK, LINK] },
      trace.setSpanContext(ROOT_CONTEXT, REMOTE_PARENT),
    );
  rich.setAttributes({
    text: 'hällo "wörld" 😀\n',
    empty: '',
    yes: true,
    zero: 0,
    'minus.zero': -0,
    whole: 1.0,
    negative: -42,
    double: 0.1,
    tiny: 5e-324,
    big: Number.MAX_SAFE_INTEGER,
    'beyond.safe': 2 ** 60,
    'beyond.int64': 1e300,
    nan: Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
    'minus.infinity': Number.NEGATIVE_INFINITY,
    texts: ['a', 'b'],
    numbers: [1, 2.5, -3],
    booleans: [true, false],
    holes: ['a', null, undefined],
    none: [],
  });
  for (let index = 0; index < 40; index += 1) rich.setAttribute(`filler.${index}`, index);
  rich.addEvent('first', { dropped: true }, [1_700_000_000, 200_000_000]);
  rich.addEvent('second', { payload: '{"a":1}', count: 2 }, [1_700_000_000, 300_000_000]);
  rich.addEvent('third', undefined, [1_700_000_001, 0]);
  rich.setStatus({ code: SpanStatusCode.ERROR, message: 'it broke' });
  rich.end([1_700_000_002, 5]);

  const child = first
    .getTracer('scope.b')
    .startSpan('child', { kind: SpanKind.PRODUCER, startTime: [0, 7] }, trace.setSpan(ROOT_CONTEXT, rich));
  child.setStatus({ code: SpanStatusCode.OK });
  child.end([1, 0]);
  first.getTracer('scope.a', '1.2.3', { schemaUrl: 'https://example.org/s' }).startSpan('sibling').end();
  second.getTracer('scope.a', '1.2.3').startSpan('elsewhere', { kind: SpanKind.SERVER }).end();
  for (const kind of [SpanKind.INTERNAL, SpanKind.CONSUMER]) {
    second.getTracer('scope.a', '9').startSpan(`kind ${kind}`, { kind }).end();
  }
  return exporter.getFinishedSpans();
}
