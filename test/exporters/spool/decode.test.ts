import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { expect, it } from 'vitest';
import { encodeTraceRequest } from '../../../src/exporters/otlp-json.js';
import { decodeLine } from '../../../src/exporters/spool/decode.js';
import { isMasked } from '../../../src/masking/span.js';
import { sdkSpans } from '../sdk-spans.js';

it('spans of the SDK come back from a line as they went into it, and count as masked', () => {
  const spans = sdkSpans();
  const line = JSON.stringify(encodeTraceRequest(spans));
  const decoded = decodeLine(line);
  expect(JSON.stringify(encodeTraceRequest(decoded))).toBe(line);
  expect(decoded.map(isMasked)).toEqual(decoded.map(() => true));
  const byName = new Map(spans.map((span) => [span.name, span]));
  for (const span of decoded) {
    const { duration, kind, attributes, ended } = byName.get(span.name) ?? {};
    expect({ duration: span.duration, kind: span.kind, ended: span.ended }).toEqual({
      duration,
      kind,
      ended,
    });
    // OTLP has integers without a sign for zero, and lists without holes.
    const plain = { 'minus.zero': 0, holes: ['a', null, null] };
    const known = Object.fromEntries(Object.entries(plain).filter(([key]) => key in (attributes ?? {})));
    expect(span.attributes).toEqual({ ...attributes, ...known });
  }
  // An exporter of the SDK takes them.
  const exporter = new InMemorySpanExporter();
  Reflect.apply(exporter.export, exporter, [decoded, () => {}]);
  expect(exporter.getFinishedSpans()).toHaveLength(decoded.length);
});

it.each(['', '{"resourceSpans":[{"resource":', '{}', 'null'])('%s is no line of ours', (line) => {
  expect(() => decodeLine(line)).toThrow();
});
