import type { OtlpAnyValue, OtlpKeyValue } from '../../exporters/otlp-json.js';
import { isObject, listOf } from '../otlp/json-object.js';

/** A set of attributes as processors take it. No prototype: a key may be called anything. */
export type ValueMap = Record<string, unknown>;

/** The JavaScript value of an OTLP value. Integers beyond 2^53 become bigint, bytes Uint8Array, an empty value `undefined`. */
export function fromAnyValue(value: OtlpAnyValue | undefined): unknown {
  if (value === undefined) return undefined;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return integerOf(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(fromAnyValue);
  if (value.kvlistValue !== undefined) return mapOf(value.kvlistValue.values);
  if (value.bytesValue !== undefined) return new Uint8Array(Buffer.from(value.bytesValue, 'base64'));
  return undefined;
}

function integerOf(text: string | number): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** The values of a list of attributes by key. The decoder sees to it that no key comes twice. */
export function mapOf(attributes: readonly OtlpKeyValue[]): ValueMap {
  const map: ValueMap = Object.create(null);
  for (const { key, value } of attributes) map[key] = fromAnyValue(value);
  return map;
}

/**
 * The list of attributes again, after processors have worked on `after`: what they left alone keeps its very form on
 * the wire (an integral double stays a double), keys that they removed are gone, new ones come last.
 */
export function mergeAttributes(
  attributes: readonly OtlpKeyValue[],
  before: Readonly<ValueMap>,
  after: Readonly<ValueMap>,
): OtlpKeyValue[] {
  const merged: OtlpKeyValue[] = [];
  for (const entry of attributes) {
    const { key } = entry;
    if (!Object.hasOwn(after, key)) continue;
    const value = mergeValue(entry.value, before[key], after[key]);
    merged.push(value === entry.value ? entry : { ...entry, value });
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key)) merged.push({ key, value: toAnyValue(after[key]) });
  }
  return merged;
}

/** The value `after`, in the form of `value` (that of `before`) wherever the two agree. */
export function mergeValue(value: OtlpAnyValue, before: unknown, after: unknown): OtlpAnyValue {
  if (Object.is(before, after)) return value;
  if (value.arrayValue !== undefined && Array.isArray(after) && Array.isArray(before)) {
    const { values } = value.arrayValue;
    if (after.length !== values.length) return toAnyValue(after);
    return {
      arrayValue: { values: values.map((item, index) => mergeValue(item, before[index], after[index])) },
    };
  }
  if (value.kvlistValue !== undefined && isMap(before) && isMap(after)) {
    return { kvlistValue: { values: mergeAttributes(value.kvlistValue.values, before, after) } };
  }
  return toAnyValue(after);
}

function isMap(value: unknown): value is Readonly<ValueMap> {
  return isObject(value) && !(value instanceof Uint8Array);
}

/** The OTLP value of a JavaScript value. Whole numbers are integers, as the SDK's exporters write them. */
export function toAnyValue(value: unknown): OtlpAnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return { intValue: String(value) };
    return { doubleValue: Number.isFinite(value) ? value : String(value) };
  }
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toAnyValue) } };
  if (isObject(value)) {
    return {
      kvlistValue: { values: Object.keys(value).map((key) => ({ key, value: toAnyValue(value[key]) })) },
    };
  }
  return {};
}

/** A list that may be missing where a foreign hand made the request. */
export function attributesOf(attributes: readonly OtlpKeyValue[] | undefined): readonly OtlpKeyValue[] {
  return listOf(attributes) as readonly OtlpKeyValue[];
}
