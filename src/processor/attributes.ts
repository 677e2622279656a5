import type { Attributes } from '@opentelemetry/api';

/** Anything with attributes. */
export interface Attributed {
  readonly attributes: Attributes;
}

/** A string attribute, else `undefined`. */
export function text(span: Attributed, key: string): string | undefined {
  const value: unknown = span.attributes[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number, else `undefined`. */
export function number(span: Attributed, key: string): number | undefined {
  const value: unknown = span.attributes[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Seconds of the span as milliseconds, as the cost room takes them. */
export function milliseconds(span: Attributed, key: string): number | undefined {
  const seconds = number(span, key);
  return seconds === undefined ? undefined : seconds * 1000;
}
