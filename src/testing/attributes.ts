import type { AttributeDefinition, AttributeType } from '../semconv/definitions.js';
import { ATTRIBUTE_DEFINITIONS } from '../semconv/generated.js';
import type { Report } from './finding.js';

/** Attributes as a span, an event, a log record or a data point carries them. */
export type AttributeBag = Readonly<Record<string, unknown>>;

const NAMESPACE = 'voice.';

export function definitionOf(key: string): AttributeDefinition | undefined {
  return Object.hasOwn(ATTRIBUTE_DEFINITIONS, key) ? ATTRIBUTE_DEFINITIONS[key] : undefined;
}

export function isVoiceKey(key: string): boolean {
  return key.startsWith(NAMESPACE);
}

/** Keys of `bag` that have a value. */
export function presentKeys(bag: AttributeBag): string[] {
  return Object.keys(bag).filter((key) => bag[key] !== undefined && bag[key] !== null);
}

/** Keys of our namespace that the registry does not have. */
export function checkUnknownKeys(bag: AttributeBag, report: Report): void {
  for (const key of presentKeys(bag)) {
    if (isVoiceKey(key) && definitionOf(key) === undefined) {
      report('missing_attribute', `'${key}' is not in the registry`, { key });
    }
  }
}

/** Type, enumeration, finiteness and sign of every value whose key the registry has. */
export function checkValues(bag: AttributeBag, report: Report): void {
  for (const key of presentKeys(bag)) {
    const definition = definitionOf(key);
    if (definition !== undefined) checkValue(key, bag[key], definition, report);
  }
}

/** Content where none is allowed. */
export function checkNoContent(bag: AttributeBag, report: Report): void {
  for (const key of presentKeys(bag)) {
    if (definitionOf(key)?.sensitivity !== 'content') continue;
    report('content_captured', `'${key}' is content, and content is not captured`, { key });
  }
}

function checkValue(key: string, value: unknown, definition: AttributeDefinition, report: Report): void {
  if (!hasType(value, definition.type)) {
    report('type_mismatch', `'${key}' is ${describe(value)}, expected ${definition.type}`, { key });
    return;
  }
  if (definition.values !== undefined && typeof value === 'string' && !definition.values.includes(value)) {
    const open = definition.closed !== true;
    report(
      'undefined_enum_variant',
      `'${key}' is '${value}', ${open ? 'which is no known value' : `allowed are ${definition.values.join(', ')}`}`,
      { key, warning: open },
    );
  }
  for (const number of numbersIn(value)) {
    if (!Number.isFinite(number)) report('non_finite_number', `'${key}' is ${number}`, { key });
    else if (definition.unit === 's' && number < 0) {
      report('negative_duration', `'${key}' is ${number} s`, { key });
    }
  }
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : [];
}

/** JavaScript has one number type, so an int is a whole number and a double any. NaN is a finding of its own. */
function hasType(value: unknown, type: AttributeType): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'double':
      return typeof value === 'number';
    case 'int':
      return typeof value === 'number' && (Number.isInteger(value) || !Number.isFinite(value));
    case 'string[]':
      return isListOf(value, 'string');
    case 'boolean[]':
      return isListOf(value, 'boolean');
    case 'double[]':
      return isListOf(value, 'double');
    case 'int[]':
      return isListOf(value, 'int');
  }
}

function isListOf(value: unknown, type: AttributeType): boolean {
  return (
    Array.isArray(value) &&
    value.every((item: unknown) => item === null || item === undefined || hasType(item, type))
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return `the number ${value}`;
  return `a ${typeof value}`;
}
