import { type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { ALWAYS_WRITTEN } from './always-written.js';
import { isObject, type JsonValue } from './json-object.js';

/** Fields of a message that our copy of the protocol does not know. They ride along with the JSON form. */
export const UNKNOWN_FIELDS: unique symbol = Symbol('unknown fields');

export type UnknownFields = NonNullable<Message['$unknown']>;
export type UnknownField = UnknownFields[number];

/** Attributes are lists of these. */
const KEY_VALUE = 'opentelemetry.proto.common.v1.KeyValue';
type KeyValue = { readonly key: string };

type JsonRecord = Record<string, JsonValue> & { [UNKNOWN_FIELDS]?: UnknownFields };
type Values = Readonly<Record<string, unknown>>;
type WriteField = (from: Values, to: JsonRecord) => void;
type WriteValue = (value: unknown) => JsonValue;

/** These bytes are written in hex (OTLP specification, JSON encoding), all others in base64. */
export const HEX_FIELDS: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

const writers = new WeakMap<DescMessage, WriteField[]>();

/**
 * The OTLP JSON form of a message: ids in hex, 64-bit integers as decimal strings, enums as numbers, bytes in base64.
 * What our copy of the protocol does not know is kept under {@link UNKNOWN_FIELDS}.
 */
export function messageToJson(descriptor: DescMessage, message: Message): JsonRecord {
  const json: JsonRecord = {};
  const values = message as unknown as Values; // A message is a plain object with its fields.
  for (const write of writersOf(descriptor)) write(values, json);
  if (message.$unknown !== undefined && message.$unknown.length > 0) json[UNKNOWN_FIELDS] = message.$unknown;
  return json;
}

/** Takes away unknown fields, at any depth, that `keep` does not want. */
export function filterUnknown(json: JsonRecord, keep: (field: UnknownField) => boolean): void {
  const kept = json[UNKNOWN_FIELDS]?.filter(keep);
  if (kept !== undefined) json[UNKNOWN_FIELDS] = kept;
  for (const value of Object.values(json)) {
    for (const inner of Array.isArray(value) ? value : [value]) {
      if (isObject(inner)) filterUnknown(inner as JsonRecord, keep);
    }
  }
}

function writersOf(descriptor: DescMessage): readonly WriteField[] {
  const known = writers.get(descriptor);
  if (known !== undefined) return known;
  const made: WriteField[] = [];
  writers.set(descriptor, made);
  const always = ALWAYS_WRITTEN.get(descriptor.typeName);
  for (const member of descriptor.members) {
    if (member.kind === 'oneof') {
      const byCase = new Map(member.fields.map((field) => [field.localName, fieldWriter(field, true)]));
      made.push((from, to) => {
        const chosen = from[member.localName] as { case?: string; value?: unknown };
        if (chosen.case === undefined) return;
        byCase.get(chosen.case)?.({ [chosen.case]: chosen.value }, to);
      });
    } else {
      made.push(fieldWriter(member, always?.has(member.localName) === true));
    }
  }
  return made;
}

function fieldWriter(field: DescField, always: boolean): WriteField {
  const { localName, jsonName } = field;
  if (field.fieldKind === 'list') {
    const writeOne = elementWriter(field);
    const write =
      field.message?.typeName === KEY_VALUE
        ? (list: readonly unknown[]) => lastOfEachKey(list as readonly KeyValue[]).map(writeOne)
        : (list: readonly unknown[]) => list.map(writeOne);
    return (from, to) => {
      const list = from[localName] as readonly unknown[];
      if (always || list.length > 0) to[jsonName] = write(list);
    };
  }
  if (field.fieldKind === 'map') throw new TypeError(`${field.name}: OTLP has no maps`);
  const write = elementWriter(field);
  if (field.fieldKind === 'message') {
    const { message } = field;
    return (from, to) => {
      const value = from[localName];
      if (value !== undefined) to[jsonName] = write(value);
      else if (always) to[jsonName] = emptyJson(message);
    };
  }
  return (from, to) => {
    const value = from[localName];
    if (value === undefined || (!always && !hasPresence(field) && isDefault(value))) return;
    to[jsonName] = write(value);
  };
}

/** A key must not come twice (OTLP, common.proto): the last entry counts, or one of them would escape masking. */
function lastOfEachKey(list: readonly KeyValue[]): readonly KeyValue[] {
  const last = new Map(list.map((entry) => [entry.key, entry]));
  return last.size === list.length ? list : [...last.values()];
}

/** A field whose default differs from absence (`optional` in proto3). */
function hasPresence(field: DescField): boolean {
  return field.proto.proto3Optional;
}

function isDefault(value: unknown): boolean {
  return value === 0 || value === '' || value === false || value === 0n || isEmptyBytes(value);
}

function isEmptyBytes(value: unknown): boolean {
  return value instanceof Uint8Array && value.length === 0;
}

function emptyJson(descriptor: DescMessage): JsonRecord {
  const json: JsonRecord = {};
  for (const field of descriptor.fields) {
    if (ALWAYS_WRITTEN.get(descriptor.typeName)?.has(field.localName) !== true) continue;
    if (field.fieldKind === 'list') json[field.jsonName] = [];
    else if (field.fieldKind === 'message') json[field.jsonName] = emptyJson(field.message);
    else json[field.jsonName] = field.scalar === ScalarType.STRING ? '' : 0;
  }
  return json;
}

function elementWriter(field: DescField): WriteValue {
  if (field.message !== undefined) {
    const { message } = field;
    return (value) => messageToJson(message, value as Message);
  }
  if (field.enum !== undefined) return (value) => value as number;
  switch (field.scalar) {
    case ScalarType.BYTES:
      return HEX_FIELDS.has(field.localName)
        ? (value) => asBuffer(value as Uint8Array).toString('hex')
        : (value) => asBuffer(value as Uint8Array).toString('base64');
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (value) => (Number.isFinite(value) ? (value as number) : String(value));
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return (value) => String(value);
    default:
      return (value) => value as JsonValue;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
