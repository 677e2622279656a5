import type { SessionReport } from '../../src/report/model.js';
import type { OtlpTraceRequest } from '../../src/report/otlp.js';

/** 2026-11-20 14:03:07 UTC, when the hand-written calls begin. */
export const START = Date.UTC(2026, 10, 20, 14, 3, 7);

export type Value = string | number | boolean;

export interface SpanSketch {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  /** Seconds from `START`. */
  readonly from: number;
  readonly to: number;
  readonly attributes?: Readonly<Record<string, Value>>;
  readonly events?: readonly { readonly at: number; readonly name: string; readonly payload?: string }[];
  /** The message of status Error. */
  readonly failed?: string;
}

/** Integers of the vocabulary; every other number is a double. */
const INTEGERS = /count$|index$|tokens$|status_code$|characters$/;

/** An OTLP span in JSON form, as our exporters and the official ones write it. */
export function otlpSpan(sketch: SpanSketch): object {
  return {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: hex(sketch.id),
    ...(sketch.parent === undefined ? {} : { parentSpanId: hex(sketch.parent) }),
    name: sketch.name,
    kind: 1,
    startTimeUnixNano: nanos(sketch.from),
    endTimeUnixNano: nanos(sketch.to),
    attributes: otlpAttributes(sketch.attributes ?? {}),
    events: (sketch.events ?? []).map(({ at, name, payload }) => ({
      timeUnixNano: nanos(at),
      name,
      attributes: otlpAttributes(payload === undefined ? {} : { 'voice.event.payload': payload }),
    })),
    status: sketch.failed === undefined ? { code: 0 } : { code: 2, message: sketch.failed },
  };
}

export function otlpRequest(spans: readonly object[], scope = 'voice-otel'): OtlpTraceRequest {
  return {
    resourceSpans: [
      {
        resource: { attributes: otlpAttributes({ 'service.name': 'front-desk' }) },
        scopeSpans: [{ scope: { name: scope, version: '0.1.0' }, spans }],
      },
    ],
  };
}

export function otlpAttributes(attributes: Readonly<Record<string, Value>>): object[] {
  return Object.entries(attributes).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } };
    if (typeof value === 'boolean') return { key, value: { boolValue: value } };
    return { key, value: INTEGERS.test(key) ? { intValue: String(value) } : { doubleValue: value } };
  });
}

/** A short name of a span as an id of 16 hex digits. */
function hex(name: string): string {
  return [...name]
    .map((character) => character.charCodeAt(0).toString(16))
    .join('')
    .padStart(16, '0')
    .slice(-16);
}

function nanos(seconds: number): string {
  return `${START + Math.round(seconds * 1000)}000000`;
}

/** The one session there is. */
export function onlySession(sessions: readonly SessionReport[]): SessionReport {
  const [session, ...others] = sessions;
  if (session === undefined || others.length > 0)
    throw new Error(`${sessions.length} sessions, one expected`);
  return session;
}
