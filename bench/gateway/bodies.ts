import { decodeTraces, encodeRequest } from '../../src/gateway/otlp/codec.js';
import { recordings, spansOf } from '../../test/gateway/support.js';

/** One request of the load. */
export interface LoadBody {
  readonly body: Uint8Array;
  readonly spans: number;
}

/** Attributes that hold what people said. */
const CONTENT = new Set(['transcript', 'text', 'output']);

/**
 * The recorded requests as often as wanted, every time as conversations of their own: with other trace ids, and with
 * other words, as a masker that has read a text before would be quicker the second time.
 */
export function loadBodies(copies: number): LoadBody[] {
  const recorded = recordings().map(({ protobuf }) => protobuf);
  const bodies: LoadBody[] = [];
  for (let copy = 0; copy < copies; copy += 1) {
    const start = (copy + 1).toString(16).padStart(8, '0');
    for (const protobuf of recorded) {
      const request = decodeTraces('protobuf', protobuf);
      const changed = JSON.parse(JSON.stringify(request), (key, value: unknown) => {
        if (key === 'traceId' && typeof value === 'string') return start + value.slice(8);
        return isAttribute(value) ? reworded(value, copy) : value;
      });
      bodies.push({ body: encodeRequest('traces', 'protobuf', changed), spans: spansOf(request).length });
    }
  }
  return bodies;
}

interface TextAttribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

function isAttribute(value: unknown): value is TextAttribute {
  return (
    typeof value === 'object' &&
    value !== null &&
    'key' in value &&
    'value' in value &&
    typeof value.value === 'object' &&
    value.value !== null &&
    'stringValue' in value.value
  );
}

function reworded({ key, value }: TextAttribute, copy: number): TextAttribute {
  const word = `call number ${copy}`;
  if (CONTENT.has(key)) return { key, value: { stringValue: `${value.stringValue} ${word}` } };
  if (key !== 'input') return { key, value };
  return {
    key,
    value: { stringValue: value.stringValue.replaceAll('"content": "', `"content": "${word} `) },
  };
}
