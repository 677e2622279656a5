import type { Attributes } from '@opentelemetry/api';

/** A non-empty string attribute, else `undefined`. */
export function text(attributes: Attributes, key: string): string | undefined {
  const value: unknown = attributes[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number, else `undefined`. */
export function number(attributes: Attributes, key: string): number | undefined {
  const value: unknown = attributes[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A count: a finite number, rounded. */
export function integer(attributes: Attributes, key: string): number | undefined {
  const value = number(attributes, key);
  return value === undefined ? undefined : Math.round(value);
}

/** What a JSON attribute says; `undefined` where it is no JSON, for one because the SDK cut it short. */
export function parsed(attributes: Attributes, key: string): unknown {
  const value = text(attributes, key);
  return value === undefined ? undefined : parseJson(value);
}

export function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The wire takes an object; anything else stands in one as `value`. */
export function asObject(value: unknown): JsonObject {
  if (value === undefined || value === null) return {};
  return isObject(value) ? value : { value };
}

/** Text as it is, anything else as JSON. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

export function asFinite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
