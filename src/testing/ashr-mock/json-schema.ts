/** A JSON Schema of draft 2020-12, as far as Ashr's schemas go. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What is wrong, and where: `/turns/0/speaker must be one of user, agent`. */
export type Problems = string[];

type Check = (rule: unknown, value: unknown, at: string, context: Context) => Problems;

interface Context {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  uri: (text) => /^[a-z][a-z\d+.-]*:[^\s]+$/i.test(text),
};

/** The keywords that Ashr's schemas use; those that assert nothing are not here. */
const KEYWORDS: Readonly<Record<string, Check>> = {
  $ref: (rule, value, at, { root }) => validate(resolve(String(rule), root), value, at, root),
  type: (rule, value, at) => {
    const types = (Array.isArray(rule) ? rule : [rule]).map(String);
    return types.some((type) => isOfType(type, value)) ? [] : [`${at} must be ${types.join(' or ')}`];
  },
  enum: (rule, value, at) =>
    listOf(rule).includes(value) ? [] : [`${at} must be one of ${listOf(rule).join(', ')}`],
  const: (rule, value, at) => (rule === value ? [] : [`${at} must be ${JSON.stringify(rule)}`]),
  pattern: (rule, value, at) =>
    typeof value !== 'string' || new RegExp(String(rule), 'u').test(value)
      ? []
      : [`${at} must match ${String(rule)}`],
  format: (rule, value, at) =>
    typeof value !== 'string' || FORMATS[String(rule)]?.(value) !== false
      ? []
      : [`${at} must be a ${String(rule)}`],
  minimum: (rule, value, at) =>
    typeof value !== 'number' || value >= Number(rule) ? [] : [`${at} must be at least ${String(rule)}`],
  required: (rule, value, at) =>
    isObject(value)
      ? listOf(rule)
          .map(String)
          .filter((name) => !Object.hasOwn(value, name))
          .map((name) => `${at}/${name} is missing`)
      : [],
  minProperties: (rule, value, at) =>
    !isObject(value) || Object.keys(value).length >= Number(rule)
      ? []
      : [`${at} must have at least ${String(rule)} properties`],
  properties: (rule, value, at, { root }) =>
    isObject(value) && isObject(rule)
      ? Object.entries(rule).flatMap(([name, schema]) =>
          Object.hasOwn(value, name) ? validate(schema, value[name], `${at}/${name}`, root) : [],
        )
      : [],
  additionalProperties: (rule, value, at, { schema, root }) =>
    isObject(value)
      ? Object.keys(value)
          .filter((name) => !isObject(schema.properties) || !Object.hasOwn(schema.properties, name))
          .flatMap((name) =>
            rule === false
              ? [`${at}/${name} is not known`]
              : validate(rule, value[name], `${at}/${name}`, root),
          )
      : [],
  prefixItems: (rule, value, at, { root }) =>
    Array.isArray(value)
      ? listOf(rule)
          .slice(0, value.length)
          .flatMap((schema, index) => validate(schema, value[index], `${at}/${index}`, root))
      : [],
  items: (rule, value, at, { schema, root }) =>
    Array.isArray(value)
      ? value.flatMap((item, index) =>
          index < listOf(schema.prefixItems).length ? [] : validate(rule, item, `${at}/${index}`, root),
        )
      : [],
  minItems: (rule, value, at) =>
    !Array.isArray(value) || value.length >= Number(rule)
      ? []
      : [`${at} must have at least ${String(rule)} items`],
  maxItems: (rule, value, at) =>
    !Array.isArray(value) || value.length <= Number(rule)
      ? []
      : [`${at} must have at most ${String(rule)} items`],
  allOf: (rule, value, at, { root }) => listOf(rule).flatMap((schema) => validate(schema, value, at, root)),
  anyOf: (rule, value, at, { root }) => {
    const attempts = listOf(rule).map((schema) => validate(schema, value, at, root));
    if (attempts.some((problems) => problems.length === 0)) return [];
    // The nearest miss says most.
    return attempts.toSorted((a, b) => a.length - b.length)[0] ?? [`${at} fits no alternative`];
  },
  if: (rule, value, at, { schema, root }) =>
    validate(rule, value, at, root).length === 0 && schema.then !== undefined
      ? validate(schema.then, value, at, root)
      : [],
};

/** Checked together with another keyword, or saying nothing about values. */
const OTHERS: ReadonlySet<string> = new Set([
  'then',
  'title',
  'description',
  'default',
  '$comment',
  '$defs',
  '$id',
  '$schema',
]);

/**
 * What of `value` does not fit `schema`; empty when all of it does. Formats are asserted.
 *
 * @throws Error for a keyword that this validator does not know, rather than let something pass unseen
 */
export function validate(schema: unknown, value: unknown, at: string, root: JsonSchema): Problems {
  if (typeof schema === 'boolean') return schema ? [] : [`${at} is not allowed`];
  if (!isObject(schema)) throw new Error(`no schema at ${at}`);
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    const check = KEYWORDS[keyword];
    if (check !== undefined) return check(rule, value, at, { schema, root });
    if (OTHERS.has(keyword) || keyword.startsWith('x-')) return [];
    throw new Error(`the keyword ${keyword} is not supported`);
  });
}

function resolve(reference: string, root: JsonSchema): unknown {
  let target: unknown = root;
  for (const part of reference.replace(/^#\/?/, '').split('/')) {
    target = isObject(target) ? target[part] : undefined;
  }
  return target;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
