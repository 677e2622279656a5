import type { AttributeRecord } from './otlp.js';

/** Durations beyond a year are taken for garbage. */
const MAX_SECONDS = 366 * 24 * 3600;

/** A non-empty string; a number counts as its text. */
export function textOf(attributes: AttributeRecord, key: string): string | undefined {
  const value = attributes[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number. */
export function numberOf(attributes: AttributeRecord, key: string): number | undefined {
  const value = attributes[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A number that cannot be negative: an amount, a count. */
export function amountOf(attributes: AttributeRecord, key: string): number | undefined {
  const value = numberOf(attributes, key);
  return value !== undefined && value >= 0 ? value : undefined;
}

/** A duration written in seconds, in milliseconds. */
export function durationMsOf(attributes: AttributeRecord, key: string): number | undefined {
  const value = amountOf(attributes, key);
  return value !== undefined && value <= MAX_SECONDS ? roundMs(value * 1000) : undefined;
}

/** Milliseconds to the microsecond, which is what epoch times in a double can carry. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
