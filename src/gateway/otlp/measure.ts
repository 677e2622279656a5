import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { BadDataError, TooLargeError } from './bad-data.js';

/** Messages nested deeper are refused, as protobuf's own limit has it. */
const MAX_DEPTH = 100;

/**
 * Looks at a protobuf body before it is decoded: an object of JavaScript takes a hundred times the two bytes that an
 * empty message takes on the wire, so their number is limited, not only the body's size.
 * @returns whether it holds fields that our copy of the protocol does not know
 * @throws TooLargeError when there are more than `maxValues` messages and repeated values, BadDataError when the body
 * is cut off or nested too deep
 */
export function measureProtobuf(
  descriptor: DescMessage,
  body: Uint8Array,
  maxValues: number,
): { readonly hasUnknown: boolean } {
  const budget: Budget = { left: maxValues, maxValues, hasUnknown: false };
  try {
    measure(new BinaryReader(body), body.length, descriptor, budget, 0);
    return budget;
  } catch (error) {
    if (error instanceof TooLargeError || error instanceof BadDataError) throw error;
    throw new BadDataError('the body is no protobuf message, or it is cut off');
  }
}

interface Budget {
  left: number;
  readonly maxValues: number;
  /** Fields were met that our copy of the protocol does not know. */
  hasUnknown: boolean;
}

type Nested = ReadonlyMap<number, DescMessage | undefined>;
const nestedMessages = new WeakMap<DescMessage, Nested>();

function nestedOf(descriptor: DescMessage): Nested {
  const known = nestedMessages.get(descriptor);
  if (known !== undefined) return known;
  const made = new Map(descriptor.fields.map((field) => [field.number, field.message]));
  nestedMessages.set(descriptor, made);
  return made;
}

function measure(
  reader: BinaryReader,
  end: number,
  descriptor: DescMessage,
  budget: Budget,
  depth: number,
): void {
  if (depth > MAX_DEPTH) throw new BadDataError(`messages are nested deeper than ${MAX_DEPTH}`);
  const nested = nestedOf(descriptor);
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const message = nested.get(number);
    const known = nested.has(number);
    if (!known) budget.hasUnknown = true;
    if (!known || message !== undefined) {
      budget.left -= 1;
      if (budget.left < 0) throw new TooLargeError(`the request holds more than ${budget.maxValues} values`);
    }
    if (message === undefined || wireType !== WireType.LengthDelimited) {
      const before = reader.pos;
      reader.skip(wireType, number, MAX_DEPTH);
      if (reader.pos > end) throw new BadDataError('a field is cut off');
      // Packed numbers: a byte each at least.
      if (known && wireType === WireType.LengthDelimited && isRepeatedNumber(descriptor, number)) {
        budget.left -= reader.pos - before;
      }
      continue;
    }
    const length = reader.uint32();
    const inner = reader.pos + length;
    if (inner > end) throw new BadDataError('a field is cut off');
    measure(reader, inner, message, budget, depth + 1);
  }
  if (reader.pos !== end) throw new BadDataError('a field is cut off');
}

function isRepeatedNumber(descriptor: DescMessage, number: number): boolean {
  const field = descriptor.fields.find((one) => one.number === number);
  return field?.fieldKind === 'list' && field.packed;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** A JSON object stands for a message or its list, and values lie in objects: three levels a message. */
const MAX_JSON_DEPTH = 3 * MAX_DEPTH;

/**
 * As `measureProtobuf`, for JSON: counts objects, lists and members.
 * @throws TooLargeError, BadDataError
 */
export function measureJson(body: Uint8Array, maxValues: number): void {
  let values = 0;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i];
    if (inString) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inString = false;
      continue;
    }
    if (byte === QUOTE) inString = true;
    else if (byte === COMMA) values += 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      values += 1;
      depth += 1;
      if (depth > MAX_JSON_DEPTH) throw new BadDataError(`the JSON is nested deeper than ${MAX_JSON_DEPTH}`);
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    // A member of a JSON object is counted like a message: up to six of them describe one value.
    if (values > maxValues * 6) throw new TooLargeError(`the request holds more than ${maxValues} values`);
  }
}
