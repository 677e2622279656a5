/** What is wrong with the model: a finding id (Weaver's where it has one), the place, and a sentence. */
export interface Problem {
  readonly id: string;
  readonly where: string;
  readonly message: string;
}

export type Report = (id: string, where: string, message: string) => void;

/** Reads a value of unknown shape; says what is wrong and answers `undefined` when it does not fit. */
export type Decoder<T> = (value: unknown, where: string, report: Report) => T | undefined;

interface RequiredField<T> {
  readonly need: true;
  readonly decode: Decoder<T>;
}

interface OptionalField<T> {
  readonly need: false;
  readonly decode: Decoder<T>;
}

type Fields = Readonly<Record<string, RequiredField<unknown> | OptionalField<unknown>>>;

type Decoded<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends RequiredField<infer T>
    ? T
    : F[K] extends OptionalField<infer T>
      ? T | undefined
      : never;
};

export function required<T>(decode: Decoder<T>): RequiredField<T> {
  return { need: true, decode };
}

export function optional<T>(decode: Decoder<T>): OptionalField<T> {
  return { need: false, decode };
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

export const text: Decoder<string> = (value, where, report) => {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  report('invalid_value', where, `expected a non-empty string, found ${describe(value)}`);
  return undefined;
};

export const number: Decoder<number> = (value, where, report) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  report('invalid_value', where, `expected a number, found ${describe(value)}`);
  return undefined;
};

export const flag: Decoder<boolean> = (value, where, report) => {
  if (typeof value === 'boolean') return value;
  report('invalid_value', where, `expected true or false, found ${describe(value)}`);
  return undefined;
};

/** Any value; for examples, which the policies compare with the attribute's type. */
export const anything: Decoder<unknown> = (value) => value;

export function oneOf<const T extends string>(...allowed: readonly T[]): Decoder<T> {
  return (value, where, report) => {
    const found = allowed.find((one) => one === value);
    if (found !== undefined) return found;
    report('invalid_value', where, `'${String(value)}' is none of ${allowed.join(', ')}`);
    return undefined;
  };
}

export function list<T>(decode: Decoder<T>): Decoder<readonly T[]> {
  return (value, where, report) => {
    if (!Array.isArray(value)) {
      report('invalid_value', where, `expected a list, found ${describe(value)}`);
      return undefined;
    }
    return value.flatMap((item: unknown, index) => {
      const decoded = decode(item, `${where}[${index}]`, report);
      return decoded === undefined ? [] : [decoded];
    });
  };
}

export function record<T>(decode: Decoder<T>): Decoder<ReadonlyMap<string, T>> {
  return (value, where, report) => {
    if (!isObject(value)) {
      report('invalid_value', where, `expected a map, found ${describe(value)}`);
      return undefined;
    }
    const decoded = new Map<string, T>();
    for (const [key, item] of Object.entries(value)) {
      const one = decode(item, `${where}.${key}`, report);
      if (one !== undefined) decoded.set(key, one);
    }
    return decoded;
  };
}

export function object<F extends Fields>(fields: F): Decoder<Decoded<F>> {
  return (value, where, report) => {
    if (!isObject(value)) {
      report('invalid_value', where, `expected a map, found ${describe(value)}`);
      return undefined;
    }
    const place = nameOf(value, where);
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(fields, key)) continue;
      report('unknown_field', place, `unknown field '${key}'; known are ${Object.keys(fields).join(', ')}`);
    }
    const decoded: Record<string, unknown> = {};
    let complete = true;
    for (const [key, field] of Object.entries(fields)) {
      const present = value[key] !== undefined;
      if (!present && field.need) report('missing_field', place, `'${key}' is missing`);
      const one = present ? field.decode(value[key], `${place}.${key}`, report) : undefined;
      if (field.need && one === undefined) complete = false;
      decoded[key] = one;
    }
    // Every key of `fields` has been decoded by its own decoder; the compiler cannot follow the loop.
    return complete ? (decoded as Decoded<F>) : undefined;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Adds the name of a thing to its place, so that an error can be found without counting items. */
function nameOf(value: Record<string, unknown>, where: string): string {
  for (const key of ['key', 'type', 'name', 'id', 'ref']) {
    const name = value[key];
    if (typeof name === 'string') return `${where} (${name})`;
  }
  return where;
}
