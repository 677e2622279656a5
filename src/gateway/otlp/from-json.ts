import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { BadDataError } from './bad-data.js';
import { isObject } from './json-object.js';
import { HEX_FIELDS, UNKNOWN_FIELDS, type UnknownFields } from './to-json.js';

/** Messages nested deeper are refused, as protobuf's own limit has it. */
const MAX_DEPTH = 100;

const INT32: Range = [-(2n ** 31n), 2n ** 31n - 1n];
const UINT32: Range = [0n, 2n ** 32n - 1n];
const INT64: Range = [-(2n ** 63n), 2n ** 63n - 1n];
const UINT64: Range = [0n, 2n ** 64n - 1n];

type Range = readonly [bigint, bigint];
type Read = (value: unknown, depth: number) => unknown;

interface FieldReader {
  readonly localName: string;
  /** The `oneof` that the field is a case of. */
  readonly oneof: string | undefined;
  readonly read: Read;
}

const readers = new WeakMap<DescMessage, Map<string, FieldReader>>();

/**
 * The message of an OTLP JSON form, whoever wrote it: fields with unknown names are ignored, everything else has to
 * be of its type. Enums are also accepted by name, which OTLP does not want but some senders do.
 * @throws BadDataError naming the field
 */
export function jsonToMessage(descriptor: DescMessage, json: unknown, depth = 0): Message {
  if (!isObject(json)) throw new BadDataError(`${descriptor.name} must be an object`);
  if (depth > MAX_DEPTH) throw new BadDataError(`messages are nested deeper than ${MAX_DEPTH}`);
  const message = create(descriptor);
  const target = message as unknown as Record<string, unknown>; // A message is a plain object with its fields.
  const fields = readersOf(descriptor);
  for (const key of Object.keys(json)) {
    const field = fields.get(key);
    const value = json[key];
    if (field === undefined || value === undefined || value === null) continue;
    const read = field.read(value, depth + 1);
    if (field.oneof === undefined) target[field.localName] = read;
    else target[field.oneof] = { case: field.localName, value: read };
  }
  const unknown = (json as { [UNKNOWN_FIELDS]?: UnknownFields })[UNKNOWN_FIELDS];
  if (unknown !== undefined) message.$unknown = unknown;
  return message;
}

function readersOf(descriptor: DescMessage): Map<string, FieldReader> {
  const known = readers.get(descriptor);
  if (known !== undefined) return known;
  const made = new Map<string, FieldReader>();
  readers.set(descriptor, made);
  for (const field of descriptor.fields) {
    const readOne = elementReader(field);
    made.set(field.jsonName, {
      localName: field.localName,
      oneof: field.oneof !== undefined && !field.proto.proto3Optional ? field.oneof.localName : undefined,
      read: field.fieldKind === 'list' ? listReader(field, readOne) : readOne,
    });
  }
  return made;
}

function listReader(field: DescField, readOne: Read): Read {
  return (value, depth) => {
    if (!Array.isArray(value)) throw wrong(field, 'a list');
    return value.map((item) => readOne(item, depth));
  };
}

function elementReader(field: DescField): Read {
  if (field.message !== undefined) {
    const { message } = field;
    return (value, depth) => jsonToMessage(message, value, depth);
  }
  if (field.enum !== undefined) return enumReader(field);
  switch (field.scalar) {
    case ScalarType.STRING:
      return (value) => (typeof value === 'string' ? value : fail(field, 'a string'));
    case ScalarType.BOOL:
      return (value) => (typeof value === 'boolean' ? value : fail(field, 'true or false'));
    case ScalarType.BYTES:
      return HEX_FIELDS.has(field.localName) ? hexReader(field) : base64Reader(field);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return doubleReader(field);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return (value) => Number(integer(field, value, INT32));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (value) => Number(integer(field, value, UINT32));
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return (value) => integer(field, value, UINT64);
    default:
      return (value) => integer(field, value, INT64);
  }
}

function enumReader(field: DescField): Read {
  const byName = new Map(field.enum?.values.map(({ name, number }) => [name, number]));
  return (value) =>
    typeof value === 'string' && byName.has(value) ? byName.get(value) : Number(integer(field, value, INT32));
}

function hexReader(field: DescField): Read {
  return (value) => {
    if (typeof value !== 'string' || value.length % 2 !== 0 || !/^[\da-f]*$/i.test(value)) {
      throw wrong(field, 'an id in hex');
    }
    return new Uint8Array(Buffer.from(value, 'hex'));
  };
}

function base64Reader(field: DescField): Read {
  return (value) => {
    if (typeof value !== 'string' || !/^[\w+/-]*={0,2}$/.test(value)) throw wrong(field, 'bytes in base64');
    return new Uint8Array(Buffer.from(value, 'base64'));
  };
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function doubleReader(field: DescField): Read {
  return (value) => {
    if (typeof value === 'number') return value;
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    if (typeof value === 'string' && NUMBER.test(value)) return Number(value);
    throw wrong(field, 'a number');
  };
}

function integer(field: DescField, value: unknown, [least, most]: Range): bigint {
  const isInteger =
    typeof value === 'number'
      ? Number.isInteger(value)
      : typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!isInteger) throw wrong(field, 'a whole number');
  const read = BigInt(value as number | string);
  if (read < least || read > most) throw wrong(field, `a whole number from ${least} to ${most}`);
  return read;
}

function fail(field: DescField, wanted: string): never {
  throw wrong(field, wanted);
}

function wrong(field: DescField, wanted: string): BadDataError {
  return new BadDataError(`${field.parent.name}.${field.jsonName} must be ${wanted}`);
}
